"""Figures of the report: on the page, and as SVG files in the folder `figures` of its downloads."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure as MplFigure

from engagement_utils.report import figure as report
from engagement_utils.report.exports import downloads_dir
from engagement_utils.report.outputs import Figure

FOLDER = "figures"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def shown(fig: MplFigure, *, name: str, data: pd.DataFrame | None = None, **words: Any) -> Figure:
    """`report.figure.figure`, kept as `figures/<name>.svg` too."""
    made = report.figure(fig, name=name, data=data, **words)
    folder = downloads_dir() / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.svg").write_text(_XML + made.svg, encoding="utf-8", newline="\n")
    return made
