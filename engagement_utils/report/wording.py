"""Numbers, intervals, p-values, counts and dates as words, in plain English.

In text the minus is U+2212, which a line break does not part from its number; CSV files keep the
hyphen-minus.
"""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from engagement_utils.inference.estimate import Estimate

MINUS = "−"
MISSING = "–"
MAX_DECIMALS = 6
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def number(x: Any, digits: int | None = None, significant: int = 3, unit: str = "") -> str:
    """`x` with thousands separated by commas: "12,345", "0.0346", "−1.5 s"; "–" where it is missing.

    Args:
        digits: decimals; without them a whole number is printed whole, and any other one with `significant`
            digits, never cutting digits before the decimal point.
        unit: behind the number, "%" without a space.
    """
    if x is None or not math.isfinite(x):
        return MISSING if x is None or math.isnan(x) else (MINUS if x < 0 else "") + "∞"
    if digits is None:
        whole = float(x).is_integer()
        digits = 0 if whole else min(MAX_DECIMALS, max(0, significant - 1 - _magnitude(float(x))))
    text = f"{abs(x):,.{digits}f}"
    sign = MINUS if x < 0 and any(c in "123456789" for c in text) else ""
    gap = "" if unit in ("", "%") else " "
    return f"{sign}{text}{gap}{unit}"


def percent(x: Any, digits: int = 0) -> str:
    """A share (0 to 1) as a percentage: "58%"."""
    return number(None if x is None else x * 100, digits, unit="%")


def _magnitude(x: float) -> int:
    """Place of the first significant digit: 0 for units, 1 for tens, -1 for tenths."""
    return math.floor(math.log10(abs(x))) if x else 0


def decimals(estimate: Estimate, scale: float = 1.0) -> int | None:
    """Decimals that the interval supports: to the first significant digit of its half width.

    A half width of 4.6 supports none, one of 0.06 supports two. None without an interval.
    """
    if estimate.interval is None:
        return None
    half = (estimate.interval[1] - estimate.interval[0]) / 2 * scale
    return min(MAX_DECIMALS, max(0, -_magnitude(half))) if half > 0 else None


def rounded(estimate: Estimate, unit: str = "", percent: bool = False) -> str:
    """The estimate's value, rounded to what its interval supports."""
    scale = 100.0 if percent else 1.0
    return number(estimate.value * scale, decimals(estimate, scale), unit="%" if percent else unit)


def interval(
    low: float, high: float, digits: int | None = None, unit: str = "", percent: bool = False
) -> str:
    """Both bounds: "0.51 to 0.63", "51% to 63%", "−5 to 3 s"."""
    if percent:
        return f"{number(low * 100, digits or 0, unit='%')} to {number(high * 100, digits or 0, unit='%')}"
    return f"{number(low, digits)} to {number(high, digits, unit=unit)}"


def with_interval(estimate: Estimate, unit: str = "", percent: bool = False) -> str:
    """Value and interval: "58% (95% interval 51% to 63%)"; the value alone where there is no interval."""
    text = rounded(estimate, unit, percent)
    if estimate.interval is None:
        return text
    digits = decimals(estimate, 100.0 if percent else 1.0)
    bounds = interval(*estimate.interval, digits, unit, percent)
    return f"{text} ({interval_name(estimate.level)} {bounds})"


def points(estimate: Estimate) -> str:
    """A difference of shares: "24 points (95% interval 22 to 26)"."""
    digits = decimals(estimate, 100.0)
    text = f"{number(estimate.value * 100, digits)} points"
    if estimate.interval is None:
        return text
    low, high = (bound * 100 for bound in estimate.interval)
    return f"{text} ({interval_name(estimate.level)} {interval(low, high, digits)})"


def interval_name(level: float, kind: str = "") -> str:
    """ "95% interval", or of a kind: "95% t interval"."""
    return " ".join(filter(None, (number(level * 100, significant=3, unit="%"), kind, "interval")))


def tested(estimate: Estimate) -> str:
    """ ", p = 0.43" behind an interval, or nothing where nothing was tested."""
    words = p_value(estimate.p_value)
    return f", {words}" if words else ""


def p_value(p: float | None) -> str:
    """ "p = 0.43", "p = 0.03", "p = 0.004", "p < 0.001", "p > 0.99"; "" without one.

    Three decimals around 0.05, where two would not say on which side it is.
    """
    if p is None or math.isnan(p):
        return ""
    if p < 0.001:
        return "p < 0.001"
    if p > 0.99:
        return "p > 0.99"
    digits = 3 if p < 0.01 or 0.045 <= p < 0.055 else 2
    return f"p = {p:.{digits}f}"


def plural_of(noun: str) -> str:
    """The regular plural of an English noun: "post" -> "posts", "category" -> "categories"."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s")


def count(n: int, noun: str, plural: str | None = None) -> str:
    """ "1 post", "1,900 posts"; `plural` where it is not regular."""
    return f"{number(n, 0)} {noun if n == 1 else plural or plural_of(noun)}"


def day(when: date | datetime | str) -> str:
    """ "1 Jun 2025"; takes dates, time stamps and ISO text."""
    d = _date(when)
    return f"{d.day} {_MONTHS[d.month - 1]} {d.year}"


def _date(when: date | datetime | str) -> date:
    return date.fromisoformat(when[:10]) if isinstance(when, str) else when


def date_range(start: date | datetime | str, end: date | datetime | str) -> str:
    """ "1 Jun to 2 Aug 2025", "1 to 9 Feb 2024", "28 Dec 2024 to 3 Jan 2025", "1 Jun 2025" for one day."""
    a, b = _date(start), _date(end)
    if (a.year, a.month, a.day) == (b.year, b.month, b.day):
        return day(b)
    first = day(a).split(" ")
    keep = 3 if a.year != b.year else 2 if a.month != b.month else 1
    return f"{' '.join(first[:keep])} to {day(b)}"


def join_words(words: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
