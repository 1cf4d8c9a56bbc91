"""What closes a page: the inputs with what was set aside, and how the report was made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engagement_utils.suite.publish.escaping import escape
from engagement_utils.suite.publish.pipe import Column, fit, pipe

_COUNTS = {"rows", "set_aside", "bytes"}
PROVENANCE_TITLE = "How this report was made"


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    below = f"\n\n: [{escape(caption)}]{{.caption-title}}" if caption else ""
    return f"::: {fit(columns, rows).attributes}\n{pipe(columns, rows)}{below}\n:::"


def quality(inputs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The inputs' table, and the reasons where rows were set aside or counted."""
    if not inputs:
        return
    columns = [Column("Input", False), Column("Read from", False)]
    columns += [Column("Rows read", True), Column("Set aside", True), Column("Rows set aside are in", False)]
    rows = [[i["name"], i["path"], f"{i['rows']:,}", f"{i['set_aside']:,}", i["file"]] for i in inputs]
    if not any(i["file"] for i in inputs):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    yield _table(columns, rows, "Inputs")
    reasons = [
        [i["name"], r["rule"], f"{r['rows']:,}", r["action"], r["example"]]
        for i in inputs
        for r in i["reasons"]
    ]
    heads = (("Input", False), ("What was found", False), ("Rows", True), ("These were", False))
    if reasons:
        yield _table(
            [*(Column(*h) for h in heads), Column("Example", False)], reasons, "Set aside and counted"
        )


def provenance(values: Mapping[str, Any]) -> Iterator[str]:
    """Any plain JSON values, in their order: single values in one table, lists and mappings in their own."""
    if not values:
        return
    yield f"## {PROVENANCE_TITLE}"
    single: list[list[str]] = []
    nested: list[str] = []
    for key, value in values.items():
        if isinstance(value, Mapping) and value:
            nested.append(_table(*_pairs(value), caption=_label(key)))
        elif isinstance(value, list) and value and all(isinstance(v, Mapping) for v in value):
            nested.append(_table(*_records(value), caption=_label(key)))
        else:
            single.append([_label(key), _text(value)])
    if single:
        yield _table([Column("Item", False), Column("Value", False)], single)
    yield from nested


def _label(key: str) -> str:
    words = key.replace("_", " ")
    return words[:1].upper() + words[1:]


def _pairs(values: Mapping[str, Any]) -> tuple[list[Column], list[list[str]]]:
    rows = [[str(k), _text(v)] for k, v in values.items()]
    return [Column("Name", False), Column("Value", False)], rows


def _records(values: Sequence[Mapping[str, Any]]) -> tuple[list[Column], list[list[str]]]:
    keys = list(dict.fromkeys(k for v in values for k in v))
    number = [all(isinstance(v.get(k), int | float) for v in values) for k in keys]
    columns = [Column(_label(k), n) for k, n in zip(keys, number, strict=True)]
    return columns, [[_count(k, v.get(k)) for k in keys] for v in values]


def _count(key: str, value: Any) -> str:
    """A record's value; counts have their thousands separated, other numbers (a year) have not."""
    return f"{value:,}" if key in _COUNTS and isinstance(value, int) else _text(value)


def _text(value: Any) -> str:
    """A value as a reader writes it."""
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case list():
            return ", ".join(map(_text, value)) or "none"
        case Mapping():
            return ", ".join(f"{k}: {_text(v)}" for k, v in value.items()) or "none"
        case _:
            return str(value)
