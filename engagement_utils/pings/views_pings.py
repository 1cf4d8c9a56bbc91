"""Figures of pings: the top and what it is made of, concentration, groups, how firm the ranking is."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from engagement_utils.pings.groups import Grouping
from engagement_utils.pings.ranking import RESAMPLES
from engagement_utils.pings.results import Results
from engagement_utils.report import plots, style
from engagement_utils.report.answer import Answer
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import number, percent, plural_of

ROWS = 15  # pings of the rank chart: the top and some below it


def top_pings(r: Results, found: Answer) -> Figure:
    """The top pings, each score split into its parts, with an interval over users."""
    top = r.ranking.top
    parts = _main_parts(r.parts.loc[top["ping_id"]])
    rows = np.arange(len(top))
    fig, ax = style.canvas(height=0.9 + 0.32 * len(top))
    left = np.zeros(len(top))
    for (name, values), color in zip(parts.items(), style.PALETTE, strict=False):
        ax.barh(rows, values, left=left, height=0.6, color=color, label=str(name).replace("_", " "))
        left += values.to_numpy()
    for y, low, high in zip(rows, top["low"], top["high"], strict=True):
        ax.plot((low, high), (y + 0.4, y + 0.4), color=style.INK, lw=1.2)
    ax.set_yticks(rows, top["ping_id"].astype(str), color=style.INK)
    ax.set_ylim(len(top) - 0.4, -0.6)
    ax.set_xlabel("engagement score (points)")
    style.grid(ax, "x")
    fig.legend(loc="outside upper left", ncols=len(parts.columns), handlelength=1, columnspacing=1.2)
    return figure(
        fig,
        name="top_pings",
        title=f"The top {r.ranking.k} pings and what their engagement is made of",
        caption=f"Bars add event weights and watch-time ratios; thin lines are {percent(r.settings.level)} "
        "intervals from drawing the users anew.",
        alt=f"{top['ping_id'].iloc[0]} leads with {number(top['engagement_score'].iloc[0], 1)} points, "
        f"{top['ping_id'].iloc[-1]} closes the top {r.ranking.k} with "
        f"{number(top['engagement_score'].iloc[-1], 1)}. {found.finding.text}",
        data=top.merge(r.parts.reset_index(), on="ping_id"),
    )


def _main_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """Parts that are not all 0, the largest first; from the sixth on they are one."""
    used = parts.loc[:, parts.sum() > 0]
    used = used[used.sum().sort_values(ascending=False, kind="stable").index]
    most = len(style.PALETTE)
    if used.shape[1] <= most:
        return used
    return used.iloc[:, : most - 1].assign(other=used.iloc[:, most - 1 :].sum(axis=1))


def lorenz(r: Results, found: Answer) -> Figure:
    """The Lorenz curve of engagement, and the one of equally attractive pings."""
    a = r.attention
    fig, (ax, beside) = style.canvas(1, 2, height=3.9, width_ratios=(3, 2))
    plots.lorenz(ax, a.lorenz, items="pings")
    ax.plot(a.lorenz.population, a.lorenz_chance, color=style.PALETTE[1], ls=(0, (2, 2)), lw=1.6)
    rows = {f"top {a.k}": (a.top, a.top_chance), "Gini": (a.gini, a.gini_chance)}
    for y, (observed, chance) in enumerate(rows.values()):
        if observed.interval:
            beside.plot(observed.interval, (y - 0.1, y - 0.1), color=style.HIGHLIGHT, lw=2)
        beside.plot(observed.value, y - 0.1, "o", ms=6, color=style.HIGHLIGHT)
        beside.plot((chance.low, chance.high), (y + 0.1, y + 0.1), color=style.PALETTE[1], lw=2)
        beside.plot(chance.expected, y + 0.1, "D", ms=5, color=style.PALETTE[1])
    across = beside.get_yaxis_transform()
    for at, text, color in (
        (-0.32, "these pings", style.HIGHLIGHT),
        (0.32, "equally attractive", style.PALETTE[1]),
    ):
        beside.text(
            0.98, at, text, transform=across, ha="right", va="center", fontsize=style.SMALL, color=color
        )
    beside.set_yticks(range(len(rows)), rows, color=style.INK)
    beside.set(ylim=(1.6, -0.6), xlabel="share, and Gini coefficient")
    beside.set_xlim(left=0)
    beside.margins(x=0.25)
    beside.xaxis.set_major_locator(MaxNLocator(4))
    style.grid(beside, "x")
    frame = pd.DataFrame(
        {
            "share_of_pings": a.lorenz.population,
            "share_of_engagement": a.lorenz.share,
            "low": a.lorenz.low,
            "high": a.lorenz.high,
            "equally_attractive": a.lorenz_chance,
        }
    )
    return figure(
        fig,
        name="concentration",
        title="Share of engagement that the least engaging pings hold",
        caption="Left, the Lorenz curve with its bootstrap band over pings, dotted what equally attractive "
        f"pings show on average. Right, share of the top {a.k} and Gini coefficient with "
        f"{percent(r.settings.level)} intervals, below them the range under equal attractiveness.",
        alt=found.finding.text,
        data=frame,
    )


def groups(r: Results, grouping: Grouping, found: Answer) -> Figure:
    """Mean engagement of a ping by group: shrunken with its interval, raw as a ring."""
    labels = grouping.table["group"].tolist()
    fig, ax = style.canvas(height=plots.height_for(len(labels)))
    mean = float(r.totals["engagement_score"].mean())
    plots.interval_bars(
        ax,
        labels,
        [s.estimate for s in grouping.shrunken],
        xlabel="engagement of a ping (points)",
        order="given",
        reference=(mean, f"all pings {number(mean, 1)}"),
        highlight=grouping.supported["group"].tolist() or ("",),
        noun="pings",
    )
    ax.plot(grouping.table["raw"], range(len(labels)), "x", color=style.MUTED, ms=5, zorder=4)
    return figure(
        fig,
        name=f"groups_{grouping.by}",
        title=f"Engagement of a ping by {grouping.word}",
        caption=f"Dots are means shrunk towards the mean of all {plural_of(grouping.word)}, bars their "
        f"{percent(r.settings.level)} intervals, crosses the raw means; colour marks groups that differ from "
        "all other pings.",
        alt=found.finding.text,
        data=grouping.table,
    )


def rank_stability(r: Results, found: Answer) -> Figure:
    """Ranks of the first pings under other users and other weights, and their chance to be in the top."""
    k = r.ranking.k
    frames = {
        "when the\nusers are drawn anew": r.ranking.frame.head(ROWS),
        "when the\nweights vary": r.weighting.frame.head(ROWS),
    }
    names = r.ranking.frame["ping_id"].head(ROWS).astype(str).tolist()
    fig, axes = style.canvas(1, 2, height=1.0 + 0.27 * len(names), sharey=True)
    for ax, (title, frame) in zip(axes, frames.items(), strict=True):
        _ranks(ax, frame, k, title)
    axes[0].set_yticks(range(len(names)), names, color=style.INK)
    axes[0].set_ylim(len(names) - 0.5, -1.4)
    under_users, under_weights = frames.values()
    both = under_users.merge(
        under_weights.drop(columns=["rank", "engagement_score"]),
        on="ping_id",
        suffixes=("_users", "_weights"),
    )
    return figure(
        fig,
        name="rank_stability",
        title="How firm the ranking is",
        caption=f"Dots are ranks in the data, bars hold {percent(r.settings.level)} of the ranks in "
        f"{number(RESAMPLES)} draws; numbers are the chance to be in the top {k}, left of the dashed line.",
        alt=found.finding.text,
        data=both,
    )


def _ranks(ax: Axes, frame: pd.DataFrame, k: int, title: str) -> None:
    ax.axvline(k + 0.5, color=style.MUTED, lw=1, ls=(0, (4, 3)), zorder=1)
    beside = ax.get_yaxis_transform()
    ax.text(1.02, -0.95, f"in top {k}", transform=beside, va="center", fontsize=8, color=style.MUTED)
    columns = (frame[c].to_list() for c in ("rank", "rank_low", "rank_high", "probability"))
    for y, (rank, low, high, chance) in enumerate(zip(*columns, strict=True)):
        color = style.HIGHLIGHT if rank <= k else style.QUIET
        ax.plot((low, high), (y, y), color=color, lw=2)
        ax.plot(rank, y, "o", ms=5, color=color)
        ax.text(1.02, y, percent(chance), transform=beside, va="center", fontsize=8, color=style.MUTED)
    ax.set_xlabel(f"rank {title}")
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    style.grid(ax, "x")


def weight_schemes(r: Results, found: Answer) -> Figure:
    """How many of the top stay there under other scorings."""
    w = r.weighting
    labels: list[Any] = w.schemes["scheme"].tolist()
    shared = w.schemes["shared"].to_numpy()
    rows = range(len(labels))
    fig, ax = style.canvas(height=plots.height_for(len(labels)))
    ax.barh(rows, [w.k] * len(labels), height=0.5, color=style.QUIET, alpha=0.25)
    bars = ax.barh(rows, shared, height=0.5, color=style.HIGHLIGHT)
    ax.bar_label(bars, [f"{s} of {w.k}" for s in shared], padding=4, fontsize=style.SMALL, color=style.INK)
    ax.set_yticks(rows, labels, color=style.INK)
    ax.set_ylim(len(labels) - 0.5, -0.5)
    ax.set_xlim(0, w.k * 1.08)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    ax.set_xlabel(f"of the top {w.k} by published weights, still in the top {w.k}")
    style.grid(ax, "x")
    words = ", ".join(f"{name} keeps {s}" for name, s in zip(labels, shared, strict=True))
    return figure(
        fig,
        name="weight_schemes",
        title=f"The top {w.k} under other scorings",
        caption="The same events scored otherwise; actions only and watching only are the two parts of the "
        "published score.",
        alt=f"Of the top {w.k}, {words}. {found.finding.text}",
        data=w.schemes,
    )
