"""All measures of the user activity report in one go: lazily in the engine, then small in pandas."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import ibis.expr.types as ir
import pandas as pd

from engagement_utils.activity import published
from engagement_utils.activity.combinations import Combinations, combinations
from engagement_utils.activity.corrected import correct_sessions
from engagement_utils.activity.kinds import Kinds, kinds
from engagement_utils.activity.lifecycle import (
    ActiveEvent,
    Interval,
    Lifecycle,
    lifecycle,
    repeated_users,
)
from engagement_utils.activity.links import Links, links
from engagement_utils.activity.moderators import Moderators, moderators
from engagement_utils.activity.parts import Composition, RankChanges, composition, rank_changes
from engagement_utils.activity.ratings import Ratings, Spread, ratings, spread
from engagement_utils.activity.schema import RatingScale
from engagement_utils.activity.scores import CORRECTED, PUBLISHED, Score, Scoring, chosen
from engagement_utils.activity.times import Times, times
from engagement_utils.activity.weekly import (
    HIGH_MONTHS,
    LOW_MONTHS,
    Weekly,
    against_other_months,
    months,
    weekly,
)
from engagement_utils.errors import ParameterError
from engagement_utils.inference.estimate import Estimate
from engagement_utils.tables.collecting import collect


@dataclass(frozen=True)
class Settings:
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    scoring: Scoring = "both"
    rating_scale: RatingScale = "1-6"
    top_n: int = 10
    low_band: tuple[float, float] = (5.0, 10.0)
    active_event: ActiveEvent = "session"
    interval: Interval = "week"
    satisfaction_sd: float = 1.0
    response_cv: float = 1.0
    minimum_n: int = 10
    level: float = 0.95
    seed: int = 0
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


@dataclass(frozen=True)
class Results:
    """What the report shows and its findings state.

    Attributes:
        settings: the choices behind it.
        scored: one row a session with both scores, still lazy; scores: those that are shown.
        sessions: those that were collected: all, or an even choice of `max_sessions` (`sampled`).
        august, winter: the named months less the others, by score key.
        types: names of the recommendation types; aggregates: the published table of them.
        moderators: None where no table was given or fewer than two moderators have sessions.
        lifecycle: None where too few users come back.
    """

    settings: Settings
    counted: Counted
    scored: ir.Table
    scores: tuple[Score, ...]
    sessions: pd.DataFrame
    compositions: Mapping[str, Composition]
    rank_changes: RankChanges
    weekly: Mapping[str, Weekly]
    months: Mapping[str, pd.DataFrame]
    august: Mapping[str, Estimate]
    winter: Mapping[str, Estimate]
    combinations: Mapping[str, Combinations]
    spreads: Mapping[str, Spread]
    ratings: Ratings
    links: Links
    times: Times
    types: tuple[str, ...]
    aggregates: pd.DataFrame
    kinds: Kinds
    moderators: Moderators | None
    lifecycle: Lifecycle | None

    @property
    def score(self) -> Score:
        """The score that single statements are about: the published one where it is shown."""
        return self.scores[0]

    @property
    def sampled(self) -> bool:
        """Whether session-level statistics rest on a choice of the sessions."""
        return len(self.sessions) < self.counted.sessions


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


def collected(scored: ir.Table, total: int, most: int) -> pd.DataFrame:
    """The scored sessions in the order of their ids; above `most`, those whose ids hash lowest."""
    table = scored.drop("recommendation_types", "avg_recommendation_ctr")
    if total > most:
        table = table.order_by([table.session_id.hash(), table.session_id]).limit(most)
    return collect(table, by=["session_id"])


def measure(tables: Mapping[str, ir.Table], settings: Settings) -> Results:
    """Measure everything.

    Args:
        tables: activity, recommendations and perhaps moderators, checked: what `read_tables` gives.
    """
    s = settings
    level, seed, minimum = s.level, s.seed, s.minimum_n
    activity, recommendations = tables["activity"], tables["recommendations"]
    found = counted(activity, recommendations)
    types = published.recommendation_types(recommendations)
    scored = correct_sessions(published.score_sessions(activity, recommendations, types))
    sessions = collected(scored, found.sessions, s.max_sessions)
    scores = chosen(s.scoring)
    leaders = None
    if "moderators" in tables:
        table = collect(published.score_moderators(tables["moderators"]), by=["moderator_id"])
        leaders = moderators(
            table,
            s.top_n,
            satisfaction_sd=s.satisfaction_sd,
            response_cv=s.response_cv,
            level=level,
            seed=seed,
        )
    comes_back = found.repeated >= minimum
    return Results(
        settings=s,
        counted=found,
        scored=scored,
        scores=scores,
        sessions=sessions,
        compositions={
            x.key: composition(sessions, x, level=level, seed=seed) for x in (PUBLISHED, CORRECTED)
        },
        rank_changes=rank_changes(sessions, max(s.top_n, len(sessions) // 10), level=level),
        weekly={x.key: weekly(scored, x, found.first, found.last, level=level, seed=seed) for x in scores},
        months={x.key: months(sessions, x) for x in scores},
        august={x.key: against_other_months(sessions, x, LOW_MONTHS, level=level, seed=seed) for x in scores},
        winter={
            x.key: against_other_months(sessions, x, HIGH_MONTHS, level=level, seed=seed) for x in scores
        },
        combinations={
            x.key: combinations(sessions, x, minimum_n=minimum, level=level, seed=seed) for x in scores
        },
        spreads={x.key: spread(sessions, x, s.low_band, level=level) for x in scores},
        ratings=ratings(sessions, level=level, seed=seed),
        links=links(sessions, scores, types, minimum_n=minimum, level=level, seed=seed),
        times=times(scored, sessions, scores[0], level=level, seed=seed),
        types=tuple(types),
        aggregates=collect(published.aggregate_recommendations(recommendations), by=["recommendation_type"]),
        kinds=kinds(recommendations, minimum_n=minimum, level=level, seed=seed),
        moderators=leaders,
        lifecycle=lifecycle(
            activity, found.first, found.last, event=s.active_event, interval=s.interval, level=level
        )
        if comes_back
        else None,
    )
