"""The report on user activity: its questions in order, its key figures, and the scored tables as files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from engagement_utils.activity.measures import Measures, Settings
from engagement_utils.activity.questions.correlations import Correlations, MessagesAndClicks
from engagement_utils.activity.questions.low_engagement import LowEngagement
from engagement_utils.activity.questions.moderators import Leaderboard
from engagement_utils.activity.questions.rank_changes import RankChange
from engagement_utils.activity.questions.ratings import Ratings
from engagement_utils.activity.questions.recommendation_types import RecommendationTypes
from engagement_utils.activity.questions.recommended_types import RecommendedTypes
from engagement_utils.activity.questions.retention import Retention
from engagement_utils.activity.questions.score_parts import LENGTH, ScoreParts
from engagement_utils.activity.questions.session_times import SessionTimes
from engagement_utils.activity.questions.weekly_trend import WeeklyTrend
from engagement_utils.activity.schema import schemas, top_rating
from engagement_utils.activity.scores import PUBLISHED
from engagement_utils.report.exports import save_csv
from engagement_utils.report.header import header, key_figure
from engagement_utils.report.outputs import Header, TableView
from engagement_utils.report.report import Report
from engagement_utils.report.table import table
from engagement_utils.report.wording import count, number
from engagement_utils.report.workbook import Sheet, save_workbook
from engagement_utils.tables.quality import Reason
from engagement_utils.tables.reading import Dataset

__all__ = ["ActivityReport", "Settings", "schemas"]

SESSION_COLUMNS = (
    "user_id",
    "date",
    "session_id",
    "session_length",
    "messages_sent",
    "feedback_rating",
    "resources_clicked",
    "recommendations",
    "combination",
    "per_session_ctr",
    "user_engagement_score",
    "clicks_per_recommendation",
    "clicks_per_minute",
    "corrected_score",
    "published_rank",
    "corrected_rank",
)
NOTES = (
    "user_engagement_score: 0.2 times each of session length, messages, rating, clicks and per_session_ctr.",
    "per_session_ctr: whole-number division, as published: clicks / minutes without recommendations, 0 "
    "without clicks, else clicks / recommendations.",
    "corrected_score: 50 + 10 times the mean of five z scores; clicks are measured a recommendation or a "
    "minute, each standardised among its own sessions.",
    "moderator_performance_score: 0.33 times each of sessions, response time and satisfaction, as published.",
    "corrected moderator score: 50 + 10 times the mean of z(sessions), -z(response time) and z(satisfaction "
    "shrunk towards the mean of all moderators).",
)


class ActivityReport(Report[Measures]):
    """Which sessions and users are engaged, and what does the engagement score measure?"""

    score_parts: ScoreParts
    rank_changes: RankChange
    weekly_trend: WeeklyTrend
    recommended_types: RecommendedTypes
    correlations: Correlations
    ratings: Ratings
    messages: MessagesAndClicks
    low_engagement: LowEngagement
    session_times: SessionTimes
    recommendation_types: RecommendationTypes
    moderators: Leaderboard
    retention: Retention

    def __init__(self, data: Dataset, settings: Settings) -> None:
        super().__init__(Measures(data, settings), settings, data.quality)

    def header(self) -> Header:
        """Window, counts and key figures."""
        m, c = self.measures, self.measures.counted
        changes = self.rank_changes.changes
        left = number(changes.top)
        figures = [
            key_figure(
                f"Mean {m.score.label}",
                float(m.sessions[m.score.column].mean()),
                digits=1,
                unit="points",
                trend=self.weekly_trend.months["mean"],
            ),
            key_figure(
                f"{LENGTH.capitalize()}'s share of the published score",
                self.score_parts.length_share(PUBLISHED),
                percent=True,
            ),
            key_figure(f"Top {left} that leave it when corrected", changes.left, percent=True),
            key_figure("Users with a recommendation", c.recommended / c.users, percent=True),
        ]
        return header(c.first, c.last, {"session": c.sessions, "user": c.users}, figures)

    def reasons(self) -> Mapping[str, Sequence[Reason]]:
        """What only the tables together show: users without a recommendation, recommendations without a
        session.
        """
        m, c = self.measures, self.measures.counted
        without = c.users - c.recommended
        best = top_rating(m.settings.rating_scale)
        at_top = int((m.sessions["feedback_rating"] == best).sum())
        stray = f"user without any session: {count(c.strangers, 'user')}; kept in the types, in no session"
        return {
            "activity": (
                Reason("user without any recommendation", "counted", without),
                Reason(f"rating of {best}, the top of the stated scale", "counted", at_top),
            ),
            "recommendations": (Reason(stray, "counted", c.stray),),
        }

    def notes(self) -> Iterable[str]:
        """Sentences for the data quality section: the rating scale, and the key that is not there."""
        m = self.measures
        above = int((m.sessions["feedback_rating"] > 5).sum())
        scale = f"Ratings are read on the stated scale {m.settings.rating_scale}"
        if above:
            scale += (
                f"; {count(above, 'session')} have a rating above 5, which a scale from 1 to 5 does not have"
            )
        said = [f"{scale}."]
        if m.moderators is not None:
            said.append(
                "No table has a key between moderators and sessions, users or recommendations, so nothing "
                "here says which moderator led which session, and no moderator is judged by the sessions' "
                "scores."
            )
        if m.moderators is not None and m.moderators.unranked:
            said.append(f"{count(m.moderators.unranked, 'moderator')} without a session are not ranked.")
        if m.sampled:
            said.append(
                f"Weekly means, session times and types rest on all {number(m.counted.sessions)} sessions, "
                f"everything else on an even choice of {number(len(m.sessions))} of them."
            )
        return said

    def scored_sessions(self) -> pd.DataFrame:
        """One row a session with both scores and ranks, best published rank first."""
        ranks = self.rank_changes.changes.frame[["session_id", "published_rank", "corrected_rank"]]
        frame = self.measures.sessions.merge(ranks, on="session_id").assign(
            date=lambda f: pd.to_datetime(f["date"])
        )
        return frame.sort_values("published_rank", ignore_index=True)[list(SESSION_COLUMNS)]

    @property
    def files(self) -> TableView:
        """Write the scored tables as CSV and as one workbook; a table of the files that links to the
        workbook.
        """
        m, sessions = self.measures, self.scored_sessions()
        files = {
            "scored_sessions": (sessions, "Scored sessions", "Best published rank first."),
            "recommendation_types_scored": (
                self.recommendation_types.scored,
                "Recommendation types",
                "As published, and over users.",
            ),
        }
        if m.moderators is not None:
            files["scored_moderators"] = (
                m.moderators.frame,
                "Scored moderators",
                "Best corrected rank first.",
            )
        names = {key: save_csv(frame, key) for key, (frame, _, _) in files.items()}
        tables = {title: Sheet(frame, title, note) for frame, title, note in files.values()}
        book = save_workbook(tables, "user_activity", title="User activity", notes=NOTES)
        rows = [(names[key], title, len(frame)) for key, (frame, title, _) in files.items()]
        rows += [(book, "all of these, a sheet each", sum(n for *_, n in rows))]
        frame = pd.DataFrame(rows, columns=["file", "what", "rows"])
        held = "all sessions"
        if m.sampled:
            held = f"{count(len(sessions), 'session')} of {number(m.counted.sessions)}"
        made = table(
            frame,
            name="files",
            title="The scored tables as files",
            columns={"file": "File", "what": "Holds", "rows": "Rows"},
            caption=f"They hold {held}; the folder figures beside them has every figure as SVG.",
            save=False,
        )
        return replace(made, data=book)
