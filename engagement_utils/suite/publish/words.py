"""Dates, counts and file sizes as the pages write them."""

import re
from datetime import date

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|\*|`)(?=\S)(.+?)(?<=\S)\1")


def day(iso: str, year: bool = True) -> str:
    """`2025-06-01` (or a time stamp that begins so) as "1 Jun 2025"; other text as it is."""
    try:
        when = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{when.day} {_MONTHS[when.month - 1]}" + (f" {when.year}" if year else "")


def window(start: str, end: str) -> str:
    """A data window from ISO dates: "1 Jun to 2 Aug 2025"; "" without dates."""
    if not start or not end or start == end:
        return day(start or end)
    return f"{day(start, year=start[:4] != end[:4])} to {day(end)}"


def many(number: int, one: str, more: str = "") -> str:
    """A count with its noun: "1 row", "1,204 rows"."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def size(count: int) -> str:
    """A file's size for a reader: "812 bytes", "3.4 kB", "12 MB"."""
    if count < 1000:
        return many(count, "byte")
    value, unit = (count / 1e3, "kB") if count < 1e6 else (count / 1e6, "MB")
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"


def plain(markdown: str) -> str:
    """A line of Markdown without its marks, for places that show text alone."""
    return _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", markdown)))


def sentence(text: str) -> str:
    """The text with a full stop, where it has none."""
    return text if text.endswith((".", "!", "?", ":")) else f"{text}."
