"""The funnel: how many reach each stage, and what share of the stage before goes on."""

from collections.abc import Sequence
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report.labels import number_axis, wrapped
from engagement_utils.report.style import HIGHLIGHT, INK, QUIET, SMALL, grid
from engagement_utils.report.wording import decimals, number


def funnel(
    axes: Sequence[Axes],
    stages: Sequence[str],
    counts: Sequence[int],
    rates: Sequence[Estimate | None],
    *,
    noun: str = "events",
    rate_label: str = "share of the stage before",
) -> None:
    """Bars of the counts at the left, dots with intervals of the rates at the right, a row a stage.

    Args:
        axes: two, from `canvas(columns=2, sharey=True, width_ratios=(3, 2))`.
        rates: of each stage against the one before it; None for the first.
    """
    if not len(stages) == len(counts) == len(rates):
        msg = f"{len(stages)} stages, {len(counts)} counts, {len(rates)} rates; the same number is expected"
        raise ValueError(msg)
    left, right = axes
    rows = range(len(stages))
    bars = left.barh(rows, counts, height=0.62, color=HIGHLIGHT)
    left.bar_label(bars, [number(c, 0) for c in counts], padding=4, fontsize=SMALL, color=INK)
    left.set_yticks(rows, [wrapped(s) for s in stages], color=INK)
    left.set_ylim(len(stages) - 0.5, -0.5)
    left.set_xlabel(noun)
    left.margins(x=0.15)
    left.set_xlim(left=0)
    left.xaxis.set_major_locator(MaxNLocator(4))
    number_axis(left.xaxis)
    grid(left, "x")
    bounds = []
    digits = max((decimals(r, 100) or 0 for r in rates if r is not None), default=0)
    for y, rate in enumerate(rates):
        if rate is None or not isfinite(rate.value):
            continue
        bounds += [rate.value, *(rate.interval or ())]
        if rate.interval:
            right.plot(rate.interval, (y, y), color=HIGHLIGHT, lw=2)
        right.plot(rate.value, y, "o", ms=6, color=HIGHLIGHT if rate.interval else QUIET)
        right.annotate(
            number(rate.value * 100, digits, unit="%"),
            (rate.value, y),
            (0, 6),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=INK,
        )
    right.set_xlim(0, max([*bounds, 0.05]) * 1.15)
    right.set_xlabel(rate_label)
    right.xaxis.set_major_locator(MaxNLocator(4))
    number_axis(right.xaxis, percent=True)
    right.tick_params(labelleft=False)
    grid(right, "x")
