"""Figures of recommendation types, moderators and of users who come back."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from engagement_utils.activity.drawing import shown
from engagement_utils.activity.kinds import MEASURES
from engagement_utils.activity.lifecycle import Lifecycle
from engagement_utils.activity.moderators import Moderators
from engagement_utils.activity.results import Results
from engagement_utils.report import plots, style
from engagement_utils.report.answer import Answer
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import number, percent

ROWS = 15  # moderators of the rank chart: the top and some below it


def types(r: Results, found: Answer) -> Figure:
    """Click-through rate and feedback by recommendation type."""
    names = list(r.kinds.means["click_through_rate"])
    fig, axes = style.canvas(1, 2, height=plots.height_for(len(names)), sharey=True)
    rows = []
    for ax, (measure, label) in zip(axes, MEASURES.items(), strict=True):
        means = r.kinds.means[measure]
        plots.interval_bars(
            ax, names, list(means.values()), xlabel=f"mean {label}", order="given", noun="users"
        )
        rows += [(measure, k, e.n, e.value, e.low, e.high) for k, e in means.items()]
    return shown(
        fig,
        name="recommendation_types",
        title="Click-through rate and feedback by recommendation type",
        caption=f"Means over users, each counted once a type, with {percent(r.settings.level)} t intervals.",
        alt=found.finding.text,
        data=pd.DataFrame(rows, columns=["measure", "type", "users", "mean", "low", "high"]),
    )


def leaderboard(r: Results, m: Moderators, found: Answer) -> Figure:
    """Ranks of the first moderators by both scores, with what they could be."""
    frame = m.frame.head(ROWS)
    names = frame["moderator_id"].astype(str).tolist()
    fig, axes = style.canvas(1, 2, height=1.0 + 0.27 * len(names), sharey=True)
    for ax, score in zip(axes, ("corrected", "published"), strict=True):
        _ranks(ax, frame, score, m.agreement.k)
    axes[0].set_yticks(range(len(names)), names, color=style.INK)
    axes[0].set_ylim(len(names) - 0.5, -1.4)
    return shown(
        fig,
        name="moderator_ranks",
        title=f"The first {number(len(names))} moderators by the corrected score",
        caption=f"Dots are ranks, bars hold {percent(r.settings.level)} of the ranks in 2,000 draws of the "
        f"averages; numbers are the chance to be in the top {m.agreement.k}, left of the dashed line.",
        alt=found.finding.text,
        data=m.frame,
    )


def _ranks(ax: Axes, frame: pd.DataFrame, score: str, k: int) -> None:
    ax.axvline(k + 0.5, color=style.MUTED, lw=1, ls=(0, (4, 3)), zorder=1)
    beside = ax.get_yaxis_transform()
    ax.text(1.02, -0.95, f"in top {k}", transform=beside, va="center", fontsize=8, color=style.MUTED)
    names = [f"{score}_{c}" for c in ("rank", "rank_low", "rank_high", "top_probability")]
    for y, (rank, low, high, chance) in enumerate(frame[names].to_numpy(dtype=float)):
        color = style.HIGHLIGHT if rank <= k else style.QUIET
        ax.plot((low, high), (y, y), color=color, lw=2)
        ax.plot(rank, y, "o", ms=5, color=color)
        ax.text(1.02, y, percent(chance), transform=beside, va="center", fontsize=8, color=style.MUTED)
    ax.set_xlabel(f"rank by the {score} score")
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    style.grid(ax, "x")


def rank_slope(r: Results, m: Moderators, found: Answer) -> Figure:
    """From the published to the corrected ranking."""
    k = m.agreement.k
    fig, ax = style.canvas(height=1.2 + 0.26 * (2 * k - m.agreement.shared), width=6.0)
    plots.slope(
        ax,
        m.frame["moderator_id"].astype(str).tolist(),
        m.frame["published_rank"],
        m.frame["corrected_rank"],
        names=("published score", "corrected score"),
        top=k,
    )
    return shown(
        fig,
        name="moderator_scores",
        title=f"The top {number(k)} moderators by both scores",
        caption="A line is a moderator; coloured ones are in one top list only. Below the dashed line stand "
        "those outside the list, with their rank.",
        alt=found.finding.text,
    )


def retention(r: Results, life: Lifecycle, found: Answer) -> Figure:
    """Share of users active again, by intervals after their first."""
    frame = life.retention[life.retention["offset"] > 0]
    fig, ax = style.canvas(height=2.8)
    ax.fill_between(frame["offset"], frame["low"], frame["high"], color=style.HIGHLIGHT, alpha=0.2, lw=0)
    ax.plot(frame["offset"], frame["share"], "o-", color=style.HIGHLIGHT, ms=4)
    ax.set(xlabel=f"{life.interval}s after the first one", ylabel="share of users active", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    number_axis(ax.yaxis, percent=True)
    return shown(
        fig,
        name="retention",
        title=f"Users active again, by {life.interval} after their first",
        caption=f"Of the {number(life.users)} users those whose {life.interval} the data cover whole; the "
        f"band is Wilson's {percent(r.settings.level)} interval.",
        alt=found.finding.text,
        data=life.retention,
    )


def lifecycle(r: Results, life: Lifecycle, found: Answer) -> Figure:
    """Users by state in every interval, dormant ones below the line; stickiness under them."""
    states = life.states[life.states["whole"]]
    fig, (top, below) = style.canvas(2, 1, height=4.6, sharex=True, height_ratios=(3, 2))
    days = {"day": 1, "week": 7, "month": 30}[life.interval]
    width = pd.Timedelta(days=days * 0.8)
    base = pd.Series(0, index=states.index)
    for name, color in zip(("new", "returning", "resurrected"), style.PALETTE, strict=False):
        top.bar(
            states["period"], states[name], width=width, bottom=base, align="edge", color=color, label=name
        )
        base = base + states[name]
    top.bar(
        states["period"],
        -states["dormant"],
        width=width,
        align="edge",
        color=style.QUIET,
        alpha=0.5,
        label="dormant",
    )
    top.axhline(0, color=style.INK, lw=0.8)
    top.set_ylabel("users")
    number_axis(top.yaxis)
    fig.legend(loc="outside upper left", ncols=4, handlelength=1, columnspacing=1.2)
    s = life.stickiness
    label = f"days active\na {life.interval}"
    plots.trend(below, s["period"], s["share"], low=s["low"], high=s["high"], ylabel=label, percent=True)
    below.set_ylim(bottom=0)
    return shown(
        fig,
        name="lifecycle",
        title=f"Users by state in every {life.interval}, and how many of its days they come",
        caption="Above the line active users: new, active in the interval before too (returning), or only "
        "earlier (resurrected); below it those who were active in the interval before and are not (dormant). "
        f"Bottom, stickiness with its {percent(r.settings.level)} t interval.",
        alt=found.finding.text,
        data=life.states.merge(s, how="left", on=["period", "users"]),
    )
