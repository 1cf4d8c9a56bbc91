"""Names in error messages: the nearest one, a list that stays readable, a value that fits on the line."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, names: Iterable[str]) -> str:
    """`; nearest: 'user_id'` for the closest of `names`, whatever its case, or "" where none is close."""
    lowered = {n.lower(): n for n in sorted(names, reverse=True)}
    found = get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    return f"; nearest: {lowered[found[0]]!r}" if found else ""


def listed(names: Iterable[str], most: int = 12) -> str:
    """The names, quoted and separated by commas; after `most` of them how many more there are."""
    every = list(names)
    shown = ", ".join(shortened(n) for n in every[:most])
    return shown + (f" and {len(every) - most:,} more" if len(every) > most else "")


def shortened(value: str, most: int = 60) -> str:
    """The value as Python writes it, cut to `most` characters."""
    return repr(value) if len(value) <= most else f"{value[:most]!r}… ({len(value):,} characters)"
