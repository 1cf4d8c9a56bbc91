"""The data window, the counts and the key figures that head a report."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report.outputs import Header, KeyFigure
from engagement_utils.report.wording import number, plural_of, rounded

MAX_KEY_FIGURES = 5
Day = date | datetime | str | None


def key_figure(
    label: str,
    value: float | int | Estimate | str,
    *,
    unit: str = "",
    percent: bool = False,
    digits: int | None = None,
    change: str = "",
    trend: Iterable[float] = (),
) -> KeyFigure:
    """One key figure, formatted: an `Estimate` is rounded to what its interval supports.

    Args:
        unit: behind the value; percent: the value is a share (0 to 1).
        change: against the period before, as words, such as "up 4% on May".
        trend: the points of the small plot, oldest first; all finite.
    """
    scale, unit = (100.0, "%") if percent else (1.0, unit)
    if isinstance(value, str):
        text = value
    elif isinstance(value, Estimate):
        text = rounded(value, percent=percent).removesuffix("%")
    else:
        text = number(value * scale, 0 if percent and digits is None else digits)
    return KeyFigure(label, text, unit, change, tuple(float(t) for t in trend))


def _iso(when: Day) -> str:
    if when is None or isinstance(when, str):
        return (when or "")[:10]
    return when.strftime("%Y-%m-%d")


def header(start: Day, end: Day, counts: Mapping[str, int], key_figures: Sequence[KeyFigure] = ()) -> Header:
    """The report's header.

    Args:
        start, end: first and last day of the data; None where the data have no time.
        counts: {"event": 250, "user": 20}, singular nouns; the plural is made.

    Raises:
        ValueError: more than five key figures, or an end before the start.
    """
    if len(key_figures) > MAX_KEY_FIGURES:
        msg = f"{len(key_figures)} key figures; at most {MAX_KEY_FIGURES} are expected"
        raise ValueError(msg)
    first, last = _iso(start), _iso(end)
    if last < first:
        msg = f"the window ends ({last or 'nowhere'}) before it starts ({first})"
        raise ValueError(msg)
    words = tuple((number(n, 0), noun if n == 1 else plural_of(noun)) for noun, n in counts.items())
    return Header(first, last, words, tuple(key_figures))
