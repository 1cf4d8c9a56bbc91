"""What closes a page: the inputs with what was set aside, and how the report was made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engagement_utils.suite.publish.pandoc import escape, link
from engagement_utils.suite.publish.pipe import Column, fit, pipe
from engagement_utils.suite.publish.publisher import Download
from engagement_utils.suite.publish.words import size

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


def quality(inputs: Sequence[Mapping[str, Any]], files: Sequence[Download]) -> Iterator[str]:
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


def downloads(files: Sequence[Download]) -> Iterator[str]:
    """The list of every file that the notebook wrote for its readers."""
    if files:
        yield "## Data to download"
        yield "\n".join(f"- {link(f.name, f.href)} [{escape(size(f.bytes))}]{{.note}}" for f in files)


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
