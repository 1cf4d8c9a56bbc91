"""Figures of the scores: what they are made of, whose rank changes, weeks, spread."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from engagement_utils.activity.drawing import shown
from engagement_utils.activity.results import Results
from engagement_utils.activity.scores import CORRECTED, PUBLISHED
from engagement_utils.activity.weekly import Weekly
from engagement_utils.report import plots, style
from engagement_utils.report.answer import Answer
from engagement_utils.report.outputs import Figure
from engagement_utils.report.wording import number, percent

CORNER = 9  # points between an axis and its labels, where those of two axes meet in a corner


def composition(r: Results, found: Answer) -> Figure:
    """Share of every part in the variance of both scores."""
    scores = (PUBLISHED, CORRECTED)
    labels = [label for _, label in PUBLISHED.parts]
    fig, axes = style.canvas(1, 2, height=plots.height_for(len(labels)) + 0.3, sharey=True, sharex=True)
    for ax, score in zip(axes, scores, strict=True):
        shares = r.compositions[score.key].shares
        plots.interval_bars(
            ax,
            labels,
            [shares[label] for label in labels],
            xlabel=f"share of the {score.label}",
            percent=True,
            order="given",
            reference=(0.2, ""),
            noun="users",
        )
        ax.set_title(score.label.capitalize(), pad=14)
    frame = pd.concat([r.compositions[s.key].frame.assign(score=s.key) for s in scores], ignore_index=True)
    return shown(
        fig,
        name="score_parts",
        title="What the scores are made of",
        caption=f"Shares of the score's variance (covariance of part and score over the score's variance), "
        f"with {percent(r.settings.level)} intervals over users; the dashed line is an even fifth.",
        alt=found.finding.text,
        data=frame,
    )


def rank_changes(r: Results, found: Answer) -> Figure:
    """Every session's rank by both scores."""
    c = r.rank_changes
    fig, (left, right) = style.canvas(1, 2, height=3.4)
    n = len(c.frame)
    plots.scatter(
        left,
        c.frame["published_rank"],
        c.frame["corrected_rank"],
        xlabel="published rank",
        ylabel="corrected rank",
        noun="sessions",
    )
    left.plot((1, n), (1, n), color=style.MUTED, lw=1, ls=(0, (4, 3)))
    left.set(xlim=(n * 1.02, 1 - n * 0.02), ylim=(n * 1.02, 1 - n * 0.02))
    share = c.frame["change"] / n
    edges = np.linspace(-1, 1, 21)
    counts, _ = np.histogram(share, bins=edges)
    plots.histogram(
        right,
        edges,
        counts,
        xlabel="ranks gained, of all ranks",
        ylabel="sessions",
        percent=True,
        label_bars=False,
    )
    reach = max(0.1, float(np.ceil(share.abs().max() * 10) / 10))
    right.set_xlim(-reach, reach)
    right.tick_params(axis="x", pad=CORNER)
    return shown(
        fig,
        name="rank_changes",
        title="Ranks of the sessions by both scores",
        caption="Left, a point is a session, rank 1 (best) at the upper right, equal ranks on the dashed "
        "line. Right, ranks gained by the correction as a share of all ranks.",
        alt=found.finding.text,
        data=c.frame,
    )


def weeks(r: Results, found: Answer) -> Figure:
    """Weekly means with intervals and the levels between change points, a panel a score."""
    series = list(r.weekly.values())
    fig, axes = style.canvas(len(series), 1, height=0.6 + 2.3 * len(series), sharex=True, squeeze=False)
    for ax, w in zip(axes[:, 0], series, strict=True):
        _week(ax, w)
    frame = pd.concat([w.frame.assign(score=w.score.key) for w in series], ignore_index=True)
    return shown(
        fig,
        name="weekly_trend",
        title="Mean score of the sessions, week by week",
        caption=f"Dots are weekly means, hollow where the data cover only a part of the week; the band is "
        f"their {percent(r.settings.level)} t interval over sessions; thick lines are the levels between "
        "change points.",
        alt=found.finding.text,
        data=frame,
    )


def _week(ax: Axes, w: Weekly) -> None:
    f = w.frame
    quiet = style.QUIET
    plots.trend(ax, f["week"], f["mean"], low=f["low"], high=f["high"], ylabel=w.score.label, color=quiet)
    part = f[~f["whole"]]
    ax.plot(part["week"], part["mean"], "o", ms=5, mfc=style.GROUND, mec=quiet, mew=1.3, zorder=4)
    week = pd.Timedelta(days=7)
    for s in w.changes.segments:
        start, end = f["week"].iloc[s.first], f["week"].iloc[s.last] + week
        ax.plot((start, end), (s.mean, s.mean), color=style.HIGHLIGHT, lw=2.6, solid_capstyle="butt")
        # beside the band, on the side to which the level lies
        below = s.mean < f["mean"].mean() - w.sd / 4
        bounds = f[["mean", "low", "high"]].iloc[s.first : s.last + 1].to_numpy()
        ax.annotate(
            number(s.mean, 1),
            (start + (end - start) / 2, np.nanmin(bounds) if below else np.nanmax(bounds)),
            (0, -4 if below else 4),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            fontsize=style.SMALL,
            color=style.INK,
        )
    ax.margins(y=0.12)


def spread(r: Results, found: Answer) -> Figure:
    """How the users' scores are spread, the low-engagement band shaded."""
    spreads = list(r.spreads.values())
    fig, axes = style.canvas(1, len(spreads), height=3.0, squeeze=False)
    low, high = r.settings.low_band
    for ax, s in zip(axes[0], spreads, strict=True):
        plots.histogram(
            ax,
            s.edges,
            s.counts,
            xlabel=f"{s.score.label} of a user (points)",
            ylabel="users",
            marks={"median": round(s.quantiles["median"], 1)},
            label_bars=False,
        )
        ends = [s.edges[0], s.edges[-1], *((low, high) if s.low else ())]
        ax.set_xlim(min(ends), max(ends))
        ax.tick_params(axis="x", pad=CORNER)
        if s.low is not None:
            ax.set_ylim(top=float(s.counts.max()) * 1.4)
            ax.axvspan(low, high, color=style.PALETTE[1], alpha=0.25, lw=0, zorder=0)
            ax.text(
                (low + high) / 2,
                ax.get_ylim()[1] * 0.97,
                f"low\n{percent(s.low.value)}",
                ha="center",
                va="top",
                fontsize=style.SMALL,
                color=style.INK,
            )
    frames = [
        pd.DataFrame({"score": s.score.key, "from": s.edges[:-1], "to": s.edges[1:], "users": s.counts})
        for s in spreads
    ]
    band = f"the shaded band is the published low-engagement band, {number(low)} to {number(high)} points"
    return shown(
        fig,
        name="score_distribution",
        title=f"How the scores of {number(r.counted.users)} users are spread",
        caption=f"Bars count users by the mean score of their sessions; {band}."
        if PUBLISHED.key in r.spreads
        else "Bars count users by the mean score of their sessions.",
        alt=found.finding.text,
        data=pd.concat(frames, ignore_index=True),
    )
