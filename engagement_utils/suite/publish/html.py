"""A report's page: one HTML file, everything inside it, from a prepared notebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter

from engagement_utils.suite.pages import prepared
from engagement_utils.suite.pages.prepared import PART_TITLES, Block, Document
from engagement_utils.suite.publish.closing import facts
from engagement_utils.suite.publish.markdown_html import Anchors, contents, inline_html, markdown_html
from engagement_utils.suite.publish.publisher import Download, Prepared, downloads, href
from engagement_utils.suite.publish.spark import spark
from engagement_utils.suite.publish.svg import inline_svg
from engagement_utils.suite.publish.theme import OURS, Theme, dressed
from engagement_utils.suite.publish.words import plain, window


def report_page(report: Prepared, target: Path, theme: Theme = OURS) -> None:
    """Write a report's page to `target`, which is published beside the index.

    Raises:
        PublishError: a formula or image that cannot be shown, a data file that is not there.
    """
    document = prepared.read(report.notebook)
    page = {
        **variables(document, downloads(report.run, document.name)),
        "assets": theme.carried(("page", "report"), ("page",)),
    }
    target.write_text(render(theme, "report", page), encoding="utf-8", newline="\n")


def variables(document: Document, files: Sequence[Download]) -> dict[str, Any]:
    """The variables of `report.html.j2`. Headings get their ids in the order of the page."""
    anchors = Anchors({"main", "theme"})
    dress = Dresser(anchors, files, document.notebook)
    header = document.header or {}
    own: dict[str, str] = {}
    parts: dict[str, list[dict[str, Any]]] = {}

    def heading(part: str, title: str) -> None:
        own[part] = anchors.heading(2, title).anchor

    filled: Mapping[str, Any] = {
        "summary": document.main_points,
        "actions": document.actions,
        "quality": document.quality,
    }
    for part in prepared.PARTS:
        blocks = document.part(part)
        own[part] = ""
        if part in PART_TITLES and (blocks or filled.get(part)):
            heading(part, PART_TITLES[part])
        parts[part] = [dress(b) for b in blocks]
        if part == "summary" and header.get("key_figures"):
            heading("key_figures", "Key figures")
    if files:
        heading("downloads", "Data to download")
    heading("provenance", "How this report was made")
    return {
        "page": "report",
        "name": document.name,
        "name_href": quote(document.name),
        "title": document.title,
        "about": plain(document.description) or document.title,
        "description": Markup(inline_html(document.description)) if document.description else "",
        "facts_line": facts_line(header),
        "key_figures": key_figures(header.get("key_figures", ())),
        "main_points": document.main_points,
        "parts": parts,
        "actions": document.actions,
        "anchors": own,
        "contents": contents(anchors.headings),
        "downloads": files,
        "facts": facts(document.provenance),
        **_quality(document.quality, files),
    }


def facts_line(header: Mapping[str, Any]) -> list[str]:
    """The line under a title: data window and counts."""
    when = window(header.get("start", ""), header.get("end", ""))
    return [text for text in (when, *(f"{n} {what}" for n, what in header.get("counts", ()))) if text]


def key_figures(payloads: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Key figures with their small plot drawn."""
    return [{**payload, "spark": Markup(spark(payload["trend"]))} for payload in payloads]


def _quality(inputs: Sequence[Mapping[str, Any]], files: Sequence[Download]) -> dict[str, Any]:
    """The inputs, the reasons in one table, and where the rows set aside are."""
    reasons = [
        (i["name"], r["rule"], r["action"], f"{r['rows']:,}", r["example"])
        for i in inputs
        for r in i["reasons"]
    ]
    hrefs = {f.name: f.href for f in files}
    kept = [
        {"name": i["name"], "file": i["file"], "href": hrefs.get(i["file"], "")} for i in inputs if i["file"]
    ]
    return {"quality": inputs, "reasons": reasons, "set_aside": kept}


@dataclass(frozen=True)
class Dresser:
    """Turns the blocks of one page into what its template shows.

    Attributes:
        anchors: the page's ids; headings enter its outline in the order in which blocks are dressed.
        downloads: what figures and tables may link.
        notebook: its name, for messages.
    """

    anchors: Anchors
    downloads: Sequence[Download]
    notebook: str

    def __call__(self, block: Block) -> dict[str, Any]:
        """The template's variables for one block.

        Raises:
            PublishError: names notebook, cell and figure or table.
        """
        where = f"{self.notebook}, cell {block.cell}"
        shown: dict[str, Any] = {"kind": block.kind, "payload": block.payload, "source": block.source}
        if block.kind == "markdown":
            shown["html"] = Markup(markdown_html(block.source, self.anchors, where, block.computed))
        elif block.kind == "html":
            shown["html"] = Markup(block.source)
        elif block.kind in {"figure", "table"}:
            name = block.payload["name"]
            shown["href"] = href(self.downloads, block.payload["data"], f"{where}, {block.kind} {name!r}")
            if block.kind == "figure":
                shown["anchor"] = self.anchors.take(f"fig-{name}")
                shown["svg"] = Markup(inline_svg(block.source, shown["anchor"], block.payload["alt"]))
        return shown


class PageExporter(TemplateExporter):
    """nbconvert with our templates: none of its styles, scripts and addresses."""

    def _create_environment(self) -> Environment:
        return dressed(super()._create_environment())


def render(theme: Theme, template: str, variables: Mapping[str, Any]) -> str:
    """A page of one of the theme's templates, such as "report"."""
    return _exporter(theme, template).template.render(variables)


@lru_cache(maxsize=8)
def _exporter(theme: Theme, template: str) -> PageExporter:
    """The exporter of one template, with its environment made once a process."""
    return PageExporter(
        template_name="engagement",
        template_file=f"{template}.html.j2",
        extra_template_basedirs=[str(folder) for folder in theme.folders("templates")],
    )
