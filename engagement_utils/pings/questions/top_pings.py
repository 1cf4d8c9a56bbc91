"""Which pings hold the most engagement, and would they lead with other users or other event weights?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import exp
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from engagement_utils.pings.measures import Measures, event_counts
from engagement_utils.pings.ranking import (
    RESAMPLES,
    Ranking,
    Weighting,
    ranked,
    ranking,
    score_parts,
    weighting,
)
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, join_words, number, percent, with_interval
from engagement_utils.tables.collecting import collect

ROWS = 15  # pings of the rank chart: the top and some below it


class TopPings(Question[Measures]):
    """Which pings hold the most engagement, and are they sure of their place?"""

    topic = "top_under_users"
    unit = "user"

    @cached_property
    def _scores(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        m = self.measures
        counts = collect(event_counts(m.scored), by=["ping_id", "event_type"])
        return score_parts(m.totals, counts, m.settings.event_weights)

    @property
    def parts(self) -> pd.DataFrame:
        """What each ping's score is made of, index ping_id."""
        return self._scores[1]

    @cached_property
    def ranking(self) -> Ranking:
        """The top when the users are drawn anew."""
        m = self.measures
        return ranking(m.totals, m.pairs, m.settings.top_n, level=self.level, seed=m.settings.seed)

    @cached_property
    def weighting(self) -> Weighting:
        """The top when the weights vary."""
        m, s = self.measures, self.measures.settings
        return weighting(
            m.totals,
            self._scores[0],
            s.event_weights,
            s.top_n,
            spread=s.weight_spread,
            level=self.level,
            seed=s.seed,
        )

    def evidence(self) -> Mapping[str, Evidence]:
        """The share of the top that stays in it; held where a ping is in the top in
        as many draws as the level asks for.

        Ranks have no null to be tested against: a top of totals is always there.
        """
        users, weights = self.ranking, self.weighting
        return {
            "top_under_users": Evidence(
                users.kept,
                None,
                holds=bool(users.firm(self.level)),
                undecidable=len(users.frame) <= users.k,
            ),
            "top_under_weights": Evidence(
                weights.kept,
                None,
                holds=bool(weights.firm(self.level)),
                undecidable=len(weights.frame) <= weights.k,
            ),
        }

    def say(self) -> Mapping[str, Answer]:
        """Under other users, and under other weights."""
        return {"top_under_users": self._users(), "top_under_weights": self._weights()}

    def _users(self) -> Answer:
        k, kept, j = self.ranking.k, self.ranking.kept, self.judged()
        if len(self.ranking.frame) <= k:
            text = f"All pings with events are in the top {k}, so none can lose its place to another."
            return Answer("Every ping with events is in the top", text)
        if j.too_little:
            text = f"{count(kept.n, 'user')} are too few to say which pings belong to the top {k}."
            return Answer(f"Too few users to trust the top {k}", text)
        drawn = f"when the {count(kept.n, 'user')} are drawn anew"
        stay = f"{with_interval(kept, percent=True)} of the top {k} stay in it"
        if j.chance:
            heading = f"No ping is sure of its place in the top {k}"
            return Answer(heading, f"{heading}: {drawn}, {stay} on average.")
        names = self.ranking.firm(self.level)
        certain = join_words(names) if len(names) <= 5 else f"{len(names)} pings"
        holds = "holds its" if len(names) == 1 else "hold their"
        return Answer(
            f"{number(len(names))} of the top {k} pings {holds} place",
            f"Of the top {k} pings, {certain} hold a place in it {drawn}; on average {stay}.",
        )

    def _weights(self) -> Answer:
        w, j = self.weighting, self.judged("top_under_weights")
        if len(w.frame) <= w.k:
            text = f"All pings with events are in the top {w.k}, by every weighting."
            return Answer("Every ping with events is in the top", text)
        firm = len(w.firm(self.level))
        shared = join_words([f"{name} {a.shared}" for name, a in w.agreements.items()])
        text = (
            f"With every weight varied by a factor of about {number(exp(w.spread), 1)}, "
            f"{with_interval(w.kept, percent=True)} of the top {w.k} stay in it on average, "
            f"{number(firm)} of them in at least {percent(self.level)} of the variations; "
            f"other scorings keep of the {w.k}: {shared}."
        )
        if j.too_little:
            text = f"{count(w.kept.n, 'ping')} are too few to ask how a top {w.k} depends on the weights."
        holds = "holds its" if firm == 1 else "hold their"
        heading = (
            f"{number(firm) if firm else 'None'} of the top {w.k} pings {holds} place under other weights"
        )
        return Answer(heading, text)

    def show(self) -> Iterable[Output]:
        """The top and how firm it is, then other weights, then the tables."""
        return (
            self.top_pings(),
            self.rank_stability(),
            self.finding("top_under_weights"),
            self.weight_schemes(),
            self.top_table(),
            self.event_types(),
            self.schemes_table(),
        )

    def top_pings(self) -> Figure:
        """The top pings, each score split into its parts, with an interval over users."""
        top = self.ranking.top
        parts = _main_parts(self.parts.loc[top["ping_id"]])
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
            title=f"The top {self.ranking.k} pings and what their engagement is made of",
            caption=f"Bars add event weights and watch-time ratios; thin lines are {self.interval}s "
            "from drawing the users anew.",
            alt=f"{top['ping_id'].iloc[0]} leads with {number(top['engagement_score'].iloc[0], 1)} points, "
            f"{top['ping_id'].iloc[-1]} closes the top {self.ranking.k} with "
            f"{number(top['engagement_score'].iloc[-1], 1)}. {self.finding().text}",
            data=top.merge(self.parts.reset_index(), on="ping_id"),
        )

    def rank_stability(self) -> Figure:
        """Ranks of the first pings under other users and other weights, and their chance to be in the top."""
        k = self.ranking.k
        frames = {
            "when the\nusers are drawn anew": self.ranking.frame.head(ROWS),
            "when the\nweights vary": self.weighting.frame.head(ROWS),
        }
        names = self.ranking.frame["ping_id"].head(ROWS).astype(str).tolist()
        fig, axes = style.canvas(1, 2, height=1.0 + 0.27 * len(names), sharey=True)
        for ax, (title, frame) in zip(axes, frames.items(), strict=True):
            columns = ["rank", "rank_low", "rank_high", "probability"]
            plots.rank_bars(ax, frame[columns], k)
            ax.set_xlabel(f"rank {title}")
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
            caption=f"Dots are ranks in the data, bars hold {percent(self.level)} of the ranks in "
            f"{number(RESAMPLES)} draws; numbers are the chance to be in the top {k}, left of the dashed "
            "line.",
            alt=self.finding().text,
            data=both,
        )

    def weight_schemes(self) -> Figure:
        """How many of the top stay there under other scorings."""
        w = self.weighting
        labels: list[Any] = w.schemes["scheme"].tolist()
        shared = w.schemes["shared"].to_numpy()
        rows = range(len(labels))
        fig, ax = style.canvas(height=plots.height_for(len(labels)))
        ax.barh(rows, [w.k] * len(labels), height=0.5, color=style.QUIET, alpha=0.25)
        bars = ax.barh(rows, shared, height=0.5, color=style.HIGHLIGHT)
        ax.bar_label(
            bars, [f"{s} of {w.k}" for s in shared], padding=4, fontsize=style.SMALL, color=style.INK
        )
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
            caption="The same events scored otherwise; actions only and watching only are the two parts of "
            "the published score.",
            alt=f"Of the top {w.k}, {words}. {self.finding('top_under_weights').text}",
            data=w.schemes,
        )

    def top_table(self) -> TableView:
        """The published top list with metadata; the download ranks all pings."""
        frame = ranked(self.measures.totals).drop(columns=["watch_ratio"])
        return table(
            frame,
            name="ping_ranking",
            title=f"The top {self.ranking.k} pings",
            columns={
                "rank": "Rank",
                "ping_id": "Ping",
                "engagement_score": Col("Engagement", "points", digits=6),
                "creator_id": "Creator",
                "main_hashtag": "Hashtag",
                "category": "Category",
                "duration_sec": Col("Duration", "s", digits=0),
                "created_at": "Created",
                "users": "Users",
            },
            max_rows=self.ranking.k,
        )

    def event_types(self) -> TableView:
        """Events, users and points by event type, in the order of the weights."""
        weights = self.measures.settings.event_weights
        frame = self.measures.by_type.set_index("event_type").reindex(
            [k for k in weights if k in set(self.measures.by_type["event_type"])]
        )
        frame = frame.reset_index().assign(weight=lambda f: f["event_type"].map(dict(weights)))
        total = frame["interaction_score"].sum()
        frame["share"] = frame["interaction_score"] / total
        return table(
            frame,
            name="event_types",
            title="Events by type, and their share of all engagement",
            columns={
                "event_type": "Event",
                "weight": Col("Weight", digits=1),
                "events": "Events",
                "users": "Users",
                "interaction_score": Col("Engagement", "points", digits=1),
                "share": Col("Share", percent=True, digits=0),
            },
        )

    def schemes_table(self) -> TableView:
        """Other scorings of the same events and the top that each gives."""
        return table(
            self.weighting.schemes,
            name="other_scorings",
            title=f"The top {self.weighting.k} by other scorings",
            columns={
                "scheme": "Scoring",
                "counts": "What counts",
                "shared": f"Kept of {self.weighting.k}",
                "tau": Col("Kendall's tau", digits=2),
                "top": "Top",
            },
            save=False,  # the figure's download has the same numbers
        )


def _main_parts(parts: pd.DataFrame) -> pd.DataFrame:
    """Parts that are not all 0, the largest first; from the sixth on they are one."""
    used = parts.loc[:, parts.sum() > 0]
    used = used[used.sum().sort_values(ascending=False, kind="stable").index]
    most = len(style.PALETTE)
    if used.shape[1] <= most:
        return used
    return used.iloc[:, : most - 1].assign(other=used.iloc[:, most - 1 :].sum(axis=1))
