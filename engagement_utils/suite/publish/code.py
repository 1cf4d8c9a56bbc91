"""The code view: an executed notebook with its code as a page, also of a run that failed."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from nbconvert.filters import Highlight2HTML, strip_ansi

from engagement_utils.report.outputs import KINDS, PREFIX
from engagement_utils.suite.execution import failures
from engagement_utils.suite.pages.headings import Heading, Prose, cut
from engagement_utils.suite.pages.items import plain_table
from engagement_utils.suite.pages.prepared import text
from engagement_utils.suite.publish.html import render
from engagement_utils.suite.publish.markdown_html import Anchors, markdown_html
from engagement_utils.suite.publish.svg import inline_svg
from engagement_utils.suite.publish.theme import OURS, Theme

# what papermill writes into a failed notebook; the note at the top of the page says it
_BANNER = "papermill-error-cell-tag"
_FAILED = "failed-cell"


def code_page(
    executed: Path, target: Path, title: str, note: str = "", report: str = "", theme: Theme = OURS
) -> None:
    """Write the executed notebook as a page to `target`, which is published as `<name>/code.html`.

    Args:
        executed: a notebook as papermill left it, whole or failed.
        target: the page; its links lead one folder up.
        title: the report's title.
        note: one sentence at the top, such as why the run failed.
        report: name of the report, where its page is published too.
        theme: what it looks like.
    """
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    anchors = Anchors({"main", "theme", _FAILED})
    cells = list(_cells(notebook, anchors))
    page = {
        "page": "code-view",
        "title": title,
        "about": f"{title}: the notebook with its code",
        "note": note,
        "failed": _FAILED if any(cell["anchor"] == _FAILED for cell in cells) else "",
        "report_href": f"../{quote(report)}.html" if report else "",
        "cells": cells,
        "assets": theme.carried(("page", "code"), ("page",)),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render(theme, "code", page), encoding="utf-8", newline="\n")


def _cells(notebook: Mapping[str, Any], anchors: Anchors) -> Iterator[dict[str, Any]]:
    language = notebook["metadata"].get("language_info", {}).get("pygments_lexer", "ipython3")
    highlight = Highlight2HTML(pygments_lexer=language)
    cells = [cell for cell in notebook["cells"] if not _tagged(cell, _BANNER)]
    # the suite's own note stands below the cell in which the run stopped, and is said at the top as well
    stopped = next((i for i, cell in enumerate(cells) if _tagged(cell, failures.TAG)), None)
    written = (cell for cell in cells if not _tagged(cell, failures.TAG))
    for number, cell in enumerate(written, start=1):
        source = text(cell["source"])
        if cell["cell_type"] == "markdown":
            yield {"kind": "markdown", "anchor": "", "html": Markup(_below_title(source, anchors))}
        elif cell["cell_type"] == "code":
            outputs = [shown for output in cell["outputs"] if (shown := _output(output, number, anchors))]
            raised = any(shown["kind"] == "error" for shown in outputs)
            failed = raised if stopped is None else number == stopped
            yield {
                "kind": "code",
                "number": number,
                "anchor": _FAILED if failed else "",
                "code": Markup(highlight(source)) if source.strip() else "",
                "outputs": outputs,
            }


def _tagged(cell: Mapping[str, Any], tag: str) -> bool:
    return tag in cell["metadata"].get("tags", ())


def _below_title(source: str, anchors: Anchors) -> str:
    """Markdown as HTML, its headings below the page's title and without a jump."""
    pieces: list[Heading | Prose] = []
    last = anchors.headings[-1].level if anchors.headings else 1
    for piece in cut(source):
        if isinstance(piece, Heading):
            last = min(piece.level + 1, last + 1, 6)
            piece = Heading(last, piece.text)
        pieces.append(piece)
    return markdown_html("\n\n".join(map(str, pieces)), anchors)


def _output(output: Mapping[str, Any], number: int, anchors: Anchors) -> dict[str, Any] | None:
    """What the template shows of one output, or None."""
    kind = output["output_type"]
    if kind == "stream":
        return {"kind": "stream", "text": strip_ansi(text(output["text"]))}
    if kind == "error":
        trace = strip_ansi("\n".join(output["traceback"]))
        return {"kind": "error", "name": output["ename"], "message": output["evalue"], "text": trace}
    data = output.get("data", {})
    own = next((mime for mime in KINDS if mime in data), "").removeprefix(PREFIX).removesuffix("+json")
    if own in {"table", "finding"}:
        return {"kind": own, "payload": data[f"{PREFIX}{own}+json"], "href": ""}
    if own == "figure" and text(data.get("image/svg+xml", "")).strip():
        payload = data[f"{PREFIX}figure+json"]
        anchor = anchors.take(f"fig-{payload['name']}")
        svg = inline_svg(text(data["image/svg+xml"]), anchor, payload["alt"])
        return {"kind": "figure", "payload": payload, "anchor": anchor, "href": "", "svg": Markup(svg)}
    if "text/markdown" in data:
        return {"kind": "markdown", "html": Markup(_below_title(text(data["text/markdown"]), anchors))}
    if "image/png" in data:
        alt = (
            output.get("metadata", {})
            .get("image/png", {})
            .get("alt", f"Image of cell {number}, not described")
        )
        return {"kind": "image", "payload": {"alt": alt}, "source": text(data["image/png"]).replace("\n", "")}
    if "text/html" in data and (table := plain_table(text(data["text/html"]))):
        return {"kind": "html", "html": Markup(table)}
    plain = text(data.get("text/plain", ""))
    return {"kind": "text", "source": plain} if plain.strip() else None
