"""The outputs of an executed notebook as items: what each is to a reader, and whether it may be published."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from html import escape
from html.parser import HTMLParser
from typing import Any

from engagement_utils.errors import PublishError
from engagement_utils.report.outputs import KINDS, PREFIX
from engagement_utils.suite.pages.headings import Heading, cut
from engagement_utils.suite.pages.prepared import text

TAGS = {"hide", "summary", "actions", "method", "limitations", "quality"}
_ALLOWED_ERROR = "raises-exception"
# no block of a page: they are lifted into the metadata
METADATA_ONLY = {"header", "quality", "action"}
_DRAWN = {"path", "line", "polyline", "polygon", "rect", "circle", "ellipse", "text", "use", "image"}
# an object's address differs from run to run, and tells a reader nothing
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_KEPT = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_SKIPPED = {"style", "script", "template", "title", "svg", "math"}
_SPANS = {"colspan", "rowspan"}


@dataclass(frozen=True)
class Item:
    """One thing that a cell holds.

    Attributes:
        kind: "heading", "markdown", "figure", "table", "finding", "html", "image", "text", or one of
            "header", "quality", "action", which only the metadata show.
        cell: number in the notebook, counted from 1.
        computed: whether an output holds it.
        tags: those of the cell that mean something here (`TAGS`).
        content: `Heading`, text or payload.
        data, metadata: the output to store; {} for headings and markdown.
    """

    kind: str
    cell: int
    computed: bool
    tags: frozenset[str]
    content: Any
    data: Mapping[str, Any]
    metadata: Mapping[str, Any]


def items(notebook: Mapping[str, Any], name: str) -> Iterator[Item]:
    """Everything that the notebook shows, in its order. `name` is the notebook's, for messages.

    Left out: streams, raw cells, objects shown by their address, outputs without a form that a page has.

    Raises:
        PublishError: an unaccounted error, a figure or image without its text, an unusable payload.
    """
    for number, cell in enumerate(notebook["cells"], start=1):
        all_tags = set(cell["metadata"].get("tags", ()))
        tags = frozenset(all_tags & TAGS)
        where = f"{name}, cell {number}"
        if cell["cell_type"] == "markdown":
            yield from _markdown(text(cell["source"]), number, False, tags)
        elif cell["cell_type"] == "code":
            for output in cell["outputs"]:
                if output["output_type"] == "error" and _ALLOWED_ERROR not in all_tags:
                    raised = f"{output['ename']}: {output['evalue']}"
                    msg = f"{where} raised {raised}; only whole runs are published"
                    raise PublishError(msg)
                if output["output_type"] in {"display_data", "execute_result"}:
                    yield from _output(output, number, tags, where)


def _markdown(source: str, cell: int, computed: bool, tags: frozenset[str]) -> Iterator[Item]:
    for piece in cut(source):
        if isinstance(piece, Heading):
            yield Item("heading", cell, computed, tags, piece, {}, {})
        elif piece.text.strip():
            yield Item("markdown", cell, computed, tags, piece.text, {}, {})


def _output(output: Mapping[str, Any], cell: int, tags: frozenset[str], where: str) -> Iterator[Item]:
    data = output["data"]
    metadata = output.get("metadata", {})
    own = next((m for m in KINDS if m in data), None)
    if own:
        yield _own(own, data, cell, tags, where)
    elif "text/markdown" in data:
        yield from _markdown(text(data["text/markdown"]), cell, True, tags)
    elif "image/png" in data:
        alt = metadata.get("image/png", {}).get("alt", "") or metadata.get("alt", "")
        if not str(alt).strip():
            msg = f"{where}: image without alt text; show it as a report.figure, or as Image(..., alt=...)"
            raise PublishError(msg)
        image = {"image/png": text(data["image/png"]).replace("\n", "")}
        yield Item("image", cell, True, tags, str(alt), image, {"image/png": {"alt": str(alt)}})
    elif images := sorted(m for m in data if m.startswith("image/")):
        msg = f"{where}: a bare {images[0]} output; accepted are report.figure and PNG images with alt text"
        raise PublishError(msg)
    elif "text/html" in data and (table := plain_table(text(data["text/html"]))):
        yield Item("html", cell, True, tags, table, {"text/html": table}, {})
    elif "text/plain" in data:
        plain = text(data["text/plain"])
        if plain.strip() and not _ADDRESS.search(plain):
            yield Item("text", cell, True, tags, plain, {"text/plain": plain}, {})


def _own(mime: str, data: Mapping[str, Any], cell: int, tags: frozenset[str], where: str) -> Item:
    kind = mime.removeprefix(PREFIX).removesuffix("+json")
    payload = data[mime]
    expected = {f.name for f in fields(KINDS[mime])} - {"svg"}
    if not isinstance(payload, dict) or not expected <= payload.keys():
        found = sorted(payload) if isinstance(payload, dict) else type(payload).__name__
        msg = f"{where}: {kind} output with {found}, accepted: a mapping with {sorted(expected)}"
        raise PublishError(msg)
    kept = {mime: payload, "text/plain": text(data.get("text/plain", ""))}
    if kind == "figure":
        where = f"{where}, figure {payload.get('name', '')!r}"
        for part, what in (("title", "title"), ("caption", "caption"), ("alt", "alt text")):
            if not str(payload.get(part, "")).strip():
                msg = f"{where}: no {what}; a figure is published with title, caption and alt text"
                raise PublishError(msg)
        kept["image/svg+xml"] = _drawn(text(data.get("image/svg+xml", "")), where)
    return Item(kind, cell, True, tags, payload, kept, {})


def _drawn(svg: str, where: str) -> str:
    """The SVG itself, when it is one and draws more than its ground."""
    if not svg.strip():
        msg = f"{where}: its SVG is empty"
        raise PublishError(msg)
    try:
        root = ET.fromstring(svg)
    except ET.ParseError as error:
        msg = f"{where}: its SVG cannot be read: {error}"
        raise PublishError(msg) from error
    drawn = sum(str(element.tag).rpartition("}")[2] in _DRAWN for element in root.iter())
    if drawn < 2:
        msg = f"{where}: its SVG draws nothing ({drawn} elements)"
        raise PublishError(msg)
    return svg


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []
        self.skipping = 0
        self.in_head = False
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipping += 1
        elif tag in _KEPT and not self.skipping and (tag == "table") == (not self.open):
            self.in_head = self.in_head or tag == "thead"
            kept = "".join(f' {k}="{v}"' for k, v in attrs if k in _SPANS and v and v.isdecimal())
            scope = f' scope="{"col" if self.in_head else "row"}"' if tag == "th" else ""
            self.cells += tag in {"th", "td"}
            self.parts.append(f"<{tag}{kept}{scope}>")
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in self.open and not self.skipping:
            while self.open:
                closed = self.open.pop()
                self.parts.append(f"</{closed}>")
                if closed == tag:
                    break
            self.in_head = self.in_head and "thead" in self.open

    def handle_data(self, data: str) -> None:
        if not self.skipping and self.open and self.open[-1] in {"th", "td", "caption"}:
            self.parts.append(escape(data, quote=False))


def plain_table(html: str) -> str | None:
    """The first-level tables of `html` with text cells only, or None where it holds no table cell.

    Kept are the table elements and their spans; everything else (styles, scripts, links, attributes) goes,
    its text stays. Header cells are given a `scope`.
    """
    parser = _Plain()
    parser.feed(html)
    parser.close()
    while parser.open:
        parser.parts.append(f"</{parser.open.pop()}>")
    return "".join(parser.parts) + "\n" if parser.cells else None
