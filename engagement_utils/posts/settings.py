"""The report's choices; the notebook's parameters of the same names say what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engagement_utils.errors import ParameterError


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
    def of(cls, given: dict[str, Any]) -> "Claimed":
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
class Settings:
    """How the posts are analysed.

    Attributes:
        unit: of the score, in words.
        cell_minimum: posts below which a cell of a map is hatched and a group's bar is hollow.
        minimum_n: posts below which a comparison is "too little data".
        worthwhile: difference in points that would change a decision; None: a third of the standard deviation
            that the model leaves.
        analysis_posts: tests and models use at most so many posts, drawn by a hash; maps and bars use all.
        events: days of announcements and deadlines.
        resamples: permutations a test.
    """

    unit: str = "points"
    cell_minimum: int = 5
    minimum_n: int = 10
    worthwhile: float | None = None
    analysis_posts: int = 20_000
    claimed: Claimed = field(default_factory=Claimed)
    events: tuple[date, ...] = ()
    resamples: int = 999
    level: float = 0.95
    seed: int = 0
