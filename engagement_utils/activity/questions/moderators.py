"""Which moderators do well, and what does the published score reward?"""

from collections.abc import Iterable, Mapping

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.moderators import DRAWS, Moderators
from engagement_utils.inference.estimate import Estimate
from engagement_utils.report import plots, style
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, interval, number, percent, tested, with_interval

ROWS = 15  # moderators of the rank chart: the top and some below it


class Leaderboard(Question[Measures]):
    """Which moderators do well?"""

    topic = "moderators"
    unit = "moderator"

    @property
    def board(self) -> Moderators:
        """Both rankings; only where there are moderators to rank."""
        board = self.measures.moderators
        assert board is not None
        return board

    def evidence(self) -> Mapping[str, Evidence]:
        """The top that stays when averages are redrawn is described; slow answers are tested."""
        if self.measures.moderators is None:
            return {self.topic: Evidence(None, None)}
        board = self.board
        kept = board.stability["corrected"].kept / board.agreement.k
        stays = Estimate(kept, None, None, len(board.frame), self.level, None, "redrawn averages")
        return {
            "moderators": Evidence(stays, None),
            "moderator_ranks": Evidence(stays, None),
            "response_time": Evidence(board.response, 0.0),
        }

    def say(self) -> Mapping[str, Answer]:
        """What the score rewards, how firm the top is, slow answers; or that there is nobody to rank."""
        if self.measures.moderators is None:
            text = "No table of moderators with sessions is given, so there is no leaderboard."
            return {self.topic: Answer("There are no moderators to rank", text)}
        return {
            "moderators": self._score(),
            "moderator_ranks": self._ranks(),
            "response_time": self._response(),
        }

    def _score(self) -> Answer:
        m = self.board
        k, shared = m.agreement.k, m.agreement.shared
        best = m.frame.iloc[0]
        firm = interval(best["corrected_rank_low"], best["corrected_rank_high"], 0)
        volume = percent(m.volume, 0 if m.volume < 0.99 else 1)
        text = (
            f"{volume} of the published moderator score is the number of sessions, and a slow answer raises "
            f"it; with response time counting against a moderator {number(shared)} of its top {number(k)} "
            f"stay, and {best['moderator_id']} leads (rank {firm})."
        )
        if k == shared:
            return Answer(f"The same {number(k)} moderators lead by both scores", text)
        change = "moderators change when slow answers count against them"
        return Answer(f"{number(k - shared)} of the top {number(k)} {change}", text)

    def _ranks(self) -> Answer:
        m = self.board
        k, sure, kept = m.agreement.k, m.separate["corrected"], m.stability["corrected"].kept
        many = "All" if sure == k else number(sure) if sure else "None"
        heading = f"{many} of the top {number(k)} surely belong there"
        text = (
            f"{number(sure)} of the top {number(k)} by the corrected score have their whole rank interval in "
            f"it; when the averages are drawn anew, {number(kept, 1)} of the {number(k)} stay on average."
        )
        return Answer(heading, text)

    def _response(self) -> Answer:
        j = self.judged("response_time")
        e = j.estimate
        value = f"Spearman's correlation of response time and satisfaction is {with_interval(e)}{tested(e)}"
        if j.too_little:
            text = (
                f"{count(e.n, 'moderator')} are too few to say whether slow answers go with low satisfaction."
            )
            return Answer("Too few moderators to compare response times", text)
        heading = "Slow answers do not reliably go with low satisfaction"
        if j.supported:
            heading = f"Moderators who answer slowly have {'lower' if e.value < 0 else 'higher'} satisfaction"
        return Answer(heading, f"{heading}: {value}.")

    def show(self) -> Iterable[Output]:
        """Ranks and what they could be, from one score to the other, the leaderboard."""
        if self.measures.moderators is None:
            return ()
        return (
            self.finding("moderator_ranks"),
            self.ranks(),
            self.slope(),
            self.finding("response_time"),
            self.table(),
        )

    def action(self) -> Action | None:
        """Not to reward by the published score."""
        board = self.measures.moderators
        moved = board.agreement.k - board.agreement.shared if board else 0
        if board is None or not moved:
            return None
        text = "Do not reward moderators by the published score: it pays for slow answers and volume."
        return Action(
            text, self.topic, f"{number(moved)} of its top {board.agreement.k} would not be chosen."
        )

    def claims(self) -> Iterable[Claim]:
        """On slow answers."""
        if self.measures.moderators is None:
            return ()
        slow = self.board.response
        return (
            Claim(
                8,
                "A higher average response time could go with a lower satisfaction score.",
                f"Spearman's correlation {with_interval(slow)}",
                slow.n,
                {"response_time": slow.value < 0},
            ),
        )

    def ranks(self) -> Figure:
        """Ranks of the first moderators by both scores, with what they could be."""
        m = self.board
        frame = m.frame.head(ROWS)
        names = frame["moderator_id"].astype(str).tolist()
        fig, axes = style.canvas(1, 2, height=1.0 + 0.27 * len(names), sharey=True)
        for ax, score in zip(axes, ("corrected", "published"), strict=True):
            columns = [f"{score}_{c}" for c in ("rank", "rank_low", "rank_high", "top_probability")]
            plots.rank_bars(ax, frame[columns].to_numpy(dtype=float), m.agreement.k)
            ax.set_xlabel(f"rank by the {score} score")
        axes[0].set_yticks(range(len(names)), names, color=style.INK)
        axes[0].set_ylim(len(names) - 0.5, -1.4)
        return kept_figure(
            fig,
            name="moderator_ranks",
            title=f"The first {number(len(names))} moderators by the corrected score",
            caption=f"Dots are ranks, bars hold {percent(self.level)} of the ranks in {number(DRAWS)} draws "
            f"of the averages; numbers are the chance to be in the top {m.agreement.k}, left of the dashed "
            "line.",
            alt=self.finding("moderator_ranks").text,
            data=m.frame,
        )

    def slope(self) -> Figure:
        """From the published to the corrected ranking."""
        m = self.board
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
        return kept_figure(
            fig,
            name="moderator_scores",
            title=f"The top {number(k)} moderators by both scores",
            caption="A line is a moderator; coloured ones are in one top list only. Below the dashed line "
            "stand those outside the list, with their rank.",
            alt=self.finding().text,
        )

    def table(self) -> TableView:
        """The leaderboard."""
        return table(
            self.board.frame,
            name="moderators_table",
            title="Moderators by the corrected score",
            columns={
                "moderator_id": "Moderator",
                "corrected_score": Col("Corrected score", digits=1),
                "corrected_rank": Col(
                    "Rank", digits=0, interval_with=("corrected_rank_low", "corrected_rank_high")
                ),
                "published_score": Col("Published score"),
                "published_rank": Col(
                    "Rank", digits=0, interval_with=("published_rank_low", "published_rank_high")
                ),
                "chat_sessions_moderated": "Sessions",
                "avg_response_time": Col("Response", "s"),
                "user_satisfaction_score": "Satisfaction",
                "shrunken_satisfaction": "shrunk",
            },
            max_rows=self.measures.settings.top_n,
        )
