"""How values are spread: histogram, cumulated shares, Lorenz curve, scatter."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike

from engagement_utils.inference.concentration import Lorenz
from engagement_utils.report.labels import note, number_axis
from engagement_utils.report.style import GROUND, HIGHLIGHT, INK, MUTED, PALETTE, SEQUENTIAL, SMALL
from engagement_utils.report.wording import number

MAX_MARKS = 5_000  # more become density


def histogram(
    ax: Axes,
    edges: ArrayLike,
    counts: ArrayLike,
    *,
    xlabel: str,
    ylabel: str,
    marks: Mapping[str, float] | None = None,
    percent: bool = False,
    label_bars: bool = True,
) -> None:
    """Bars over bins, with the count above each bar.

    Args:
        edges: one more than `counts`.
        marks: vertical lines by name, such as {"median": 0.63}.
        percent: the x values are shares.
        label_bars: print the counts above the bars, where at most 20.
    """
    left, heights = np.asarray(edges, dtype=float), np.asarray(counts, dtype=float)
    if left.size != heights.size + 1:
        msg = f"{left.size} edges for {heights.size} bins; one more edge than bins is expected"
        raise ValueError(msg)
    bars = ax.bar(
        left[:-1], heights, width=np.diff(left), align="edge", color=HIGHLIGHT, edgecolor=GROUND, lw=1
    )
    labelled = label_bars and heights.size <= 20
    if labelled:
        ax.bar_label(bars, [number(h) for h in heights], fontsize=SMALL, color=INK, padding=2)
    placed = sorted((marks or {}).items(), key=lambda m: m[1])
    for i, (name, x) in enumerate(placed):
        ax.axvline(x, color=INK, lw=1.2, ls=(0, (4, 3)))
        # neighbours look away from each other
        left_half = len(placed) > 1 and i < len(placed) / 2
        shown = number(x * 100, 0, unit="%") if percent else number(x)
        note(ax, x, f"{name} {shown}", align="right" if left_half else "left")
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(0, heights.max(initial=1) * (1.14 if labelled else 1.05))
    number_axis(ax.xaxis, percent=percent)
    number_axis(ax.yaxis)


def ecdf(
    ax: Axes,
    groups: ArrayLike | Mapping[str, ArrayLike],
    *,
    xlabel: str,
    noun: str = "",
    percent: bool = False,
) -> None:
    """Share of the values up to each x, a step line a group; at most six groups.

    Above 5,000 values a group, the line goes through 1,000 quantiles.
    """
    named = groups if isinstance(groups, Mapping) else {"": groups}
    if len(named) > len(PALETTE):
        msg = f"{len(named)} groups; at most {len(PALETTE)} can be told apart"
        raise ValueError(msg)
    for (name, values), color in zip(named.items(), PALETTE, strict=False):
        x = np.sort(np.asarray(values, dtype=float))
        y = np.arange(1, x.size + 1) / x.size
        n = x.size
        if x.size > MAX_MARKS:
            y = np.linspace(0, 1, 1001)
            x = np.quantile(x, y)
        label = f"{name} (n = {number(n)})" if name else None
        ax.step(
            np.concatenate([x[:1], x]), np.concatenate([[0.0], y]), where="post", color=color, label=label
        )
    ax.set(xlabel=xlabel, ylabel=f"share of {noun}" if noun else "share at or below", ylim=(0, 1.02))
    number_axis(ax.xaxis, percent=percent)
    number_axis(ax.yaxis, percent=True)
    if any(named):
        ax.legend(loc="upper left")


def lorenz(ax: Axes, curve: Lorenz, *, items: str = "items", measure: str = "engagement") -> None:
    """The Lorenz curve with its band, against the diagonal on which all items are equal."""
    ax.plot((0, 1), (0, 1), color=MUTED, lw=1, ls=(0, (4, 3)))
    ax.fill_between(curve.population, curve.low, curve.high, color=HIGHLIGHT, alpha=0.22, lw=0)
    ax.plot(curve.population, curve.share, color=HIGHLIGHT)
    ax.annotate(
        "all equal", (0.6, 0.6), (-6, 6), textcoords="offset points", ha="right", fontsize=SMALL, color=MUTED
    )
    at = int(np.searchsorted(curve.population, 0.75))
    ax.annotate(
        f"{number(curve.n)} {items}",
        (curve.population[at], max(curve.low[at], 0.12)),  # above the axis' own labels
        (8, -8),
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        color=INK,
    )
    ax.set(xlabel=f"share of {items}, least first", ylabel=f"share of {measure}", xlim=(0, 1), ylim=(0, 1))
    number_axis(ax.xaxis, percent=True)
    number_axis(ax.yaxis, percent=True)
    ax.set_yticks(np.arange(0.2, 1.01, 0.2))  # one 0% in the corner is enough
    ax.set_aspect("equal")


def scatter(ax: Axes, x: ArrayLike, y: ArrayLike, *, xlabel: str, ylabel: str, noun: str = "points") -> None:
    """Points, or, above 5,000 of them, hexagons coloured by how many lie in each."""
    xs, ys = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if xs.size > MAX_MARKS:
        cells = ax.hexbin(xs, ys, gridsize=36, cmap=SEQUENTIAL, mincnt=1, norm=LogNorm(), linewidths=0.1)
        bar = ax.figure.colorbar(cells, ax=ax, label=f"{noun} a cell", pad=0.02)
        bar.outline.set_visible(False)
        bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: number(v)))
    else:
        few = xs.size <= 300
        look = {"s": 30, "edgecolors": GROUND, "linewidths": 0.6} if few else {"s": 12, "alpha": 0.6, "lw": 0}
        ax.scatter(xs, ys, color=HIGHLIGHT, **look)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    number_axis(ax.xaxis)
    number_axis(ax.yaxis)
    ax.grid(True, axis="both")
