"""What is wrong with a parameter file: one line a problem, and how found values are worded."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from engagement_utils.errors import ParameterError
from engagement_utils.tables.secrets import redact

_WIDTH = 60  # characters of a found value that a message shows


@dataclass(frozen=True)
class Problem:
    """One line of a `ParameterError`: `where: key: found; accepted`.

    `where` is `file:line`, or `--set NAME.KEY` for an override; `key` is the dotted path of keys. Whatever
    the parts hold, the line shows no password and no line break.
    """

    where: str
    key: str
    found: str
    accepted: str = ""

    def __str__(self) -> str:
        line = ": ".join(part for part in (self.where, self.key, self.found) if part)
        return printable(redact(f"{line}; {self.accepted}" if self.accepted else line))

    @property
    def line(self) -> int:
        """The line in the file, to sort by; after all lines where there is none."""
        number = self.where.rpartition(":")[2]
        return int(number) if number.isdecimal() else 10**9


def raise_all(problems: Iterable[Problem]) -> None:
    """Raise one ParameterError with every problem, each once, a line each; nothing where there are none."""
    if found := list(problems):
        raise refusal(*found)


def refusal(*problems: Problem) -> ParameterError:
    """The error that lists problems, to be raised."""
    return ParameterError("\n".join(dict.fromkeys(map(str, problems))))


def printable(text: str) -> str:
    """`text` on one line, with control characters written as escapes (`\\x1b`)."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def shown(value: Any) -> str:
    """A found value in words: its kind and, shortened, what it is."""
    match value:
        case None:
            return "found nothing (null)"
        case bool():
            return f"found {str(value).lower()}"
        case int():
            digits = str(value) if abs(value) < 10**_WIDTH else f"of more than {_WIDTH} digits"
            return f"found the whole number {digits}"
        case float():
            return f"found the number {value!r}"
        case date():
            return f"found the date {value.isoformat()}"
        case str() | Path():
            return f"found the text {_short(str(value))}" if str(value) else "found an empty text"
        case list() | tuple():
            return f"found a list of {len(value)}"
        case Mapping():
            return "found a mapping" + (
                f" ({_short(', '.join(map(str, value)), quote='')})" if value else ", empty"
            )
    return f"found {type(value).__name__}"


def dotted(parts: Iterable[Any]) -> str:
    """A path of keys and list positions as it is written: `parameters.weights.like`, `users.columns[0]`."""
    text = ""
    for part in parts:
        if part == "[key]":  # pydantic's mark of an error in the key itself; the key stands before it
            continue
        text += f"[{part}]" if isinstance(part, int) and not isinstance(part, bool) else f".{part}"
    return text.lstrip(".")


def nearest(name: Any, known: Iterable[str]) -> str:
    """`did you mean 'x'? ` for the known name nearest to `name`, or nothing."""
    by_lower = {k.lower(): k for k in known}
    close = difflib.get_close_matches(str(name).lower()[:100], by_lower, n=1, cutoff=0.6)
    return f"did you mean {by_lower[close[0]]!r}? " if close else ""


def unknown(name: Any, known: Iterable[str]) -> str:
    """The accepted half of a message on an unknown name."""
    names = list(known)
    return f"{nearest(name, names)}accepted: {', '.join(names) or 'none'}"


def _short(text: str, quote: str = "'") -> str:
    text = re.sub(r"\s+", " ", redact(text)) if len(text) < 10_000 else text[:_WIDTH]
    return quote + (text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…") + quote
