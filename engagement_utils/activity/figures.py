"""Figures of this report: on the page, and as SVG files in the folder `figures` of its downloads."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as MplFigure

from engagement_utils.inference.samples import Floats
from engagement_utils.report import style
from engagement_utils.report.exports import downloads_dir
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure

FOLDER = "figures"
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def kept_figure(fig: MplFigure, *, name: str, data: pd.DataFrame | None = None, **words: Any) -> Figure:
    """`report.figure.figure`, kept as `figures/<name>.svg` too."""
    made = figure(fig, name=name, data=data, **words)
    folder = downloads_dir() / FOLDER
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.svg").write_text(_XML + made.svg, encoding="utf-8", newline="\n")
    return made


def boxes(ax: Axes, groups: Sequence[Floats], places: Sequence[float], *, vertical: bool) -> None:
    """A box (quartiles, median, whiskers of 1.5 interquartile ranges) for every group that has values."""
    kept = [(g, p) for g, p in zip(groups, places, strict=True) if len(g)]
    look: dict[str, Any] = {"color": style.QUIET, "lw": 1.2}
    ax.boxplot(
        [g for g, _ in kept],
        positions=[p for _, p in kept],
        orientation="vertical" if vertical else "horizontal",
        widths=0.55,
        boxprops=look,
        whiskerprops=look,
        capprops=look,
        medianprops={"color": style.HIGHLIGHT, "lw": 2},
        flierprops={"marker": ".", "ms": 3, "mec": style.QUIET, "mfc": style.QUIET, "alpha": 0.6},
        manage_ticks=False,
    )
