"""All measures of the ping engagement report in one go: lazily in the engine, then small in pandas."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis.expr.types as ir
import pandas as pd

from engagement_utils.errors import TableError
from engagement_utils.pings import metrics
from engagement_utils.pings.attention import Attention, attention
from engagement_utils.pings.discrimination import Discrimination, discrimination
from engagement_utils.pings.events import EVENT_WEIGHTS
from engagement_utils.pings.funnel import Funnel, funnel
from engagement_utils.pings.groups import Grouping, groupings
from engagement_utils.pings.newcomers import Newcomers, newcomers
from engagement_utils.pings.ranking import Ranking, Weighting, ranking, score_parts, weighting
from engagement_utils.pings.watching import Watching, watching


@dataclass(frozen=True)
class Settings:
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    event_weights: Mapping[str, float] = field(default_factory=lambda: dict(EVENT_WEIGHTS))
    new_user_days: int = 7
    top_n: int = 10
    completion_ratio: float = 0.95
    skip_ratio: float = 0.1
    duration_bands: tuple[int, ...] = (15, 30, 45)
    group_minimum: int = 5
    weight_spread: float = 0.5
    minimum_n: int = 10
    level: float = 0.95
    seed: int = 0
    max_event_rows: int = 200_000


@dataclass(frozen=True)
class Results:
    """What the report shows and its findings state.

    Attributes:
        settings: the choices behind it.
        scored: one row an event, still lazy.
        first, last: time stamps of the first and last event.
        totals: one row a ping; parts: what each score is made of, index ping_id.
        by_type: one row an event type; by_day: one row a day; pairs: one row a (user, ping).
    """

    settings: Settings
    scored: ir.Table
    first: pd.Timestamp
    last: pd.Timestamp
    totals: pd.DataFrame
    parts: pd.DataFrame
    by_type: pd.DataFrame
    by_day: pd.DataFrame
    pairs: pd.DataFrame
    watching: Watching
    newcomers: Newcomers
    attention: Attention
    ranking: Ranking
    weighting: Weighting
    funnel: Funnel
    groups: Mapping[str, Grouping]
    discrimination: Discrimination

    @property
    def events(self) -> int:
        """Number of scored events."""
        return int(self.by_type["events"].sum())

    @property
    def users(self) -> int:
        """Number of users, those without events included."""
        return len(self.newcomers.users)


def measure(tables: Mapping[str, ir.Table], settings: Settings) -> Results:
    """Measure everything.

    Args:
        tables: users, pings and interactions, checked: what `tables.reading.read_tables` gives.

    Raises:
        TableError: no event left to report on, fewer than two pings, or no event with a score above 0.
    """
    s = settings
    level, seed = s.level, s.seed
    span = metrics.window(tables["interactions"])
    if pd.isna(span.last):
        msg = "interactions: no row is left after the checks; at least one event is needed"
        raise TableError(msg)
    scored = metrics.score_events(tables["interactions"], tables["pings"], s.event_weights)
    totals = metrics.collect(metrics.ping_totals(scored, tables["pings"]), by=["ping_id"])
    counts = metrics.collect(metrics.event_counts(scored), by=["ping_id", "event_type"])
    stages = metrics.pair_stages(scored)
    pairs = metrics.collect(stages, by=["user_id", "ping_id"])
    by_type = metrics.collect(metrics.events_by_type(scored), by=["event_type"])
    first_new = metrics.new_from(span.last, s.new_user_days)
    activity = metrics.user_activity(
        scored, tables["users"], first_new=first_new, completion=s.completion_ratio, skip=s.skip_ratio
    )
    users = metrics.collect(activity, by=["user_id"])
    amounts, parts = score_parts(totals, counts, s.event_weights)
    return Results(
        settings=s,
        scored=scored,
        first=span.first,
        last=span.last,
        totals=totals,
        parts=parts,
        by_type=by_type,
        by_day=metrics.events_by_day(scored),
        pairs=pairs,
        watching=watching(
            scored,
            users,
            completion=s.completion_ratio,
            skip=s.skip_ratio,
            minimum_n=s.minimum_n,
            level=level,
            seed=seed,
        ),
        newcomers=newcomers(
            activity, users, first_new=first_new, days=s.new_user_days, level=level, seed=seed
        ),
        attention=attention(totals, pairs, s.top_n, level=level, seed=seed),
        ranking=ranking(totals, pairs, s.top_n, level=level, seed=seed),
        weighting=weighting(
            totals, amounts, s.event_weights, s.top_n, spread=s.weight_spread, level=level, seed=seed
        ),
        funnel=funnel(metrics.collect(metrics.user_funnel(stages), by=["user_id"]), by_type, level=level),
        groups=groupings(totals, s.duration_bands, minimum_n=s.group_minimum, level=level, seed=seed),
        discrimination=discrimination(pairs, level=level),
    )
