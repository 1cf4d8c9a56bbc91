"""What closes a page: the inputs with what was set aside, and how the report was made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engagement_utils.suite.publish.escaping import escape
from engagement_utils.suite.publish.facts import facts
from engagement_utils.suite.publish.pipe import Column, fit, pipe

PROVENANCE_TITLE = "How this report was made"
_INPUTS = (("Input", False), ("Read from", False), ("Rows read", True), ("Set aside", True))
_REASONS = (
    ("Input", False),
    ("What was found", False),
    ("Rows", True),
    ("These were", False),
    ("Example", False),
)


def _table(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """`heads` are labels, and whether the column holds numbers."""
    columns = [Column(*head) for head in heads]
    below = f"\n\n: [{escape(caption)}]{{.caption-title}}" if caption else ""
    return f"::: {fit(columns, rows).attributes}\n{pipe(columns, rows)}{below}\n:::"


def quality(inputs: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The inputs' table, and the reasons where rows were set aside or counted."""
    if not inputs:
        return
    filed = any(i["file"] for i in inputs)
    heads = (*_INPUTS, ("Rows set aside are in", False)) if filed else _INPUTS
    rows = [[i["name"], i["path"], f"{i['rows']:,}", f"{i['set_aside']:,}", i["file"]] for i in inputs]
    yield _table(heads, [row[: len(heads)] for row in rows], "Inputs")
    reasons = [
        [i["name"], r["rule"], f"{r['rows']:,}", r["action"], r["example"]]
        for i in inputs
        for r in i["reasons"]
    ]
    if reasons:
        yield _table(_REASONS, reasons, "Set aside and counted")


def provenance(values: Mapping[str, Any]) -> Iterator[str]:
    """Single values in one table, lists and mappings in tables of their own."""
    found = facts(values)
    if not found:
        return
    yield f"## {PROVENANCE_TITLE}"
    if single := [(f.label, f.text) for f in found if not f.rows]:
        yield _table((("Item", False), ("Value", False)), single)
    for fact in found:
        if fact.rows:
            heads = [(head, head == "Rows") for head in fact.heads or ("Name", "Value")]
            yield _table(heads, fact.rows, fact.label)
