"""A prepared notebook as one pandoc markdown text and its figures as files.

The PDF and the Quarto page are made of the same text. Structure is carried by fenced divs and spans with a
class (`main-points`, `key-figures`, `report-table`, ...), which report.lua of the theme sets in type and
Quarto's style sheet shows; text from data is escaped, the author's markdown goes through `prose`.
"""

from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement_utils.report.outputs import MARKS
from engagement_utils.suite.pages.prepared import PART_TITLES, Block, Document
from engagement_utils.suite.publish.closing import downloads, provenance, quality
from engagement_utils.suite.publish.pandoc import attribute, bold, convert, escape, link, preformatted
from engagement_utils.suite.publish.pipe import Column, fit, of_html, pipe
from engagement_utils.suite.publish.publisher import Download, href
from engagement_utils.suite.publish.theme import Theme
from engagement_utils.suite.publish.words import window

# what Quarto shows closed, and opens on demand
FOLD = '.report-fold .callout-note collapse="true" icon="false" appearance="simple"'
UNPRINTED = "The table has {rows:,} rows and is not printed."


@dataclass(frozen=True)
class Markdown:
    """What pandoc reads.

    Attributes:
        text: the page without its title, headings from `##` on.
        figures: path relative to the page -> SVG text or PNG bytes.
    """

    text: str
    figures: Mapping[str, str | bytes]

    def write(self, folder: Path, change: Callable[[str], str] = str) -> None:
        """Write the figures below `folder`, each SVG after `change`."""
        for path, content in self.figures.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else change(content).encode())


def to_markdown(document: Document, files: Sequence[Download], theme: Theme, links: str = "") -> Markdown:
    """The whole page, in its order.

    Args:
        document: a prepared notebook, as `prepared.read` gives it.
        files: the report's downloads, as `links.downloads` gives them.
        theme: has `typst/prose.lua`.
        links: a line of markdown under the title that leads to the report's other forms; "" in print.

    Raises:
        PublishError: pandoc cannot read the author's markdown; a data file is not among the downloads.
    """
    written = [b for b in document.blocks if b.kind == "markdown"]
    description, *texts = convert([document.description, *(b.source for b in written)], theme)
    prose = {id(b): text for b, text in zip(written, texts, strict=True)}
    figures: dict[str, str | bytes] = {}

    def show(block: Block) -> str:
        data = ""
        if file := block.payload.get("data"):
            where = f"{document.notebook}, cell {block.cell}, {block.kind} {block.payload['name']!r}"
            data = link(file, href(files, file, where))
        return _block(block, data, document.name, figures)

    def part(name: Any) -> Iterator[str]:
        for block in document.part(name):
            yield prose[id(block)] if block.kind == "markdown" else show(block)

    def titled(name: Any, made: Iterator[str]) -> Iterator[str]:
        blocks = [*made, *part(name)]
        if blocks:
            yield f"## {PART_TITLES[name]}"
            yield from blocks

    def pieces() -> Iterator[str]:
        header = document.header or {}
        counted = (f"{n} {what}" for n, what in header.get("counts", ()))
        when = window(header.get("start", ""), header.get("end", ""))
        line = " · ".join(escape(text) for text in (when, *counted) if text)
        yield _div("title-line", "\n\n".join(filter(None, (line, links))))
        yield _div("lead", description)
        yield from titled("summary", iter(_points(document.main_points)))
        if key_figures := header.get("key_figures"):
            yield "## Key figures"
            yield key_figures_div(key_figures)
        yield from part("body")
        yield from titled("actions", iter(_actions(document.actions)))
        yield from titled("method", iter(()))
        yield from titled("limitations", iter(()))
        yield from titled("quality", quality(document.quality, files))
        yield from downloads(files)
        yield from provenance(document.provenance)

    return Markdown("\n\n".join(filter(None, pieces())) + "\n", figures)


def _div(name: str, text: str) -> str:
    return f"::: {name}\n{text}\n:::" if text else ""


def _points(findings: Sequence[Mapping[str, Any]]) -> list[str]:
    return [_div("main-points", "\n".join(f"- {finding_text(f)}" for f in findings))] if findings else []


def finding_text(finding: Mapping[str, Any]) -> str:
    """A finding's sentence behind its mark, its verdict in words; inline markdown."""
    verdict = finding["verdict"]
    return f"[{MARKS[verdict]}]{{.verdict-mark}} {escape(finding['text'])} [({escape(verdict)})]{{.verdict}}"


def key_figures_div(key_figures: Sequence[Mapping[str, Any]]) -> str:
    """A row of key figures; `spark`, where one has it, is put behind the value as it is."""

    def one(k: Mapping[str, Any]) -> str:
        shown = f"[{figure_value(k)}]{{.value}}{k.get('spark', '')}"
        change = f"\n\n[{escape(k['change'])}]{{.change}}" if k["change"] else ""
        return f":::: key-figure\n{shown}\n\n[{escape(k['label'])}]{{.label}}{change}\n::::"

    return _div("key-figures", "\n\n".join(map(one, key_figures)))


def figure_value(key_figure: Mapping[str, Any]) -> str:
    """Value and unit."""
    space = "" if key_figure["unit"] in ("", "%") else " "
    return f"{escape(key_figure['value'])}{space}{escape(key_figure['unit'])}"


def _actions(actions: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = (f"- {bold(a['text'])} {escape(a['gain'])}".rstrip() for a in actions)
    return ["\n".join(lines)] if actions else []


def _block(block: Block, data: str, name: str, figures: dict[str, str | bytes]) -> str:
    match block.kind:
        case "figure":
            return _figure(block, data, name, figures)
        case "table":
            return _table(block.payload, data)
        case "finding":
            return _div("finding", finding_text(block.payload))
        case "html":
            columns, rows = of_html(block.source)
            return f"::: {fit(columns, rows).attributes}\n{pipe(columns, rows)}\n:::" if columns else ""
        case "image":
            path = f"{name}/page-figures/cell-{block.cell}-{len(figures) + 1}.png"
            figures[path] = b64decode(block.source)
            return f"![]({path}){{fig-alt={attribute(block.payload['alt'])}}}"
        case _:
            return preformatted(block.source)


def _caption(payload: Mapping[str, Any], data: str) -> str:
    """Title, caption and the way to the full numbers, which lie beside the report."""
    numbers = f"[Data: {data}]{{.data-link}}" if data else ""
    title = f"[{escape(payload['title'])}]{{.caption-title}}"
    return " ".join(filter(None, (title, escape(payload["caption"]), numbers)))


def _figure(block: Block, data: str, name: str, figures: dict[str, str | bytes]) -> str:
    payload = block.payload
    path = f"{name}/page-figures/{payload['name']}.svg"
    figures[path] = block.source
    return f"![{_caption(payload, data)}](<{path}>){{fig-alt={attribute(payload['alt'])}}}"


def _table(payload: Mapping[str, Any], data: str) -> str:
    """The table; a folded one is a collapsed callout to Quarto, which opens on demand."""
    columns = [
        Column(f"{c['label']} ({c['unit']})" if c["unit"] else c["label"], c["kind"] == "number")
        for c in payload["columns"]
    ]
    rows = payload["rows"]
    caption = _caption(payload, data)
    lines = pipe(columns, rows, payload["strong"])
    shown = f":::: {fit(columns, rows).attributes}\n{lines}\n\n: {caption}\n::::"
    if payload["folded"]:
        shown = f"::: {{{FOLD}}}\n### {escape(payload['title'])}\n\n{shown}\n:::"
    if payload["printed"]:
        return shown
    instead = f"{caption} {UNPRINTED.format(rows=len(rows))}"
    return (
        f'::::: {{.content-hidden when-format="typst"}}\n{shown}\n:::::\n\n'
        f'::::: {{.content-visible when-format="typst"}}\n{instead}\n:::::'
    )
