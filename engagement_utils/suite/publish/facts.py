"""Provenance as a reader sees it: plain JSON values as labelled lines and small tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fact:
    """One labelled entry: `text`, or a table of `heads` (none for pairs of label and value) and `rows`."""

    label: str
    text: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def facts(values: Mapping[str, Any]) -> list[Fact]:
    """The entries of `values`, in their order; empty ones are left out."""
    return [_fact(_label(key), value) for key, value in values.items() if value not in ("", [], {}, None)]


def _fact(label: str, value: Any) -> Fact:
    if isinstance(value, Mapping):
        return Fact(label, rows=tuple((str(k), _text(v)) for k, v in value.items()))
    if isinstance(value, list | tuple) and value and all(isinstance(v, Mapping) for v in value):
        keys = list(dict.fromkeys(k for v in value for k in v))
        rows = tuple(tuple(_count(v.get(k, "")) for k in keys) for v in value)
        return Fact(label, heads=tuple(map(_label, keys)), rows=rows)
    return Fact(label, _text(value))


def _label(key: str) -> str:
    words = str(key).replace("_", " ").strip()
    return words.upper().replace("SHA256", "SHA-256") if words == "sha256" else words[:1].upper() + words[1:]


def _count(value: Any) -> str:
    # whole numbers of a table are counts, never years
    return f"{value:,}" if type(value) is int else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return "not set"
    if isinstance(value, int) and abs(value) >= 10_000:
        return f"{value:,}"
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {_text(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_text, value))
    return str(value)
