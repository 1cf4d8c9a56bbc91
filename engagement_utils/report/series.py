"""What changes: over time, and from one ranking to another."""

from collections.abc import Collection, Sequence
from typing import Any

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from engagement_utils.report.labels import end_label, number_axis, wrapped
from engagement_utils.report.style import HIGHLIGHT, INK, MUTED, PALETTE, QUIET, SMALL

MAX_DOTS = 60  # points a line that still get a dot each


def trend(
    ax: Axes,
    dates: ArrayLike,
    values: ArrayLike,
    *,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    label: str = "",
    ylabel: str = "",
    unit: str = "",
    percent: bool = False,
    color: str | None = None,
) -> None:
    """A line over time with its interval band; call it once a series, at most six.

    Args:
        dates: datetime64, dates or time stamps, oldest first. values: NaN leaves a gap.
        label: printed at the line's end.
    """
    drawn = sum(1 for line in ax.lines if line.get_gid() == "series")
    if drawn >= len(PALETTE):
        msg = f"more than {len(PALETTE)} series; they cannot be told apart"
        raise ValueError(msg)
    x = np.asarray(dates, dtype="datetime64[ns]")
    y = np.asarray(values, dtype=float)
    color = color or PALETTE[drawn]
    if low is not None and high is not None:
        ax.fill_between(x, np.asarray(low, float), np.asarray(high, float), color=color, alpha=0.2, lw=0)
    marker: dict[str, Any] = {"marker": "o", "ms": 3.5} if x.size <= MAX_DOTS else {}
    ax.plot(x, y, color=color, gid="series", **marker)
    if label:
        last = int(np.flatnonzero(np.isfinite(y))[-1])
        end_label(ax, mdates.date2num(x[last]), y[last], label)
    locator = mdates.AutoDateLocator(minticks=3, maxticks=8)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(
        mdates.ConciseDateFormatter(
            locator,
            formats=["%Y", "%b", "%-d %b", "%H:%M", "%H:%M", "%S"],
            zero_formats=["", "%b\n%Y", "%-d %b", "%-d %b", "%H:%M", "%H:%M"],
            show_offset=False,
        )
    )
    if ylabel:
        ax.set_ylabel(f"{ylabel} ({unit})" if unit else ylabel)
    number_axis(ax.yaxis, percent=percent)


def slope(
    ax: Axes,
    labels: Sequence[str],
    left: ArrayLike,
    right: ArrayLike,
    *,
    names: tuple[str, str],
    highlight: Collection[str] = (),
    top: int | None = None,
) -> None:
    """Ranks (1 is best) under two scorings, a line an item; those that enter or leave are coloured.

    Args:
        names: of the two scorings, heads of the columns.
        highlight: labels in colour; without any, the items that are in one top `top` only.
        top: the k of the top-k list; a line separates it. Items beyond it stand below, in their order, with
            their rank printed.
    """
    ranks = np.column_stack([np.asarray(left, dtype=int), np.asarray(right, dtype=int)])
    if ranks.shape[0] != len(labels):
        msg = f"{len(labels)} labels for {ranks.shape[0]} ranks; one each is expected"
        raise ValueError(msg)
    top = top or int(ranks.max())
    kept = np.asarray((ranks <= top).any(axis=1))
    words = [str(w) for w, k in zip(labels, kept, strict=True) if k]
    ranks = ranks[kept]
    places = ranks.astype(float)
    for side in (0, 1):
        beyond = np.flatnonzero(ranks[:, side] > top)
        order = beyond[np.argsort(ranks[beyond, side], kind="stable")]
        places[order, side] = top + 1.5 + np.arange(order.size)
    changed: list[bool] = [bool(inside.sum() == 1) for inside in ranks <= top]
    for word, (a, b), (ya, yb), moved in zip(words, ranks, places, changed, strict=True):
        strong = word in highlight if highlight else bool(moved)
        color = HIGHLIGHT if strong else QUIET
        ax.plot((0, 1), (ya, yb), color=color, lw=2.2 if strong else 1.2, marker="o", ms=4)
        for x, y, rank, align in ((0, ya, a, "right"), (1, yb, b, "left")):
            text = f"{wrapped(word, 24)}  {rank}" if align == "right" else f"{rank}  {wrapped(word, 24)}"
            ax.annotate(
                text,
                (x, y),
                (-8 if align == "right" else 8, 0),
                textcoords="offset points",
                ha=align,
                va="center",
                fontsize=SMALL,
                color=INK,
            )
    if (places > top).any():
        ax.axhline(top + 0.75, color=MUTED, lw=0.8, ls=(0, (4, 3)))
    ax.set_ylim(max(places.max(), top) + 0.6, 0.3)
    ax.set_xlim(-0.55, 1.55)
    ax.set_xticks((0, 1), names, color=INK)
    ax.xaxis.tick_top()
    ax.set_yticks([])
    ax.spines["bottom"].set_visible(False)
    ax.grid(False)
