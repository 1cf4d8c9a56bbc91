"""What users, pings and interactions must look like, and what is counted about them."""

import math
from collections.abc import Mapping

from engagement_utils.errors import ParameterError
from engagement_utils.pings.measures import VIEW, Settings
from engagement_utils.tables.schema import Column, Rule, Schema

USERS = Schema(
    "users",
    "one row a registered user",
    (
        Column("user_id", "string", key=True),
        Column("signup_date", "date", description="the day the user signed up"),
    ),
)

PINGS = Schema(
    "pings",
    "one row a ping, a short video",
    (
        Column("ping_id", "string", key=True),
        Column("creator_id", "string", nullable=True),
        Column("main_hashtag", "string", nullable=True),
        Column("category", "string", nullable=True),
        Column("duration_sec", "number", nullable=True, minimum=0, description="length in seconds"),
        Column("created_at", "date", description="the day the ping was posted"),
    ),
)

# dates are days, so an event on the day itself is in order
RULES = (
    Rule(
        "watched_longer_than_the_ping",
        "watch time over the ping's duration; the ratio counts as 1",
        lambda t: (t.watch_time_sec > t.pings__duration_sec) & (t.pings__duration_sec > 0.0),
        action="counted",
        column="watch_time_sec",
        joins=("pings",),
    ),
    Rule(
        "no_duration",
        "event of a ping whose duration is 0 or missing; the ratio counts as 0",
        lambda t: t.pings__duration_sec.fill_null(0.0) == 0.0,
        action="counted",
        column="ping_id",
        joins=("pings",),
    ),
    Rule(
        "view_without_watch_time",
        "view without a watch time; the ratio counts as 0",
        lambda t: (t.event_type == VIEW) & t.watch_time_sec.isnull(),
        action="counted",
        column="event_type",
    ),
    Rule(
        "before_the_ping",
        "event on a day before the ping was created",
        lambda t: t.event_timestamp.date() < t.pings__created_at,
        action="counted",
        column="event_timestamp",
        joins=("pings",),
    ),
    Rule(
        "before_sign_up",
        "event on a day before the user signed up",
        lambda t: t.event_timestamp.date() < t.users__signup_date,
        action="counted",
        column="event_timestamp",
        joins=("users",),
    ),
)


def interactions(event_weights: Mapping[str, float]) -> Schema:
    """The schema of interactions: the event types that have a weight are the known ones.

    Raises:
        ParameterError: no weight at all, or a weight that is negative or not finite.
    """
    wrong = {k: w for k, w in event_weights.items() if not (math.isfinite(w) and w >= 0)}
    if wrong or not event_weights:
        found = ", ".join(f"{k!r}: {w}" for k, w in wrong.items()) or "no weight"
        msg = f"event_weights: {found} found; a finite weight of at least 0 for every event type is accepted"
        raise ParameterError(msg)
    return Schema(
        "interactions",
        "one row an event of a user at a ping",
        (
            Column("user_id", "string", references=("users", "user_id")),
            Column("ping_id", "string", references=("pings", "ping_id")),
            Column("event_type", "string", accepts=frozenset(event_weights)),
            Column("watch_time_sec", "number", nullable=True, minimum=0, description="seconds watched"),
            Column("event_timestamp", "timestamp"),
        ),
        rules=RULES,
        duplicates="counted",
    )


def schemas(settings: Settings) -> dict[str, Schema]:
    """The three schemas by table name, as `tables.reading.read_tables` takes them."""
    return {"users": USERS, "pings": PINGS, "interactions": interactions(settings.event_weights)}
