"""Whose rank changes when the score is corrected, and by how much?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.scores import CORRECTED, PUBLISHED
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.ranks import Agreement, agreement
from engagement_utils.report import plots, style
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, percent, with_interval

FAR = 0.1  # of all ranks: a move that counts as large; and of the sessions: so many make another ranking
CORNER = 9  # points between an axis and its labels, where those of two axes meet in a corner
MOVED = (
    "session_id",
    "session_length",
    "messages_sent",
    "feedback_rating",
    "resources_clicked",
    "combination",
)


@dataclass(frozen=True)
class RankChanges:
    """The same sessions ranked by both scores, 1 is best.

    Attributes:
        frame: session_id, user_id, both scores, both ranks, change (ranks gained by the correction).
        moved: share of the sessions whose rank changes by more than a tenth of all ranks.
        left: share of the published top that is not in the corrected top of the same length.
        top: length of that list.
    """

    frame: pd.DataFrame
    moved: Estimate
    left: Estimate
    agreement: Agreement
    top: int

    @property
    def median_move(self) -> float:
        """Median absolute change of rank, as a share of all ranks."""
        return float(self.frame["change"].abs().median() / len(self.frame))


class RankChange(Question[Measures]):
    """Whose rank changes when the score is corrected, and by how much?"""

    topic = "rank_changes"
    unit = "session"

    @cached_property
    def changes(self) -> RankChanges:
        """The same sessions ranked by both scores."""
        sessions, top = self.measures.sessions, self.measures.settings.top_n
        return rank_changes(sessions, max(top, len(sessions) // 10), level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """The share of the sessions that move far, against a tenth."""
        return {self.topic: Evidence(self.changes.moved, FAR)}

    def say(self) -> Mapping[str, Answer]:
        """Whether the correction makes another ranking."""
        c, j = self.changes, self.judged()
        left = c.top - c.agreement.shared
        facts = (
            f"{with_interval(c.moved, percent=True)} of the sessions move by over a tenth of all ranks, half "
            f"of all by {percent(c.median_move)} or more; {number(left)} of the top {number(c.top)} leave it "
            f"(Kendall's tau {number(c.agreement.tau, 2)})"
        )
        if j.supported and c.moved.value > FAR:
            heading = f"Corrected, {number(left)} of the top {number(c.top)} sessions leave the top"
            text = f"The correction makes another ranking: {facts}."
        elif j.too_little:
            heading = "Too few sessions to compare two rankings"
            text = f"{count(c.moved.n, 'session')} are too few to compare the two rankings."
        else:
            heading, text = (
                "Both scores rank the sessions much alike",
                f"The correction changes little: {facts}.",
            )
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """Both rankings, and the sessions that move most."""
        return self.figure(), self.movers("up"), self.movers("down")

    def figure(self) -> Figure:
        """Every session's rank by both scores."""
        c = self.changes
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
        return kept_figure(
            fig,
            name="rank_changes",
            title="Ranks of the sessions by both scores",
            caption="Left, a point is a session, rank 1 (best) at the upper right, equal ranks on the dashed "
            "line. Right, ranks gained by the correction as a share of all ranks.",
            alt=self.finding().text,
            data=c.frame,
        )

    def movers(self, direction: Literal["up", "down"]) -> TableView:
        """The sessions whose rank gains, or loses, most by the correction."""
        frame = self.changes.frame.merge(self.measures.sessions[list(MOVED)], on="session_id")
        order = frame.sort_values(
            ["change", "session_id"], ascending=[direction == "down", True], kind="stable"
        )
        word = "gain" if direction == "up" else "lose"
        return table(
            order.head(self.measures.settings.top_n),
            name=f"rank_{direction}",
            title=f"The {number(min(self.measures.settings.top_n, len(frame)))} sessions that {word} "
            "most ranks",
            columns={
                "session_id": "Session",
                "published_rank": "Published rank",
                "corrected_rank": "Corrected rank",
                "change": "Ranks gained",
                "session_length": Col("Length", "min"),
                "messages_sent": "Messages",
                "feedback_rating": "Rating",
                "resources_clicked": "Clicks",
                "combination": "Recommended",
            },
        )


def rank_changes(sessions: pd.DataFrame, top: int, *, level: float) -> RankChanges:
    """Rank the sessions by both scores; equal scores rank by session id.

    Args:
        top: length of the top list that is compared; at most the number of sessions.
    """
    names = ["session_id", "user_id", PUBLISHED.column, CORRECTED.column]
    frame = sessions[names].sort_values("session_id", ignore_index=True)
    n, top = len(frame), min(top, len(frame))
    for score in (PUBLISHED, CORRECTED):
        order = np.argsort(-frame[score.column].to_numpy(dtype=float), kind="stable")
        ranks = np.empty(n, dtype=np.int64)
        ranks[order] = np.arange(1, n + 1)
        frame[f"{score.key}_rank"] = ranks
    frame["change"] = frame["published_rank"] - frame["corrected_rank"]
    large = int((frame["change"].abs() > FAR * n).sum())
    agreed = agreement(frame[PUBLISHED.column], frame[CORRECTED.column], top)
    return RankChanges(
        frame=frame,
        moved=proportion(large, n, level=level),
        left=proportion(top - agreed.shared, top, level=level),
        agreement=agreed,
        top=top,
    )
