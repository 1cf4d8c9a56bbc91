"""What the questions on sessions share: the scored sessions, what the tables hold together, the choices."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import ibis.expr.types as ir
import pandas as pd

from engagement_utils.activity import scoring
from engagement_utils.activity.lifecycle import ActiveEvent, Interval, repeated_users
from engagement_utils.activity.moderators import Moderators, moderators
from engagement_utils.activity.schema import OutsideScale, RatingScale
from engagement_utils.activity.scores import PUBLISHED, Score, Scoring, chosen
from engagement_utils.errors import ParameterError
from engagement_utils.report.report import Settings as ReportSettings
from engagement_utils.tables.collecting import collect


@dataclass(frozen=True)
class Settings(ReportSettings):
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    scoring: Scoring = "both"
    rating_scale: RatingScale = "1-6"
    outside_scale: OutsideScale = "set aside"
    top_n: int = 10
    low_band: tuple[float, float] = (5.0, 10.0)
    active_event: ActiveEvent = "session"
    interval: Interval = "week"
    satisfaction_sd: float = 1.0
    response_cv: float = 1.0
    max_sessions: int = 100_000

    def __post_init__(self) -> None:
        low, high = self.low_band
        if not low < high:
            msg = f"low_band: found [{low:g}, {high:g}], accepted: two scores, the lower one first"
            raise ParameterError(msg)


class Counted(NamedTuple):
    """What the three tables hold together; `strangers` are users with recommendations but no session."""

    sessions: int
    users: int
    first: pd.Timestamp
    last: pd.Timestamp
    recommended: int  # users with a session and a recommendation
    strangers: int
    stray: int  # recommendations of strangers
    repeated: int  # users with more than one session


class Measures:
    """What the questions share, each computed when it is first wanted.

    Args:
        tables: activity, recommendations and perhaps moderators, checked: what
            `tables.reading.read_tables` gives.
    """

    def __init__(self, tables: Mapping[str, ir.Table], settings: Settings) -> None:
        self.tables, self.settings = tables, settings
        self.counted = counted(tables["activity"], tables["recommendations"])

    @property
    def scores(self) -> tuple[Score, ...]:
        """The scores that are shown."""
        return chosen(self.settings.scoring)

    @property
    def score(self) -> Score:
        """The score that single statements are about: the published one where it is shown."""
        return self.scores[0]

    @cached_property
    def types(self) -> list[str]:
        """Names of the recommendation types."""
        return scoring.recommendation_types(self.tables["recommendations"])

    @cached_property
    def scored(self) -> ir.Table:
        """One row a session with both scores, still lazy."""
        published = scoring.score_sessions(
            self.tables["activity"], self.tables["recommendations"], self.types
        )
        return scoring.correct_sessions(published)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """The scored sessions by their ids; above `max_sessions`, those whose ids hash lowest."""
        table = self.scored.drop("recommendation_types", "avg_recommendation_ctr")
        if self.sampled:
            table = table.order_by([table.session_id.hash(), table.session_id])
            table = table.limit(self.settings.max_sessions)
        return collect(table, by=["session_id"])

    @property
    def sampled(self) -> bool:
        """Whether session-level statistics rest on a choice of the sessions."""
        return self.counted.sessions > self.settings.max_sessions

    @cached_property
    def moderators(self) -> Moderators | None:
        """The leaderboard; None where no table was given or fewer than two moderators have sessions."""
        if "moderators" not in self.tables:
            return None
        s = self.settings
        table = collect(scoring.score_moderators(self.tables["moderators"]), by=["moderator_id"])
        return moderators(
            table,
            s.top_n,
            satisfaction_sd=s.satisfaction_sd,
            response_cv=s.response_cv,
            level=s.level,
            seed=s.seed,
        )

    @property
    def shows_published(self) -> bool:
        """Whether the published score is shown."""
        return PUBLISHED in self.scores


def counted(activity: ir.Table, recommendations: ir.Table) -> Counted:
    """Sessions, users, window, and how the tables fit together."""
    span = activity.agg(n=activity.count(), first=activity.timestamp.min(), last=activity.timestamp.max())
    row = span.to_pandas().iloc[0]
    users, repeated = repeated_users(activity)
    known = activity.select("user_id").distinct()
    stray = recommendations.anti_join(known, "user_id")
    lost = stray.agg(rows=stray.count(), users=stray.user_id.nunique()).to_pandas().iloc[0]
    kept = recommendations.semi_join(known, "user_id")
    found = int(kept.agg(users=kept.user_id.nunique()).to_pandas()["users"].iloc[0])
    return Counted(
        int(row["n"]),
        users,
        pd.Timestamp(row["first"]),
        pd.Timestamp(row["last"]),
        found,
        int(lost["users"]),
        int(lost["rows"]),
        repeated,
    )
