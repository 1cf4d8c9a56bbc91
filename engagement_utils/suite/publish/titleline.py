"""The line under a title: what the data span and what was counted."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from engagement_utils.suite.publish.escaping import escape

# not by the locale, so that every machine writes the same
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def window(start: str, end: str) -> str:
    """ISO dates as words, what they share said once: "1 Jun to 2 Aug 2025"; "" without dates."""
    if not start:
        return ""
    first, last = date.fromisoformat(start[:10]), date.fromisoformat((end or start)[:10])
    whole = f"{last.day} {_MONTHS[last.month - 1]} {last.year}"
    if first == last:
        return whole
    opening = [str(first.day)]
    if (first.year, first.month) != (last.year, last.month):
        opening.append(_MONTHS[first.month - 1])
    if first.year != last.year:
        opening.append(str(first.year))
    return f"{' '.join(opening)} to {whole}"


def title_line(header: Mapping[str, Any] | None) -> str:
    """Window and counts in one line of markdown; "" where the notebook states no header."""
    if header is None:
        return ""
    counts = (f"{n} {what}" for n, what in header["counts"])
    return " · ".join(escape(part) for part in (window(header["start"], header["end"]), *counts) if part)
