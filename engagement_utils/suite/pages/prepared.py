"""The prepared notebook: what a publisher is given, and the one reader of it.

A prepared notebook is a valid `.ipynb` (nbformat 4.5) that holds only what the reader sees, in the order of
the page. `notebook.metadata.engagement` is::

    {"name": slug, "title": text, "description": text, "notebook": file name,
     "header": Header payload or null,  (description: the notebook's first paragraph, Markdown, or "")
     "findings": [Finding payloads, notebook order], "main_points": [at most six of them],
     "actions": [Action payloads], "quality": [InputQuality mappings], "provenance": {...}}

and every cell has `cell.metadata.engagement` = ``{"part": ..., "kind": ..., "cell": number in the executed
notebook, counted from 1, "computed": whether an output holds it (else the author wrote it)}``. `part` is one
of `PARTS`, and cells stand in that order, which is the order of the page: summary, body, actions, method,
limitations, quality. The parts' own headings (`PART_TITLES`) and everything made of the metadata are the
publisher's to write: title line, main points before the summary's blocks and key figures after them, the
actions, the inputs' table, at the end provenance. Headings in the body therefore begin with `##`, in every
other part with `###`. A part without blocks and without metadata has no heading.

A cell is one block, of one `kind`:

=========  ==========================================================================================
markdown   a markdown cell. Headings are `##` to `######` without a jump (ATX style, a line each); there
           is no `#`. Raw HTML in it is text, never markup.
figure     a code cell with empty source and one output (display_data): the Figure payload, `image/svg+xml`
table      ... the TableView payload
finding    ... the Finding payload, shown where it stands in a section
html       ... `text/html`, a plain table only (a DataFrame that the notebook showed)
image      ... `image/png` (base64), alt text in the output's `metadata["image/png"]["alt"]`
text       ... `text/plain`, preformatted
=========  ==========================================================================================

`read` gives all of this as a `Document`; publishers need no knowledge of the file itself.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from engagement_utils.report.outputs import PREFIX

Part = Literal["summary", "body", "actions", "method", "limitations", "quality"]
Kind = Literal["markdown", "figure", "table", "finding", "html", "image", "text"]
PARTS: tuple[Part, ...] = get_args(Part)
PART_TITLES: Mapping[Part, str] = {
    "summary": "Main points",
    "actions": "What to do",
    "method": "How it was measured",
    "limitations": "Strengths and limitations",
    "quality": "Data quality",
}


@dataclass(frozen=True)
class Block:
    """One cell of a prepared notebook.

    Attributes:
        kind, part, cell, computed: see the module's text.
        source: markdown, HTML, SVG, base64 PNG or plain text, as the kind has it; "" for table and finding.
        payload: of figure, table and finding; `{"alt": text}` of an image; else empty.
    """

    kind: Kind
    part: Part
    cell: int
    computed: bool
    source: str
    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Document:
    """A prepared notebook as it is read: the metadata's fields and the blocks in page order."""

    name: str
    title: str
    description: str
    notebook: str
    header: Mapping[str, Any] | None
    findings: tuple[Mapping[str, Any], ...]
    main_points: tuple[Mapping[str, Any], ...]
    actions: tuple[Mapping[str, Any], ...]
    quality: tuple[Mapping[str, Any], ...]
    provenance: Mapping[str, Any]
    blocks: tuple[Block, ...]

    def part(self, part: Part) -> tuple[Block, ...]:
        """The blocks of one part, in order."""
        return tuple(b for b in self.blocks if b.part == part)


SOURCES: Mapping[str, str] = {
    "figure": "image/svg+xml",
    "html": "text/html",
    "image": "image/png",
    "text": "text/plain",
}


def block(cell: Mapping[str, Any]) -> Block:
    """The block that a prepared notebook's cell holds."""
    about = cell["metadata"]["engagement"]
    if about["kind"] == "markdown":
        return Block(**about, source=text(cell["source"]), payload={})
    (output,) = cell["outputs"]
    kind, data = about["kind"], output["data"]
    payload = data.get(f"{PREFIX}{kind}+json", {})
    if kind == "image":
        payload = {"alt": output["metadata"]["image/png"]["alt"]}
    source = text(data[SOURCES[kind]]) if kind in SOURCES else ""
    return Block(**about, source=source, payload=payload)


def text(value: str | list[str]) -> str:
    """A notebook's multi-line string: stored as one string or as a list of lines."""
    return value if isinstance(value, str) else "".join(value)


def read(path: Path) -> Document:
    """Read a prepared notebook."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    about = notebook["metadata"]["engagement"]
    many = {k: tuple(about[k]) for k in ("findings", "main_points", "actions", "quality")}
    return Document(
        name=about["name"],
        title=about["title"],
        description=about["description"],
        notebook=about["notebook"],
        header=about["header"],
        provenance=about["provenance"],
        blocks=tuple(block(cell) for cell in notebook["cells"]),
        **many,
    )
