"""Figures of measures against each other: combinations, correlations, pairs, ratings, messages, times."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from engagement_utils.activity.combinations import Combinations, short
from engagement_utils.activity.drawing import shown
from engagement_utils.activity.links import MEASURES, of_type
from engagement_utils.activity.published import NO_TYPES
from engagement_utils.activity.results import Results
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.samples import Floats
from engagement_utils.report import plots, style
from engagement_utils.report.answer import Answer
from engagement_utils.report.labels import number_axis, wrapped
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import number, percent

MOST_POINTS = 5_000
FEW = 5  # sessions below which a mean goes without interval: it would fill the panel
BINS = 14  # of a panel of the pair plot, at most


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


def combinations(r: Results, c: Combinations, found: Answer) -> Figure:
    """The score by combination of recommended types: means with intervals, and boxes."""
    labels = [short(name) for name in c.frame["combination"]]
    fig, (left, right) = style.canvas(1, 2, height=plots.height_for(len(labels)) + 0.6, sharey=True)
    values = np.concatenate(list(c.values.values()))
    plots.interval_bars(
        left,
        labels,
        list(c.means.values()),
        xlabel=f"mean {c.score.label} (points)",
        order="given",
        reference=(float(values.mean()), f"all users {number(values.mean(), 1)}"),
        highlight=[short(name) for name in c.supported["combination"]] or ("",),
        noun="users",
    )
    boxes(right, list(c.values.values()), range(len(labels)), vertical=False)
    right.set_xlabel(f"{c.score.label} of a user (points)")
    number_axis(right.xaxis)
    style.grid(right, "x")
    return shown(
        fig,
        name=f"combinations_{c.score.key}",
        title=f"{c.score.label.capitalize()} by combination of recommended types",
        caption=f"Left, means with {percent(r.settings.level)} t intervals, in colour where they differ from "
        "all other users; right, boxes from the first to the third quartile, the line in them the median, "
        "whiskers up to 1.5 times the box.",
        alt=found.finding.text,
        data=c.frame,
    )


def correlations(r: Results, found: Answer) -> Figure:
    """The correlation heatmap; cells of a part with its whole are marked."""
    names = list(r.links.names)
    k = len(names)
    fig, ax = style.canvas(height=1.1 + 0.52 * k)
    n = np.full((k, k), len(r.sessions))
    plots.annotated_heatmap(
        ax,
        r.links.matrix.to_numpy(),
        n,
        rows=names,
        columns=[wrapped(name.replace("click-through", "click"), 11) for name in names],
        label="Pearson correlation",
        centre=0.0,
        digits=2,
    )
    marked = r.links.part_whole.to_numpy()
    for i, j in zip(*np.nonzero(marked & ~np.eye(k, dtype=bool)), strict=True):
        ax.add_patch(Rectangle((j - 0.46, i - 0.46), 0.92, 0.92, fill=False, ec=style.INK, lw=1.6))
    tested = f"{number(len(r.links.supported))} of {number(len(r.links.pairs))} pairs of measures"
    return shown(
        fig,
        name="correlations",
        title="Correlations of the measures of a session",
        caption="Framed cells are a part with its whole: one of the two is computed from the other, so their "
        "correlation says nothing about users.",
        alt=f"Heatmap of {k} measures; {tested} go together reliably. {found.finding.text}",
        data=r.links.matrix.rename_axis("measure").reset_index(),
    )


def pairs(r: Results, found: Answer) -> Figure:
    """Every measure against every other: densities below, correlations above, histograms between."""
    names = list(MEASURES)
    k = len(names)
    fig, axes = style.canvas(k, k, height=7.0)
    data = {name: r.sessions[name].to_numpy(dtype=float) for name in names}
    edges = {name: _edges(values) for name, values in data.items()}
    for i, j in np.ndindex(k, k):
        ax, y, x = axes[i, j], names[i], names[j]
        ax.grid(False)
        ax.set(xlim=(edges[x][0], edges[x][-1]))
        if i == j:
            ax.hist(data[x], bins=edges[x], color=style.HIGHLIGHT)
            ax.set_yticks([])
        elif i > j:
            counts, _, _ = np.histogram2d(data[x], data[y], bins=(edges[x], edges[y]))
            filled = np.ma.masked_equal(counts.T, 0)
            ax.pcolormesh(edges[x], edges[y], filled, cmap=style.SEQUENTIAL, rasterized=False)
            ax.set(ylim=(edges[y][0], edges[y][-1]))
        else:
            value = r.links.matrix.loc[MEASURES[y], MEASURES[x]]
            ax.text(0.5, 0.5, number(value, 2), transform=ax.transAxes, ha="center", va="center", size=11)
            ax.set_yticks([])
            ax.spines["bottom"].set_visible(False)
        ax.tick_params(labelbottom=i == k - 1, labelleft=j == 0 and i > 0)
        ax.xaxis.set_major_locator(MaxNLocator(3, integer=True))
        if i > j:
            ax.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        if i == k - 1:
            ax.set_xlabel(wrapped(MEASURES[x], 13))
        if j == 0:
            ax.set_ylabel(wrapped(MEASURES[y], 13))
    fig.align_ylabels(axes[:, 0])
    return shown(
        fig,
        name="pair_plot",
        title="Every measure of a session against every other",
        caption=f"Below the diagonal darker cells hold more of the {number(len(r.sessions))} sessions; on it "
        "each measure's own distribution; above it Pearson's correlation.",
        alt=found.finding.text,
    )


def _edges(values: Floats) -> Floats:
    """Bins around whole numbers, as many as there are values, else fourteen."""
    low, high = values.min(), values.max()
    if high - low < BINS:
        return np.arange(low - 0.5, high + 1.0)
    return np.linspace(low, high, BINS + 1)


def ratings(r: Results, found: Answer) -> Figure:
    """Click-through rate by rating: clicks a recommendation, and the published whole-number rate."""
    table = r.ratings.published.set_index("rating")
    levels = [int(str(k)) for k in table.index]
    fig, (left, right) = style.canvas(1, 2, height=3.4, width_ratios=(1, 1))
    boxes(left, [r.ratings.values[k] for k in levels], range(len(levels)), vertical=True)
    frame = r.ratings.frame.set_index("rating").loc[levels]
    for x, (value, low, high) in enumerate(frame[["mean", "low", "high"]].to_numpy(dtype=float)):
        left.plot((x, x), (low, high), color=style.PALETTE[1], lw=2)
        left.plot(x, value, "o", ms=5, color=style.PALETTE[1])
    counts = frame["sessions"].tolist()
    ticks = [f"{k}\n({number(n)})" for k, n in zip(levels, counts, strict=True)]
    left.set_xticks(range(len(levels)), ticks)
    left.set(xlabel="feedback rating (sessions)", ylabel="clicks a recommendation")
    number_axis(left.yaxis)
    shares = table.div(table.sum(axis=1), axis=0)
    per_row = np.repeat(table.sum(axis=1).to_numpy()[:, None], table.shape[1], axis=1)
    plots.annotated_heatmap(
        right,
        shares.to_numpy(),
        per_row,
        rows=[str(k) for k in levels],
        columns=[wrapped(str(c), 6) for c in table.columns],
        label="share of the rating's sessions",
        percent=True,
        minimum_n=r.settings.minimum_n,
        xlabel="published click-through rate",
    )
    right.set_ylabel("feedback rating")
    return shown(
        fig,
        name="ctr_by_rating",
        title="Click-through rate by rating",
        caption="Sessions with recommendations. Left, boxes of the clicks a recommendation, orange dots "
        f"their means with {percent(r.settings.level)} t intervals; right, the published rate in whole "
        f"numbers, hatched where a rating has fewer than {number(r.settings.minimum_n)} sessions.",
        alt=found.finding.text,
        data=r.ratings.published.merge(r.ratings.frame, on="rating"),
    )


def messages(r: Results, found: Answer) -> Figure:
    """Messages sent against resources clicked, a panel a recommended type."""
    kinds = r.links.by_type["type"].tolist()
    columns = min(4, len(kinds))
    rows = -(-len(kinds) // columns)
    fig, axes = style.canvas(rows, columns, height=0.6 + 2.6 * rows, sharey=True, sharex=True, squeeze=False)
    frames = []
    for ax, kind in zip(axes.flat, kinds, strict=False):
        frame = r.sessions[of_type(r.sessions, kind)]
        frames.append(_messages(ax, frame, len(r.sessions) <= MOST_POINTS).assign(type=kind))
        name = short(kind) if kind == NO_TYPES else kind
        ax.set_title(f"{wrapped(name, 18)}\nn = {number(len(frame))}", fontsize=style.SIZE)
    for ax in axes.flat[len(kinds) :]:
        ax.set_visible(False)
    fig.supxlabel("resources clicked", fontsize=style.SIZE, color=style.INK)
    axes[0, 0].set_ylabel("messages sent")
    return shown(
        fig,
        name="messages_and_clicks",
        title="Messages sent against resources clicked, by recommended type",
        caption="Grey points are sessions, moved a little sideways so that equal ones show; dots are means "
        f"with {percent(r.settings.level)} t intervals, hollow below {FEW} sessions. A user with two types "
        "is in both panels.",
        alt=found.finding.text,
        data=pd.concat(frames, ignore_index=True),
    )


def _messages(ax: Axes, frame: pd.DataFrame, points: bool) -> pd.DataFrame:
    clicks, sent = frame["resources_clicked"].to_numpy(), frame["messages_sent"].to_numpy(dtype=float)
    if points:
        spread = ((np.arange(clicks.size) * 0.618) % 1 - 0.5) * 0.6
        ax.plot(clicks + spread, sent, "o", ms=2.5, color=style.QUIET, alpha=0.5, mew=0)
    rows = []
    for value in np.unique(clicks):
        own = sent[clicks == value]
        e = mean(own) if own.size >= FEW else Estimate(float(own.mean()), None, None, own.size)
        rows.append((int(value), e.n, e.value, e.low, e.high))
        if e.interval:
            ax.plot((value, value), e.interval, color=style.HIGHLIGHT, lw=2)
        ax.plot(value, e.value, "o", ms=5, mec=style.HIGHLIGHT, mfc=style.HIGHLIGHT if e.interval else "none")
    ax.locator_params(axis="x", nbins=4, integer=True)
    number_axis(ax.xaxis)
    number_axis(ax.yaxis)
    return pd.DataFrame(rows, columns=["resources_clicked", "sessions", "mean_messages", "low", "high"])


def times(r: Results, found: Answer) -> Figure:
    """Sessions by weekday and hour."""
    counts = r.times.counts
    fig, ax = style.canvas(height=2.9)
    plots.annotated_heatmap(
        ax,
        counts.to_numpy(dtype=float),
        counts.to_numpy(),
        rows=list(counts.index),
        columns=[str(h) for h in counts.columns],
        label="sessions",
        minimum_n=1,
        xlabel="hour in which the session begins",
    )
    place = np.unravel_index(int(counts.to_numpy().argmax()), counts.shape)
    hour = int(place[1])
    fullest = f"{counts.index[int(place[0])]}, {hour} to {hour + 1} h"
    return shown(
        fig,
        name="session_times",
        title="When sessions begin",
        caption="Cells count sessions by weekday and hour of their time stamps; a white cell has none.",
        alt=f"{found.finding.text} The fullest hour is {fullest}.",
        data=counts.rename_axis("weekday").reset_index(),
    )
