"""Figures of how views are watched: the ratio's distribution, completing and skipping, acting, the funnel."""

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.pings.metrics import QUANTILES
from engagement_utils.pings.results import Results
from engagement_utils.report import plots, style
from engagement_utils.report.answer import Answer
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import count, join_words, number, percent


def estimates_frame(labels: list[str], estimates: list[Estimate], what: str) -> pd.DataFrame:
    """Estimates as a table: what, value, low, high, n."""
    rows = [(label, e.value, e.low, e.high, e.n) for label, e in zip(labels, estimates, strict=True)]
    return pd.DataFrame(rows, columns=[what, "value", "low", "high", "n"])


def watching(r: Results, found: Answer) -> list[Figure]:
    """The figures of the views' ratio; none where there is no view to draw."""
    return [ratio_histogram(r, found), rates(r)] if r.watching.views else []


def ratio_histogram(r: Results, found: Answer) -> Figure:
    """Ten bins of the views' watch-time ratio, its quantiles marked below them."""
    w = r.watching
    edges = [*w.histogram["bin_left"], w.histogram["bin_right"].iloc[-1]]
    fig, (top, strip) = style.canvas(2, height=3.6, sharex=True, height_ratios=(8, 1))
    plots.histogram(top, edges, w.histogram["count"], xlabel="", ylabel="views", percent=True)
    # unlabelled, since quantiles may fall together; the caption says them
    marks = {name: float(w.distribution[name]) for name in QUANTILES}
    strip.plot((marks["25%"], marks["75%"]), (0, 0), color=style.HIGHLIGHT, lw=3)
    strip.plot(list(marks.values()), [0] * len(marks), "|", color=style.INK, ms=12, mew=2)
    strip.set(ylim=(-1, 1), xlabel="watch-time ratio of a view")
    strip.set_yticks([0], ["quantiles"])
    style.grid(strip, None)
    said = [f"{'the median' if name == '50%' else name} at {number(x, 2)}" for name, x in marks.items()]
    fullest = int(np.argmax(w.histogram["count"].to_numpy()))
    low, high = edges[fullest], edges[fullest + 1]
    return figure(
        fig,
        name="watch_ratio_histogram",
        title=f"Watch-time ratio of {count(w.views, 'view')}",
        caption="Bars count views in ten bins of equal width. The ticks below mark quantiles by linear "
        f"interpolation: {join_words(said)}.",
        alt=f"{found.finding.text} The fullest of ten bins, {percent(low)} to {percent(high)}, holds "
        f"{count(int(w.histogram['count'].max()), 'view')}.",
        data=w.histogram,
    )


def rates(r: Results) -> Figure:
    """Skip rate, share past half, completion rate."""
    w = r.watching
    labels = [
        f"stops within {percent(w.skip)}",
        "passes half",
        f"reaches {percent(w.completion)}",
    ]
    estimates = [w.skipped, w.half, w.completed]
    fig, ax = style.canvas(height=plots.height_for(3))
    plots.interval_bars(
        ax, labels, estimates, xlabel="share of views", percent=True, order="given", noun="users"
    )
    ax.set_xlim(0, 1)
    words = ", ".join(f"{label} {percent(e.value)}" for label, e in zip(labels, estimates, strict=True))
    return figure(
        fig,
        name="watch_rates",
        title="How far views go",
        caption=f"Dots are shares of {count(w.views, 'view')}, bars {percent(r.settings.level)} intervals "
        "with users as independent units.",
        alt=f"Share of views: {words}.",
        data=estimates_frame(labels, estimates, "a view that"),
    )


def acting(r: Results, found: Answer) -> Figure:
    """Share of viewed pairs with an action, by how fully they were watched."""
    d = r.discrimination
    labels, estimates = d.bands["band"].tolist(), d.bands["share"].tolist()
    fig, ax = style.canvas(height=plots.height_for(len(labels)))
    overall = d.acted / d.viewed if d.viewed else 0.0
    plots.interval_bars(
        ax,
        labels,
        estimates,
        xlabel="share of viewed (user, ping) pairs with an action",
        percent=True,
        order="given",
        reference=(overall, f"all pairs {percent(overall)}"),
        noun="users",
    )
    frame = estimates_frame(labels, estimates, "watch_time_ratio")
    frame[["pairs", "acted"]] = d.bands[["pairs", "acted"]]
    return figure(
        fig,
        name="acting_by_watching",
        title="Actions by how fully a pair was watched",
        caption=f"Rows are bands of the mean watch-time ratio of a pair's views; bars are "
        f"{percent(r.settings.level)} intervals with users as independent units.",
        alt=found.finding.text,
        data=frame,
    )


def funnel(r: Results, found: Answer) -> Figure:
    """Pairs at each stage, and the share of the stage before that goes on."""
    stages = r.funnel.stages
    fig, axes = style.canvas(1, 2, height=2.6, sharey=True, width_ratios=(3, 2))
    plots.funnel(
        axes,
        stages["stage"].tolist(),
        stages["pairs"].tolist(),
        r.funnel.rates,
        noun="(user, ping) pairs",
        rate_label="of the stage before",
    )
    rates = pd.DataFrame(
        [(e.value, e.low, e.high) if e else (None, None, None) for e in r.funnel.rates],
        columns=["rate", "low", "high"],
    )
    frame = pd.concat([stages, rates], axis=1)
    return figure(
        fig,
        name="funnel",
        title="Pairs with an impression, a view, a reaction and a follow",
        caption="Left, (user, ping) pairs that have the stage at all; right, of the pairs with the stage "
        f"before it, the share that has it too, with {percent(r.settings.level)} intervals (users as units).",
        alt=found.finding.text,
        data=frame,
    )
