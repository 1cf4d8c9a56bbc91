"""Figures of content: formats, domains, lengths, and what explains the score."""

from math import ceil
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from engagement_utils.posts import metrics
from engagement_utils.posts.answers_content import why_missing
from engagement_utils.posts.page import Answer, Note
from engagement_utils.posts.results import Results
from engagement_utils.posts.views_groups import biggest, group_means, level, said
from engagement_utils.posts.windows import DAYS
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis, wrapped
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import count, join_words, number

MOST_MARKS = 1_000  # posts drawn as points; more are drawn as counts
PANELS = 6


def _without(r: Results, what: str, *parts: str) -> Note | None:
    lacking = [p for p in parts if p in r.posts.missing]
    return Note(f"{what} is left out: {why_missing(r, lacking[0])}.") if lacking else None


def format_box(r: Results, found: Answer) -> Figure | Note:
    """Box plot of the score by format, from quantiles of all posts."""
    if note := _without(r, "The box plot by format", "format"):
        return note
    frame = biggest(r.measures["format"]).sort_values("p50", ascending=False, kind="stable")
    boxes = [
        {"med": b.p50, "q1": b.p25, "q3": b.p75, "whislo": b.p05, "whishi": b.p95, "mean": b.mean_score}
        for b in frame.rename(columns={"mean": "mean_score"}).itertuples()
    ]
    rows = np.arange(len(frame))
    fig, ax = style.canvas(height=plots.height_for(len(frame)) + 0.06 * len(frame))
    line = {"color": style.HIGHLIGHT, "lw": 1.6}
    ax.bxp(
        boxes,
        positions=rows,
        orientation="horizontal",
        showfliers=False,
        showmeans=True,
        widths=0.5,
        boxprops=line,
        whiskerprops=line,
        capprops=line,
        medianprops={"color": style.PALETTE[1], "lw": 2.4},
        meanprops={"marker": "D", "mfc": style.HIGHLIGHT, "mec": style.HIGHLIGHT, "ms": 4},
    )
    _named_rows(ax, frame, rows)
    ax.set_xlabel(f"score ({r.settings.unit})")
    style.grid(ax, "x")
    return figure(
        fig,
        name="format_box",
        title="Scores by format",
        caption="Box: middle half; line: median; diamond: mean; whiskers: 5th to 95th percentile.",
        alt=f"Box plots of {count(len(frame), 'format')}, highest median {frame['format'].iloc[0]}. "
        f"{said(found)}",
        data=r.measures["format"],
    )


def _named_rows(ax: Axes, frame: pd.DataFrame, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> None:
    """Formats at the left, the number of their posts at the right."""
    ax.set_yticks(rows, [wrapped(str(f)) for f in frame["format"]], color=style.INK)
    ax.set_ylim(len(rows) - 0.4, -0.75)
    look: Any = {"transform": ax.get_yaxis_transform(), "va": "center", "fontsize": style.SMALL}
    for y, n in zip(rows, frame["n"], strict=True):
        ax.text(1.02, float(y), number(int(n), 0), color=style.MUTED, **look)
    ax.text(1.02, -0.75, "posts", color=style.MUTED, **look)


def format_density(r: Results, found: Answer) -> Figure | Note:
    """Density of the score by format, one ridge a format."""
    if note := _without(r, "The density by format", "format"):
        return note
    frame = biggest(r.measures["format"])
    frame = frame[(frame["n"] >= r.settings.cell_minimum) & (frame["sd"] > 0)]
    if frame.empty:
        return Note("The density by format is left out: no format has enough posts.")
    frame = frame.sort_values("mean", ascending=False, kind="stable")
    counts = r.measures["density"]
    at = metrics.edges(float(r.total["low"]), float(r.total["high"]), 200)
    middle = (at[:-1] + at[1:]) / 2
    rows = np.arange(len(frame))
    curves = []
    for name in frame["format"]:
        own = counts[counts["format"] == name]
        bins = np.zeros(len(middle))
        bins[own["bin"].to_numpy(dtype="int64")] = own["n"]
        curves.append(metrics.density(bins, at))
    peak = max(float(c.max()) for c in curves)
    fig, ax = style.canvas(height=0.9 + 0.5 * len(frame))
    for y, curve in zip(rows, curves, strict=True):
        ax.fill_between(
            middle, y + 0.38, y + 0.38 - 1.05 * curve / peak, color=style.HIGHLIGHT, alpha=0.35, lw=0
        )
        ax.plot(middle, y + 0.38 - 1.05 * curve / peak, color=style.HIGHLIGHT, lw=1.4)
    ax.plot(frame["mean"], rows + 0.38, "D", ms=4, color=style.PALETTE[1], clip_on=False)
    _named_rows(ax, frame, rows)
    ax.set_xlabel(f"score ({r.settings.unit})")
    style.grid(ax, "x")
    densities = pd.DataFrame(dict(zip(frame["format"], curves, strict=True))).assign(score=middle)
    return figure(
        fig,
        name="format_density",
        title="Density of scores by format",
        caption="Kernel densities, all of area 1 on one scale; diamonds are means.",
        alt=f"Ridges of {count(len(frame), 'format')} that overlap widely. {said(found)}",
        data=densities,
    )


def domain_bars(r: Results, found: Answer) -> Figure | Note:
    """Means by domain with intervals."""
    if note := _without(r, "The view by domain", "domain"):
        return note
    frame = biggest(r.measures["domain"]).sort_values(
        "mean", ascending=False, kind="stable", ignore_index=True
    )
    fig = group_means(r, frame, [str(d) for d in frame["domain"]])
    return figure(
        fig,
        name="domain_means",
        title="Mean score by domain",
        caption=f"Dots are raw means with {level(r)} intervals, diamonds are partially pooled means.",
        alt=f"{count(len(frame), 'domain')}, highest mean {frame['domain'].iloc[0]}. {said(found)}",
        data=r.measures["domain"],
    )


def format_day(r: Results, found: Answer) -> Figure | Note:
    """Means by format and weekday."""
    if note := _without(r, "The map of formats and days", "format", "weekday"):
        return note
    names = [str(f) for f in biggest(r.measures["format"])["format"]]
    frame = r.measures["format_weekday"]
    shown = frame[frame["format"].isin(names)]
    values, n = np.full((len(names), 7), np.nan), np.zeros((len(names), 7), dtype="int64")
    at = ([names.index(str(f)) for f in shown["format"]], shown["weekday"].to_numpy(dtype="int64"))
    values[at], n[at] = shown["mean"], shown["n"]
    fig, ax = style.canvas(height=1.1 + 0.42 * len(names))
    plots.annotated_heatmap(
        ax,
        values,
        n,
        rows=names,
        columns=DAYS,
        label="mean score",
        unit=r.settings.unit,
        minimum_n=r.settings.cell_minimum,
        show_n=True,
    )
    thin = int(((n > 0) & (n < r.settings.cell_minimum)).sum())
    return figure(
        fig,
        name="format_by_day",
        title="Mean score by format and day",
        caption=f"Raw means and number of posts; cells with fewer than {r.settings.cell_minimum} posts "
        f"({number(thin)} here) are hatched. Partially pooled means are in the download.",
        alt=f"Map of {count(len(names), 'format')} by 7 days, {number(thin)} cells hatched. {said(found)}",
        data=frame.assign(weekday=[DAYS[int(d)] for d in frame["weekday"]]),
    )


def length_by_domain(r: Results, found: Answer) -> Figure | Note:
    """Score against length, a panel a domain: posts (or their counts) and binned means with intervals."""
    if note := _without(r, "Score against length by domain", "post_length", "domain"):
        return note
    bins = metrics.with_intervals(r.measures["length"], r.settings.level)
    sizes = bins.groupby("domain")["n"].sum().nlargest(PANELS)
    domains = sorted(sizes.index)
    columns = min(3, len(domains))
    rows = ceil(len(domains) / columns)
    fig, axes = style.canvas(rows, columns, height=0.6 + 2.0 * rows, sharex=True, sharey=True, squeeze=False)
    for ax, name in zip(axes.ravel(), domains, strict=False):
        _length_panel(r, ax, str(name), bins[bins["domain"] == name])
    for i, ax in enumerate(axes.ravel()):
        ax.set_visible(i < len(domains))
        ax.tick_params(labelbottom=i + columns >= len(domains))
    fig.supxlabel("length (words)", fontsize=style.SIZE)
    fig.supylabel(f"score ({r.settings.unit})", fontsize=style.SIZE)
    marks = "points are posts" if r.n <= MOST_MARKS else "shading counts posts"
    more = r.measures["domain"].shape[0] - len(domains)
    return figure(
        fig,
        name="length_by_domain",
        title="Score against length by domain",
        caption=f"{marks.capitalize()}; dots with lines are means in five bins of the length with {level(r)} "
        "intervals" + (f"; {count(more, 'smaller domain')} not shown." if more > 0 else "."),
        alt=f"One panel each for {join_words([str(d) for d in domains])}. {said(found)}",
        data=bins,
    )


def _length_panel(r: Results, ax: Axes, name: str, bins: pd.DataFrame) -> None:
    ax.set_title(f"{wrapped(name, 22)} (n {number(int(bins['n'].sum()), 0)})", fontsize=style.SMALL)
    if r.n <= MOST_MARKS:
        own = r.analysis.design.posts
        own = own[(own["domain"] == name) & own["post_length"].notna()]
        ax.plot(own["post_length"], own["score"], "o", ms=3, color=style.QUIET, alpha=0.55, mew=0, ls="")
    else:
        cells = r.measures["length_cells"]
        cells = cells[cells["domain"] == name]
        x = metrics.edges(float(r.total["shortest"]), float(r.total["longest"]), 30)
        y = metrics.edges(float(r.total["low"]), float(r.total["high"]), 30)
        counts = np.zeros((30, 30))
        counts[cells["score_bin"].to_numpy(dtype="int64"), cells["bin"].to_numpy(dtype="int64")] = cells["n"]
        shown = np.ma.masked_where(counts == 0, counts)
        ax.pcolormesh(x, y, shown, cmap=style.SEQUENTIAL, alpha=0.6, vmax=counts.max() * 1.6, rasterized=True)
    firm = bins[bins["n"] >= r.settings.cell_minimum]
    ax.vlines(firm["mean_length"], firm["low"], firm["high"], color=style.HIGHLIGHT, lw=1.6)
    ax.plot(firm["mean_length"], firm["mean"], "o-", ms=4, lw=1, color=style.HIGHLIGHT)
    number_axis(ax.xaxis)
    number_axis(ax.yaxis)


def shares(r: Results, found: Answer) -> Figure | Note:
    """How much of the variance goes without each factor."""
    model = r.analysis.resonance
    if not model.shares:
        return Note("The shares of variance are left out: the data hold the score alone.")
    names = {"post_length": "length", "hour": "hour of the day", "weekday": "day of the week"}
    labels = [names.get(f, f) for f in model.shares]
    fig, ax = style.canvas(height=plots.height_for(len(labels) + 1))
    plots.interval_bars(
        ax,
        ["all together", *labels],
        [model.explained, *model.shares.values()],
        xlabel="share of the variance of scores, out of sample",
        percent=True,
        reference=(0.0, "nothing"),
        noun="posts",
    )
    frame = pd.DataFrame(
        [
            (label, e.value, e.low, e.high, e.n)
            for label, e in zip(
                ["all together", *labels], [model.explained, *model.shares.values()], strict=True
            )
        ],
        columns=["factor", "share", "low", "high", "posts"],
    )
    return figure(
        fig,
        name="shares",
        title="What each factor explains in posts that the model has not seen",
        caption=f"Share of the variance lost without the factor, {level(r)} intervals; below 0 the factor "
        "only adds "
        "noise.",
        alt=f"{count(len(labels), 'factor')} ranked by the variance they explain. {said(found)}",
        data=frame,
    )


def histogram(r: Results, found: Answer) -> Figure:
    """The distribution of all scores in 20 bins."""
    at = metrics.edges(float(r.total["low"]), float(r.total["high"]), 20)
    frame = r.measures["histogram"]
    counts = np.zeros(20)
    counts[frame["bin"].to_numpy(dtype="int64")] = frame["n"]
    fig, ax = style.canvas(height=2.9)
    marks = {"mean": float(r.total["mean"]), "median": float(r.total["p50"])}
    plots.histogram(
        ax, at, counts, xlabel=f"score ({r.settings.unit})", ylabel="posts", marks=marks, label_bars=False
    )
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    low, high = float(r.total["p05"]), float(r.total["p95"])
    return figure(
        fig,
        name="score_histogram",
        title="How scores are spread",
        caption=f"Posts in 20 equal bins; nine in ten score between {number(low, 0)} and {number(high, 0)} "
        f"{r.settings.unit}.",
        alt=f"Histogram of {count(r.n, 'score')}, mean {number(marks['mean'], 1)}, median "
        f"{number(marks['median'], 1)}.",
        data=pd.DataFrame({"bin_left": at[:-1], "bin_right": at[1:], "n": counts.astype("int64")}),
    )
