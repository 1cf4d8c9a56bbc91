"""The measures of ping engagement as Ibis expressions: one text for DuckDB, PostgreSQL and Spark.

Every function takes Ibis tables and gives a lazy one; nothing is computed before `collect`. Numbers are cast
to float64 before they are divided or added, so that no engine divides integers or answers in decimals.
`Measures` is what all questions of the report share: lazily in the engine, then small in pandas.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from engagement_utils.errors import TableError
from engagement_utils.report.report import Settings as ReportSettings
from engagement_utils.tables.collecting import collect

# the published weights of one event, before its watch-time ratio is added
EVENT_WEIGHTS: Mapping[str, float] = {
    "impression": 0.0,
    "view": 0.2,
    "like": 1.0,
    "comment": 1.5,
    "share": 2.0,
    "follow_creator": 2.5,
}
IMPRESSION = "impression"
VIEW = "view"
REACTIONS = ("like", "comment", "share")
FOLLOW = "follow_creator"
# the events that the published comparison of new and existing users counts
ENGAGING = (VIEW, *REACTIONS)
QUANTILES: Mapping[str, float] = {"25%": 0.25, "50%": 0.5, "75%": 0.75, "90%": 0.9}


def clipped_ratio(seconds: ir.NumericValue, duration: ir.NumericValue) -> ir.FloatingValue:
    """Watch-time ratio `min(seconds / duration, 1)`; 0 where the duration is missing or 0.

    The published code divides by 0 in pandas: 0 s of 0 s gives 0 there as here, but 5 s of 0 s gives 1.
    """
    ratio = seconds.cast("float64") / duration.cast("float64").nullif(0.0)
    return ratio.fill_null(0.0).clip(lower=0.0, upper=1.0)


def score_events(interactions: ir.Table, pings: ir.Table, weights: Mapping[str, float]) -> ir.Table:
    """One row an event: `interaction_score = event_weight + watch_time_ratio`.

    Columns: user_id, ping_id, event_type, watch_time_sec (s), event_timestamp, event_weight, duration_sec
    (s), watch_time_ratio (0 to 1), interaction_score. An event type without a weight has NULL scores.
    """
    durations = pings.select("ping_id", "duration_sec")
    events = interactions.left_join(durations, "ping_id")
    weighted = events.select(
        *(events[c] for c in ("user_id", "ping_id", "event_type", "watch_time_sec", "event_timestamp")),
        event_weight=events.event_type.cases(
            *((kind, ibis.literal(float(weight), "float64")) for kind, weight in weights.items()), else_=None
        ),
        duration_sec=events.duration_sec,
        watch_time_ratio=clipped_ratio(events.watch_time_sec, events.duration_sec),
    )
    return weighted.mutate(interaction_score=weighted.event_weight + weighted.watch_time_ratio)


def pair_engagement(scored: ir.Table) -> ir.Table:
    """One row a (user, ping) with any event: the sum of its interaction scores, as published."""
    pairs = scored.group_by("user_id", "ping_id").agg(
        interaction_score=scored.interaction_score.sum(),
        watch_time_sec=scored.watch_time_sec.cast("float64").sum(),
        duration_sec=scored.duration_sec.max(),
    )
    return pairs.mutate(
        watch_time_ratio=clipped_ratio(pairs.watch_time_sec, pairs.duration_sec),
        engagement_score=pairs.interaction_score,
    )


def views(scored: ir.Table) -> ir.Table:
    """The view events alone."""
    return scored.filter(scored.event_type == VIEW)


def ratio_distribution(scored: ir.Table) -> ir.Table:
    """One row: count, mean, std (n - 1), min, quantiles (linear interpolation), max of the views' ratio."""
    ratio = views(scored).watch_time_ratio
    return views(scored).agg(
        count=ratio.count(),
        mean=ratio.mean(),
        std=ratio.std(how="sample"),
        min=ratio.min(),
        **{name: ratio.quantile(q) for name, q in QUANTILES.items()},
        max=ratio.max(),
    )


def ratio_bins(scored: ir.Table, edges: Sequence[float]) -> ir.Table:
    """Views by bin, from 0: a value on an inner edge belongs to the upper bin, the last bin is closed."""
    seen = views(scored)
    inner = [(seen.watch_time_ratio >= ibis.literal(float(e), "float64")).ifelse(1, 0) for e in edges[1:-1]]
    return (
        seen.select(bin=sum(inner, ibis.literal(0, "int64"))).group_by("bin").agg(count=lambda t: t.count())
    )


def ratio_histogram(scored: ir.Table, bins: int = 10) -> pd.DataFrame:
    """`numpy.histogram` of the views' ratio, counted in the engine: bin_left, bin_right, count.

    The edges are numpy's own float64 edges between the smallest and the largest ratio; no rows without views.
    """
    ends = views(scored).agg(low=lambda t: t.watch_time_ratio.min(), high=lambda t: t.watch_time_ratio.max())
    low, high = ends.to_pandas().iloc[0]
    if pd.isna(low):
        return pd.DataFrame({"bin_left": [], "bin_right": [], "count": np.array([], dtype="int64")})
    edges = np.histogram_bin_edges(np.array([low, high], dtype="float64"), bins=bins)
    counted = ratio_bins(scored, edges.tolist()).to_pandas().set_index("bin")["count"]
    counts = counted.reindex(range(bins), fill_value=0).to_numpy(dtype="int64")
    return pd.DataFrame({"bin_left": edges[:-1], "bin_right": edges[1:], "count": counts})


def ping_totals(scored: ir.Table, pings: ir.Table) -> ir.Table:
    """One row a ping, also without events.

    Columns: those of `pings`, engagement_score, watch_ratio (its part from watching), events, users.
    """
    sums = scored.group_by("ping_id").agg(
        engagement_score=scored.interaction_score.sum(),
        watch_ratio=scored.watch_time_ratio.sum(),
        events=scored.count(),
        users=scored.user_id.nunique(),
    )
    joined = pings.left_join(sums, "ping_id").drop("ping_id_right")
    return joined.mutate(
        engagement_score=joined.engagement_score.fill_null(0.0),
        watch_ratio=joined.watch_ratio.fill_null(0.0),
        events=joined.events.fill_null(0),
        users=joined.users.fill_null(0),
    )


def event_counts(scored: ir.Table) -> ir.Table:
    """Events by (ping, event type): with the watch_ratio, all that other weights need to know of a ping."""
    return scored.group_by("ping_id", "event_type").agg(events=scored.count())


class DataWindow(NamedTuple):
    """Time stamps of the first and the last event; NaT without events."""

    first: pd.Timestamp
    last: pd.Timestamp


def window(interactions: ir.Table) -> DataWindow:
    """The data window."""
    moment = interactions.event_timestamp
    row = interactions.agg(first=moment.min(), last=moment.max()).to_pandas().iloc[0]
    return DataWindow(pd.Timestamp(row["first"]), pd.Timestamp(row["last"]))


def new_from(last: pd.Timestamp, days: int) -> date:
    """The first sign-up date that counts as new.

    Published rule: signed up, at midnight, no earlier than `days` days before the last event; so the day of
    that moment itself counts only where the last event fell on midnight.
    """
    moment = last.to_pydatetime() - timedelta(days=days)
    day = moment.date()
    return day if moment == pd.Timestamp(day) else day + timedelta(days=1)


def user_activity(
    scored: ir.Table, users: ir.Table, *, first_new: date, completion: float, skip: float
) -> ir.Table:
    """One row a user, also without events.

    Columns: user_id, signup_date, is_new; as published over views, likes, comments and shares:
    watch_time_sec and duration_sec (sums, s), n_interacted_pings, avg_watch_time_ratio (their quotient, not
    clipped); over views: views, view_ratio (sum of ratios), view_ratio2 and view_ratio3 (of their powers),
    half, completed and skipped (views with a ratio of at least 0.5 and `completion`, of at most `skip`).
    Users without such events have 0 everywhere, as in the published table.
    """
    kind, ratio = scored.event_type, scored.watch_time_ratio
    engaging, viewed = kind.isin(ENGAGING), kind == VIEW
    sums = scored.group_by("user_id").agg(
        watch_time_sec=scored.watch_time_sec.cast("float64").sum(where=engaging),
        duration_sec=scored.duration_sec.cast("float64").sum(where=engaging),
        n_interacted_pings=scored.ping_id.nunique(where=engaging),
        events=scored.count(),
        views=scored.count(where=viewed),
        view_ratio=ratio.sum(where=viewed),
        view_ratio2=(ratio * ratio).sum(where=viewed),
        view_ratio3=(ratio * ratio * ratio).sum(where=viewed),
        half=scored.count(where=viewed & (ratio >= 0.5)),
        completed=scored.count(where=viewed & (ratio >= completion)),
        skipped=scored.count(where=viewed & (ratio <= skip)),
    )
    measures = [c for c in sums.columns if c != "user_id"]
    joined = users.left_join(sums, "user_id").drop("user_id_right")
    filled = joined.mutate(**{c: joined[c].cast("float64").fill_null(0.0) for c in measures})
    quotient = filled.watch_time_sec / filled.duration_sec.nullif(0.0)
    return filled.mutate(
        is_new=filled.signup_date.cast("date") >= ibis.literal(first_new),
        avg_watch_time_ratio=quotient.fill_null(0.0),
    )


def new_against_existing(activity: ir.Table) -> ir.Table:
    """The published comparison: means over users of ratio and pings, and the number of users, by is_new."""
    return activity.group_by("is_new").agg(
        avg_watch_time_ratio=activity.avg_watch_time_ratio.mean(),
        n_interacted_pings=activity.n_interacted_pings.mean(),
        num_users=activity.count(),
    )


def pair_stages(scored: ir.Table) -> ir.Table:
    """One row a (user, ping): whether it has an impression, a view, a reaction, a follow (0 or 1).

    Also score (engagement) and view_ratio, the mean ratio of its views (NULL without one).
    """
    kind = scored.event_type

    def any_of(condition: ir.BooleanValue) -> ir.IntegerValue:
        return condition.ifelse(1, 0).max()

    return scored.group_by("user_id", "ping_id").agg(
        score=scored.interaction_score.sum(),
        impression=any_of(kind == IMPRESSION),
        view=any_of(kind == VIEW),
        reaction=any_of(kind.isin(REACTIONS)),
        follow=any_of(kind == FOLLOW),
        view_ratio=scored.watch_time_ratio.mean(where=kind == VIEW),
    )


def user_funnel(pairs: ir.Table) -> ir.Table:
    """One row a user: how many of its pairs reach each stage, and each stage together with the one before."""
    impression, view, reaction, follow = (pairs[c] for c in ("impression", "view", "reaction", "follow"))
    return pairs.group_by("user_id").agg(
        pairs=pairs.count(),
        impression=impression.sum(),
        view=view.sum(),
        reaction=reaction.sum(),
        follow=follow.sum(),
        view_of_impression=(view * impression).sum(),
        reaction_of_view=(reaction * view).sum(),
        follow_of_reaction=(follow * reaction).sum(),
    )


def events_by_type(scored: ir.Table) -> ir.Table:
    """Events, users and summed scores by event type."""
    return scored.group_by("event_type").agg(
        events=scored.count(),
        users=scored.user_id.nunique(),
        interaction_score=scored.interaction_score.sum(),
        watch_ratio=scored.watch_time_ratio.sum(),
    )


def events_by_day(scored: ir.Table) -> pd.DataFrame:
    """day, events: every day from the first to the last event, those without events with 0."""
    days = scored.select(day=scored.event_timestamp.date()).group_by("day").agg(events=lambda t: t.count())
    frame = days.to_pandas()
    counts = pd.Series(frame["events"].to_numpy(), index=pd.to_datetime(frame["day"])).sort_index()
    return counts.asfreq("D", fill_value=0).rename_axis("day").rename("events").reset_index()


@dataclass(frozen=True)
class Settings(ReportSettings):
    """The report's choices; the notebook's parameters of the same names say what they mean."""

    event_weights: Mapping[str, float] = field(default_factory=lambda: dict(EVENT_WEIGHTS))
    new_user_days: int = 7
    top_n: int = 10
    completion_ratio: float = 0.95
    skip_ratio: float = 0.1
    duration_bands: tuple[int, ...] = (15, 30, 45)
    group_minimum: int = 5
    weight_spread: float = 0.5
    max_event_rows: int = 200_000


class Measures:
    """What the questions share, each computed when it is first wanted.

    Args:
        tables: users, pings and interactions, checked: what `tables.reading.read_tables` gives.

    Raises:
        TableError: no event left to report on, fewer than two pings, or no event with a score above 0.
    """

    def __init__(self, tables: Mapping[str, ir.Table], settings: Settings) -> None:
        self.tables, self.settings = tables, settings
        self.window = window(tables["interactions"])
        if pd.isna(self.window.last):
            msg = "interactions: no row is left after the checks; at least one event is needed"
            raise TableError(msg)
        scored = int((self.pairs["score"] > 0).sum())
        if len(self.totals) < 2 or not scored:
            msg = (
                f"interactions: {len(self.totals)} pings and {scored} scored (user, ping) pairs found; "
                "two pings and one pair with a score above 0 are needed"
            )
            raise TableError(msg)

    @cached_property
    def scored(self) -> ir.Table:
        """One row an event, still lazy: `score_events`."""
        return score_events(self.tables["interactions"], self.tables["pings"], self.settings.event_weights)

    @cached_property
    def totals(self) -> pd.DataFrame:
        """One row a ping: `ping_totals`."""
        return collect(ping_totals(self.scored, self.tables["pings"]), by=["ping_id"])

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """One row a (user, ping): `pair_stages`."""
        return collect(pair_stages(self.scored), by=["user_id", "ping_id"])

    @cached_property
    def by_type(self) -> pd.DataFrame:
        """One row an event type: `events_by_type`."""
        return collect(events_by_type(self.scored), by=["event_type"])

    @cached_property
    def by_day(self) -> pd.DataFrame:
        """One row a day: `events_by_day`."""
        return events_by_day(self.scored)

    @cached_property
    def first_new(self) -> date:
        """The first sign-up date that counts as new."""
        return new_from(self.window.last, self.settings.new_user_days)

    @cached_property
    def activity(self) -> ir.Table:
        """One row a user, still lazy: `user_activity`."""
        s = self.settings
        return user_activity(
            self.scored,
            self.tables["users"],
            first_new=self.first_new,
            completion=s.completion_ratio,
            skip=s.skip_ratio,
        )

    @cached_property
    def users(self) -> pd.DataFrame:
        """`activity`, collected."""
        return collect(self.activity, by=["user_id"])

    @property
    def events(self) -> int:
        """Number of scored events."""
        return int(self.by_type["events"].sum())
