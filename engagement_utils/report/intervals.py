"""Dots with interval bars: the figure of every comparison between groups."""

from collections.abc import Collection, Sequence
from math import isfinite
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report.labels import label_with_unit, note, number_axis, wrapped
from engagement_utils.report.style import GROUND, HIGHLIGHT, INK, MUTED, QUIET, SMALL, grid
from engagement_utils.report.wording import number
from engagement_utils.report.wording import percent as share_as_percent

ROW = 0.27  # inches a group


def height_for(rows: int) -> float:
    """Inches of a canvas on which `interval_bars` with so many groups is readable."""
    return 0.9 + ROW * max(rows, 2)


def interval_bars(
    ax: Axes,
    labels: Sequence[str],
    estimates: Sequence[Estimate],
    *,
    xlabel: str,
    unit: str = "",
    percent: bool = False,
    order: Literal["value", "given"] = "value",
    reference: float | tuple[float, str] | None = None,
    highlight: Collection[str] = (),
    noun: str = "n",
) -> None:
    """One row a group: a dot at the estimate, a bar over its interval, the group's n at the right.

    An estimate without interval has a hollow dot, one without a value says so.

    Args:
        order: "value" puts the largest on top, "given" the first on top (weekdays, strata).
        reference: a dashed line at this value, with its name, such as (0.58, "all pings").
        highlight: labels drawn in colour while the others are grey; all in colour without any.
        noun: what n counts, the head of its column ("views").
    """
    if len(labels) != len(estimates) or not labels:
        msg = f"{len(labels)} labels for {len(estimates)} estimates; one each, at least one, is expected"
        raise ValueError(msg)
    rows = list(zip(map(str, labels), estimates, strict=True))
    if order == "value":
        rows.sort(key=lambda r: -r[1].value if isfinite(r[1].value) else np.inf)
    right = ax.get_yaxis_transform()
    if isinstance(reference, int | float):
        reference = (float(reference), "")
    if reference is not None:
        ax.axvline(reference[0], color=MUTED, lw=1, ls=(0, (4, 3)), zorder=1)
        if reference[1]:
            note(ax, reference[0], reference[1], align="center")
    for y, (label, e) in enumerate(rows):
        color = HIGHLIGHT if not highlight or label in highlight else QUIET
        if not isfinite(e.value):
            ax.text(0.02, y, "no data", transform=right, va="center", fontsize=SMALL, color=MUTED)
        else:
            if e.interval:
                ax.plot(e.interval, (y, y), color=color, lw=2, zorder=2)
            face = color if e.interval else GROUND
            ax.plot(e.value, y, "o", ms=6, color=color, mfc=face, mec=color, mew=1.5, zorder=3)
        ax.text(1.02, y, number(e.n, 0), transform=right, va="center", fontsize=SMALL, color=MUTED)
    ax.text(1.02, -0.95, noun, transform=right, va="center", fontsize=SMALL, color=MUTED)
    ax.set_yticks(range(len(rows)), [wrapped(label) for label, _ in rows], color=INK)
    ax.set_ylim(len(rows) - 0.5, -0.6)
    ax.set_xlabel(label_with_unit(xlabel, unit))
    number_axis(ax.xaxis, unit, percent)
    ax.margins(x=0.05)
    grid(ax, "x")


def rank_bars(ax: Axes, rows: ArrayLike, k: int) -> None:
    """Ranks under resampling, a row each: a dot at the rank, a bar over its range, the chance of the top `k`.

    Args:
        rows: (items, 4): rank, lowest and highest rank, chance (0 to 1) to be among the first `k`.
    """
    ax.axvline(k + 0.5, color=MUTED, lw=1, ls=(0, (4, 3)), zorder=1)
    beside = ax.get_yaxis_transform()
    ax.text(1.02, -0.95, f"in top {k}", transform=beside, va="center", fontsize=8, color=MUTED)
    for y, (rank, low, high, chance) in enumerate(np.asarray(rows, dtype=float)):
        color = HIGHLIGHT if rank <= k else QUIET
        ax.plot((low, high), (y, y), color=color, lw=2)
        ax.plot(rank, y, "o", ms=5, color=color)
        ax.text(1.02, y, share_as_percent(chance), transform=beside, va="center", fontsize=8, color=MUTED)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    grid(ax, "x")


def estimates_frame(labels: Sequence[str], estimates: Sequence[Estimate], what: str) -> pd.DataFrame:
    """Estimates as a table, such as a figure's download: `what` (the labels), value, low, high, n."""
    rows = [(label, e.value, e.low, e.high, e.n) for label, e in zip(labels, estimates, strict=True)]
    return pd.DataFrame(rows, columns=[what, "value", "low", "high", "n"])
