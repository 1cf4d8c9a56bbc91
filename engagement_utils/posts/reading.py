"""From the checked table of posts to the columns that all measures stand on."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from engagement_utils.errors import TableError
from engagement_utils.posts.settings import PER_COLUMNS, SCORE, Settings
from engagement_utils.tables.backend import kept
from engagement_utils.tables.functions import from_zone, in_zone
from engagement_utils.tables.spec import TableSpec

LOCAL = dt.Timestamp(scale=6)
PER_UNITS = 1_000.0  # a score per reach or follower is given for so many of them
GLANCE = 10_000  # rows
MINIMUM = 10  # posts: below it nothing can be said, and every interval would be a guess

PARTS = ("hour", "weekday", "week", "month", "format", "domain", "post_length")


@dataclass(frozen=True)
class Posts:
    """The posts, still in the engine.

    Attributes:
        table: post, day (date), hour (0 to 23), weekday (0 is Monday), week (its Monday), month (1 to 12),
            format, domain, post_length (words), score. What the data do not hold is NULL in every row.
        missing: part (see `PARTS`) -> why it cannot be shown.
        zone: whose clocks hour and weekday are read from, in words.
    """

    table: ir.Table
    missing: dict[str, str]
    zone: str

    def has(self, *parts: str) -> bool:
        """Whether the data hold all of these parts."""
        return not any(p in self.missing for p in parts)


@ibis.udf.scalar.builtin(name="from_utc_timestamp", signature=((LOCAL, dt.string), LOCAL))
def spark_in_zone(at, zone):  # type: ignore[no-untyped-def]
    """Spark: what clocks in `zone` show at a moment of UTC."""


def clock(moment: ir.TimestampValue, zone: str | None, engine: str) -> ir.TimestampValue:
    """What clocks in `zone` (IANA name) show at `moment` (UTC, without zone); None leaves it as it is.

    `engine` is the name of the Ibis backend ("duckdb", "postgres", "pyspark"): none of Ibis' own operations
    moves a time stamp between zones on all three.
    """
    if zone in (None, "UTC"):
        return moment
    if engine == "pyspark":
        return spark_in_zone(moment, zone)
    return in_zone(zone, from_zone("UTC", moment))


def read(posts: ir.Table, settings: Settings) -> Posts:
    """Score every post and read its clock.

    Args:
        posts: checked against `schema.schemas(settings)`.

    Raises:
        TableError: fewer than ten posts, or all scores are equal.
    """
    con = posts.get_backend()
    engine = con.name
    numbered = settings.time == "numbers"
    data_zone = None if numbered else TableSpec.of(settings.posts).timezone
    zone = settings.audience_timezone or data_zone
    missing = {}
    if not numbered:
        at = clock(posts.timestamp, data_zone, engine)
        times = posts.select(s=at.hour() * 3600 + at.minute() * 60 + at.second())
        # a glance answers it for nearly all data; only where it sees one time alone, all rows are asked
        if _one(times.limit(GLANCE)) and _one(times):
            # dates without a time of day: moving them to another zone would change the day
            missing["hour"] = "every time stamp shows the same time of day"
            zone = data_zone
    local = None if numbered else clock(posts.timestamp, zone, engine)
    table = kept(con, _columns(posts, settings, local), "scored")
    counts = {p: table[p].count() for p in PARTS}
    spread = table.agg(n=table.count(), low=table.score.min(), high=table.score.max(), **counts)
    found = spread.to_pandas().iloc[0]
    if found.n < MINIMUM or found.low == found.high:
        what = f"all scores are {found.low:g}" if found.n >= MINIMUM else f"{int(found.n)} posts with a score"
        msg = f"posts: {what}; at least {MINIMUM} posts with different scores are needed"
        raise TableError(msg)
    for part in PARTS:
        if not found[part] and part not in missing:
            missing[part] = f"the data have no {'timestamp' if part == 'week' else part}"
    if "week" in missing and numbered:
        missing["week"] = "the data have no date with a year"
    if "hour" in missing:
        table = table.mutate(hour=ibis.null("int8"))
    return Posts(table, missing, _zone_words(numbered, zone, settings.audience_timezone is not None))


def _one(times: ir.Table) -> bool:
    found = times.agg(n=times.count(), different=times.s.nunique()).to_pandas().iloc[0]
    return bool(found.different == 1 and found.n >= MINIMUM)


def _zone_words(numbered: bool, zone: str | None, audience: bool) -> str:
    if numbered:
        return "hours and weekdays are as the data give them"
    if zone is None:
        return "hours are as the data write them (in UTC where they state an offset), no zone is stated"
    whose = "where the audience is" if audience else "the zone of the data"
    return f"hours are those of clocks in {zone}, {whose}"


def _columns(posts: ir.Table, settings: Settings, local: ir.TimestampValue | None) -> ir.Table:
    total = _score(posts, settings)
    small = {"day": "date", "hour": "int8", "weekday": "int8", "month": "int8", "week": "date"}
    parts: dict[str, ir.Value] = {name: ibis.null(kind) for name, kind in small.items()}
    if local is None:
        parts["hour"] = posts.hour.cast("int8")
        parts["weekday"] = _position(posts.weekday, settings.weekdays, 0)
        parts["month"] = _position(posts.month, settings.months, 1)
    else:
        parts["day"] = local.date()
        parts["hour"] = local.hour().cast("int8")
        parts["weekday"] = local.day_of_week.index().cast("int8")
        parts["month"] = local.month().cast("int8")
        parts["week"] = local.truncate("W").date()
    kept = [posts[c] for c in ("post", "format", "domain", "post_length")]
    return posts.select(*kept, **parts, score=total)


def _position(column: ir.StringValue, words: Sequence[str], first: int) -> ir.IntegerValue:
    return ibis.cases(*((column == w, ibis.literal(i, "int8")) for i, w in enumerate(words, first)))


def _score(posts: ir.Table, settings: Settings) -> ir.FloatingValue:
    weights = settings.score or {SCORE: 1.0}
    total = reduce(add, (posts[n].cast("float64") * float(w) for n, w in weights.items()))
    divisor = PER_COLUMNS.get(settings.per)
    return total / posts[divisor].cast("float64") * PER_UNITS if divisor else total
