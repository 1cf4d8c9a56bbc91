"""How a table of posts may be written, and the schema that follows from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import available_timezones

from engagement_utils.errors import ParameterError
from engagement_utils.tables.moments import NUMERIC_DATES
from engagement_utils.tables.names import nearest
from engagement_utils.tables.schema import Column, Rule, Schema
from engagement_utils.tables.spec import Table, TableSpec

Per = Literal["post", "reach", "follower"]
Time = Literal["timestamp", "numbers"]

SCORE = "engagement_score"
PER_COLUMNS: Mapping[str, str] = {"reach": "reach", "follower": "followers"}
PER_UNITS = 1_000.0  # a score per reach or follower is given for so many of them
OURS = ("post", "timestamp", "hour", "weekday", "month", "format", "domain", "post_length")
# codes of strptime formats that hold a year
_YEARS = ("%Y", "%y", "%c", "%x", "%D", "%F", "%G", "%+", "%s")


@dataclass(frozen=True)
class Layout:
    """How the posts are written; the notebook's parameters of the same names say what they mean.

    Attributes:
        score: {reaction column: weight}; empty where a column `engagement_score` holds the score.
        per: what the score is divided by; "reach" and "follower" need a column `reach` or `followers`.
        time: "timestamp" needs that column; "numbers" takes hour, weekday and month as far as they are there.
        weekdays: how Monday to Sunday are written in `weekday`; months: January to December in `month`.
        audience_timezone: IANA name; hour and weekday are those of this zone's clocks.
    """

    score: Mapping[str, float] = field(default_factory=dict)
    per: Per = "post"
    time: Time = "timestamp"
    weekdays: tuple[str, ...] = tuple(str(i) for i in range(1, 8))
    months: tuple[str, ...] = tuple(str(i) for i in range(1, 13))
    audience_timezone: str | None = None

    @property
    def unit(self) -> str:
        """Of the score, in words."""
        return {
            "post": "points",
            "reach": "points per 1,000 reached",
            "follower": "points per 1,000 followers",
        }[self.per]


def check(layout: Layout, posts: Table) -> None:
    """Refuse parameters that leave something to guess.

    Raises:
        ParameterError: says which, what was found and what is accepted.
    """
    _check_score(layout.score)
    for name, words, n in (("weekdays", layout.weekdays, 7), ("months", layout.months, 12)):
        if len(words) != n or len(set(words)) != n or not all(words):
            msg = f"{name}: found {list(words)}, accepted: {n} different words of the column {name[:-1]}"
            raise ParameterError(msg)
    zone = layout.audience_timezone
    if zone is not None and zone not in available_timezones():
        near = nearest(zone, available_timezones())
        msg = f"audience_timezone: found {zone!r}, accepted: an IANA name such as America/Mexico_City{near}"
        raise ParameterError(msg)
    spec = TableSpec.of(posts)
    if zone is not None and layout.time == "numbers":
        msg = "audience_timezone: hours given as numbers stay as they are; accepted with time: timestamp"
        raise ParameterError(msg)
    if zone is not None and spec.timezone is None:
        msg = (
            f"audience_timezone: {zone} found, but the zone of the data is not stated; "
            "accepted with posts: {path: ..., timezone: ...}"
        )
        raise ParameterError(msg)
    form = spec.date_format
    dated = form is None or form in NUMERIC_DATES or any(code in form for code in _YEARS)
    if layout.time == "timestamp" and not dated:
        msg = (
            f"posts: date_format: found {form!r}, which has no year, so no weekday follows; accepted: a "
            "format with a year, or time: numbers with columns hour, weekday, month"
        )
        raise ParameterError(msg)


def _check_score(score: Mapping[str, float]) -> None:
    wrong = {k: w for k, w in score.items() if not math.isfinite(w)}
    taken = sorted({*OURS, *PER_COLUMNS.values()} & set(score))
    if wrong or (score and not any(score.values())):
        msg = f"score: found {dict(score)}, accepted: a finite weight for every column, not all of them 0"
        raise ParameterError(msg)
    if taken:
        msg = f"score: {', '.join(taken)} found; accepted: names of reaction columns, such as likes"
        raise ParameterError(msg)


def schema(layout: Layout) -> Schema:
    """The schema of the posts for a layout; call `check` first."""
    divisor = PER_COLUMNS.get(layout.per)
    reactions = [Column(n, "number", minimum=0, description="reactions") for n in layout.score if n != SCORE]
    score = [Column(SCORE, "number", description="the score of the post")]
    columns = [
        Column("post", "string", required=False, nullable=True, description="name or number of the post"),
        *_time_columns(layout),
        Column("format", "string", required=False, nullable=True, description="kind of post"),
        Column("domain", "string", required=False, nullable=True, description="what the post is about"),
        Column(
            "post_length", "number", required=False, nullable=True, minimum=0, description="length in words"
        ),
        *(score if not layout.score or SCORE in layout.score else []),
        *reactions,
        *([Column(divisor, "number", minimum=0)] if divisor else []),
    ]
    rules = []
    if divisor:
        rules.append(
            Rule(
                "nothing_to_divide_by",
                f"{divisor} is 0, so there is no score",
                lambda t: t[divisor] == 0,
                column=divisor,
            )
        )
    return Schema("posts", "one row a post", tuple(columns), tuple(rules), duplicates="counted")


def _time_columns(layout: Layout) -> list[Column]:
    if layout.time == "timestamp":
        return [
            Column(
                "timestamp", "timestamp", minimum=datetime(1990, 1, 1), description="when it was published"
            )
        ]
    return [
        Column("hour", "integer", required=False, minimum=0, maximum=23, description="of the day"),
        Column("weekday", "string", required=False, accepts=frozenset(layout.weekdays)),
        Column("month", "string", required=False, accepts=frozenset(layout.months)),
    ]
