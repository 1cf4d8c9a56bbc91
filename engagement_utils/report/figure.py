"""Figures that carry what a reader needs: title, caption, alt text, and the numbers behind."""

import re

import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure as MplFigure

from engagement_utils.report import outputs
from engagement_utils.report.exports import save_csv
from engagement_utils.report.layout import LayoutError, check_layout, problems, refuse
from engagement_utils.report.svg import render

__all__ = ["LayoutError", "check_layout", "figure"]

_NAME = re.compile(r"[a-z][a-z0-9_-]*")


def _check(fig: MplFigure, name: str, words: dict[str, str]) -> None:
    if not _NAME.fullmatch(name):
        msg = f"figure name {name!r}: lower-case letters, digits, '_' and '-' are accepted, first a letter"
        raise ValueError(msg)
    empty = [what for what, text in words.items() if not text.strip()]
    if empty:
        msg = f"figure {name!r} has no {' and no '.join(empty)}"
        raise ValueError(msg)
    panels = [ax for ax in fig.axes if ax.get_visible()]
    if not panels or any(not (ax.has_data() or ax.texts) for ax in panels):
        msg = f"figure {name!r} has an empty panel; draw something, or leave the figure out and say why"
        raise ValueError(msg)


def figure(
    fig: MplFigure,
    *,
    name: str,
    title: str,
    caption: str,
    alt: str,
    data: pd.DataFrame | None = None,
    allow_overlap: bool = False,
) -> outputs.Figure:
    """The figure as an output of the notebook: SVG with title, caption, alt text and data.

    The title is not drawn into the SVG: page and PDF print it above the figure.

    Args:
        name: lower-case slug, unique in the report; also the name of the data's download.
        caption: says what the bars or bands are, such as "Dots are means, lines 95% intervals".
        alt: the message and the shape, for those who do not see the image.
        data: the figure's numbers, written to `<name>.csv`.
        allow_overlap: publish although texts overlap or are clipped.

    Raises:
        ValueError: an empty title, caption or alt text, an unusable name, or a panel without anything in it.
        LayoutError: overlapping or clipped text.
    """
    _check(fig, name, {"title": title, "caption": caption, "alt text": alt})
    svg, renderer = render(fig, name)
    if not allow_overlap:
        refuse(problems(fig, renderer))
    plt.close(fig)  # where pyplot made it; else nothing is open
    saved = save_csv(data, name) if data is not None else ""
    return outputs.Figure(name=name, title=title, caption=caption, alt=alt, data=saved, svg=svg)
