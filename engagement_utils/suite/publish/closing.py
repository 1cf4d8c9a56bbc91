"""What closes a page: the inputs with what was set aside, and how the report was made."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engagement_utils.suite.publish.escaping import escape, link
from engagement_utils.suite.publish.facts import facts
from engagement_utils.suite.publish.links import Link
from engagement_utils.suite.publish.pipe import Column, fit, pipe

PROVENANCE_TITLE = "How this report was made"
_INPUTS = (("Input", False), ("File", False), ("Rows read", True), ("Rows set aside", True))
_REASONS = (("Input", False), ("Rule", False), ("What was done", False), ("Rows", True), ("Example", False))
_COUNTS = ("Rows", "Set aside")
CLEAN = "No row was set aside, and no rule was broken."


def _table(heads: Sequence[tuple[str, bool]], rows: Sequence[Sequence[str]], caption: str = "") -> str:
    """`heads` are labels, and whether the column holds numbers."""
    columns = [Column(*head) for head in heads]
    below = f"\n\n: [{escape(caption)}]{{.caption-title}}" if caption else ""
    return f"::: {fit(columns, rows).attributes}\n{pipe(columns, rows)}{below}\n:::"


def quality(inputs: Sequence[Mapping[str, Any]], files: Sequence[Link]) -> Iterator[str]:
    """The inputs' table, the reasons where rows were set aside or counted, and where those rows are."""
    if not inputs:
        return
    rows = [[i["name"], i["path"], f"{i['rows']:,}", f"{i['set_aside']:,}"] for i in inputs]
    yield _table(_INPUTS, rows, "What was read")
    reasons = [
        [i["name"], r["rule"], r["action"], f"{r['rows']:,}", r["example"]]
        for i in inputs
        for r in i["reasons"]
    ]
    yield _table(_REASONS, reasons, "Why rows were set aside or counted") if reasons else CLEAN
    hrefs = {f.name: f.href for f in files}
    for i in inputs:
        if i["file"]:
            kept = escape(f"{i['file']}, kept outside of the published pages")
            where = link(i["file"], hrefs[i["file"]]) if i["file"] in hrefs else kept
            yield f"Rows of {escape(i['name'])} that were set aside: {where}."


def downloads(files: Sequence[Link]) -> Iterator[str]:
    """The list of every file that the notebook wrote for its readers."""
    if files:
        yield "## Data to download"
        yield "\n".join(f"- {link(f.name, f.href)} [{escape(f.size)}]{{.note}}" for f in files)


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
            heads = [(head, head in _COUNTS) for head in fact.heads or ("Name", "Value")]
            yield _table(heads, fact.rows, fact.label)
