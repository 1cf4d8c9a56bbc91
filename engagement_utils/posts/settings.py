"""The report's choices, checked; the notebook's parameters of the same names say what they mean."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal
from zoneinfo import available_timezones

from engagement_utils.errors import ParameterError
from engagement_utils.report.report import Settings as ReportSettings
from engagement_utils.tables.moments import NUMERIC_DATES
from engagement_utils.tables.names import nearest
from engagement_utils.tables.spec import Table, TableSpec

SCORE = "engagement_score"
PER_COLUMNS: Mapping[str, str] = {"reach": "reach", "follower": "followers"}
# columns of posts that are no reactions
OTHERS = ("post", "timestamp", "hour", "weekday", "month", "format", "domain", "post_length")
# codes of strptime formats that hold a year
_YEARS = ("%Y", "%y", "%c", "%x", "%D", "%F", "%G", "%+", "%s")


@dataclass(frozen=True)
class Claimed:
    """What the published conclusion claims to be better, in terms of the data's columns.

    Attributes:
        hours: of the day in which posts are said to do better.
        formats, domains: said to do better; than all others, the domains than `weaker_domains`.
        lengths: (shortest, longest) of the lengths said to be best, in words.
    """

    hours: tuple[int, ...] = (9, 10, 20, 21)
    formats: tuple[str, ...] = ("Dashboard", "Walkthrough")
    domains: tuple[str, ...] = ("NLP", "Influencer Analytics")
    weaker_domains: tuple[str, ...] = ("Forecasting", "Segmentation")
    lengths: tuple[float, float] = (300.0, 500.0)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Claimed":
        """From the notebook's parameter `claimed`; what it leaves out is as published.

        Raises:
            ParameterError: an unknown key, hours outside 0 to 23, or lengths that are no range.
        """
        unknown = sorted(set(given) - set(cls.__dataclass_fields__))
        if unknown:
            msg = f"claimed: {', '.join(unknown)} found; accepted: {', '.join(cls.__dataclass_fields__)}"
            raise ParameterError(msg)
        wrong = [k for k, v in given.items() if not isinstance(v, list | tuple)]
        if wrong:
            msg = f"claimed: {wrong[0]}: found {given[wrong[0]]!r}, accepted: a list"
            raise ParameterError(msg)
        found = cls(**{k: tuple(v) for k, v in given.items()})
        if not all(isinstance(h, int) and 0 <= h <= 23 for h in found.hours):
            msg = f"claimed: hours: found {list(found.hours)}, accepted: whole numbers from 0 to 23"
            raise ParameterError(msg)
        pair: Sequence[Any] = found.lengths
        if len(pair) != 2 or not all(isinstance(x, int | float) for x in pair) or pair[0] >= pair[1]:
            msg = f"claimed: lengths: found {list(pair)}, accepted: two rising numbers of words"
            raise ParameterError(msg)
        return found


@dataclass(frozen=True)
class Settings(ReportSettings):
    """How the posts are written, and how they are analysed.

    Attributes:
        posts: the table's own parameter, which states its zone and how its dates are written.
        score: {reaction column: weight}; empty where a column `engagement_score` holds the score.
        per: what the score is divided by; "reach" and "follower" need a column `reach` or `followers`.
        time: "timestamp" needs that column; "numbers" takes hour, weekday and month as far as they are there.
        weekdays: how Monday to Sunday are written in `weekday`; months: January to December in `month`.
        audience_timezone: IANA name; hour and weekday are those of this zone's clocks.
        cell_minimum: posts below which a cell of a map is hatched and a group's bar is hollow.
        worthwhile: difference in points that would change a decision; None: a third of the standard deviation
            that the model leaves.
        claimed: see `Claimed.of`.
        events: days of announcements and deadlines.
        analysis_posts: tests and models use at most so many posts, drawn by a hash; maps and bars use all.
        resamples: permutations a test.

    Raises:
        ParameterError: a choice that leaves something to guess; says which, what was found, what is accepted.
    """

    posts: Table = "sample:posts/posts_150.csv"
    score: Mapping[str, float] = field(default_factory=dict)
    per: Literal["post", "reach", "follower"] = "post"
    time: Literal["timestamp", "numbers"] = "timestamp"
    weekdays: tuple[str, ...] = tuple(str(i) for i in range(1, 8))
    months: tuple[str, ...] = tuple(str(i) for i in range(1, 13))
    audience_timezone: str | None = None
    cell_minimum: int = 5
    worthwhile: float | None = None
    claimed: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[date, ...] = ()
    analysis_posts: int = 20_000
    resamples: int = 999

    def __post_init__(self) -> None:
        self._check_score()
        self._check_words("weekdays", self.weekdays, 7)
        self._check_words("months", self.months, 12)
        self._check_zone()
        self._check_dates()
        Claimed.of(self.claimed)

    @property
    def unit(self) -> str:
        """Of the score, in words."""
        return {
            "post": "points",
            "reach": "points per 1,000 reached",
            "follower": "points per 1,000 followers",
        }[self.per]

    @property
    def claims(self) -> Claimed:
        """What is claimed to be better."""
        return Claimed.of(self.claimed)

    def _check_score(self) -> None:
        wrong = {k: w for k, w in self.score.items() if not math.isfinite(w)}
        if wrong or (self.score and not any(self.score.values())):
            found = dict(self.score)
            msg = f"score: found {found}, accepted: a finite weight for every column, not all of them 0"
            raise ParameterError(msg)
        taken = sorted({*OTHERS, *PER_COLUMNS.values()} & set(self.score))
        if taken:
            msg = f"score: {', '.join(taken)} found; accepted: names of reaction columns, such as likes"
            raise ParameterError(msg)

    def _check_words(self, name: str, words: Sequence[str], n: int) -> None:
        if len(words) != n or len(set(words)) != n or not all(words):
            msg = f"{name}: found {list(words)}, accepted: {n} different words of the column {name[:-1]}"
            raise ParameterError(msg)

    def _check_zone(self) -> None:
        zone = self.audience_timezone
        if zone is None:
            return
        if zone not in available_timezones():
            near = nearest(zone, available_timezones())
            msg = (
                f"audience_timezone: found {zone!r}, accepted: an IANA name such as America/Mexico_City{near}"
            )
            raise ParameterError(msg)
        if self.time == "numbers":
            msg = "audience_timezone: hours given as numbers stay as they are; accepted with time: timestamp"
            raise ParameterError(msg)
        if TableSpec.of(self.posts).timezone is None:
            msg = (
                f"audience_timezone: {zone} found, but the zone of the data is not stated; "
                "accepted with posts: {path: ..., timezone: ...}"
            )
            raise ParameterError(msg)

    def _check_dates(self) -> None:
        form = TableSpec.of(self.posts).date_format
        dated = form is None or form in NUMERIC_DATES or any(code in form for code in _YEARS)
        if self.time == "timestamp" and not dated:
            msg = (
                f"posts: date_format: found {form!r}, which has no year, so no weekday follows; accepted: a "
                "format with a year, or time: numbers with columns hour, weekday, month"
            )
            raise ParameterError(msg)
