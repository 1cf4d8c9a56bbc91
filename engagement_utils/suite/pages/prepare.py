"""From an executed notebook to a prepared one: code hidden, parts in the page's order, texts checked.

What a notebook's author can say by cell tags (Jupyter: property inspector, "Cell tags"):

===========  ======================================================================================
summary      beside the main points
actions      under "What to do"
method       under "How it was measured"
limitations  under "Strengths and limitations"
quality      under "Data quality"
hide         on no page; findings, header and quality that the cell shows still count
===========  ======================================================================================

A tag on a cell that begins a section (a heading of the notebook's section level) holds to the section's end;
on any other cell, for that cell. A section whose heading is a part's own title needs no tag. The first
`# heading` gives way to the YAML's title, the paragraph after it is the description; a heading without
anything under it is left out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from engagement_utils.errors import OutputError, PublishError
from engagement_utils.suite.execution.lift import lift
from engagement_utils.suite.job import Job
from engagement_utils.suite.pages.headings import Heading
from engagement_utils.suite.pages.items import METADATA_ONLY, Item, items
from engagement_utils.suite.pages.prepared import PART_TITLES, PARTS, Part

MAIN_POINTS = 6
Placed = tuple[Part, Item]
_PART_OF_TITLE: Mapping[str, Part] = {title.casefold(): part for part, title in PART_TITLES.items()}


def prepare(executed: Path, job: Job, provenance: Mapping[str, Any], into: Path) -> None:
    """Write `into/prepared.ipynb`, which `suite.pages.prepared` describes, from an executed notebook.

    Args:
        executed: the notebook as papermill left it.
        job: gives name and title.
        provenance: plain JSON values that close the page, in the order to be shown.
        into: an existing directory.

    Raises:
        PublishError: names notebook, cell and figure, and what is missing or twice.
    """
    name = job.notebook.name
    notebook = json.loads(executed.read_text(encoding="utf-8"))
    if notebook.get("nbformat") != 4:
        msg = f"{name}: notebook format {notebook.get('nbformat')!r}, accepted: 4"
        raise PublishError(msg)
    description, found = _without_title(list(items(notebook, name)))
    try:
        said = lift(notebook)
    except OutputError as error:
        msg = f"{name}: {error}"
        raise PublishError(msg) from error
    main_points = [f for f in said.findings if f["main"]][:MAIN_POINTS]
    metadata = {
        "name": job.name,
        "title": job.title,
        "description": description,
        "notebook": name,
        "header": said.header,
        "findings": list(said.findings),
        "main_points": main_points,
        "actions": list(said.actions),
        "quality": list(said.inputs),
        "provenance": dict(provenance),
    }
    shown = [p for p in place(found) if not _said_above(*p, main_points)]
    document = {
        "cells": _cells(outline(shown)),
        "metadata": {"engagement": metadata},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    content = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    (into / "prepared.ipynb").write_text(content, encoding="utf-8", newline="\n")


def _without_title(found: Sequence[Item]) -> tuple[str, list[Item]]:
    """The description, and the items without the notebook's own title and without the description."""
    rest = list(found)
    if not (rest and rest[0].kind == "heading" and rest[0].content.level == 1):
        return "", rest
    title = rest.pop(0)
    if not (rest and rest[0].kind == "markdown" and rest[0].cell == title.cell):
        return "", rest
    first, _, more = rest[0].content.partition("\n\n")
    rest[:1] = [replace(rest[0], content=more.strip("\n"))] if more.strip() else []
    return " ".join(first.split()), rest


def _said_above(part: Part, item: Item, main_points: Sequence[Mapping[str, Any]]) -> bool:
    """A finding that stands beside the main points and is one of them."""
    return part == "summary" and item.kind == "finding" and item.content in main_points


def _cells(placed: Sequence[Placed]) -> list[dict[str, Any]]:
    """Notebook cells: neighbouring markdown of one origin in one cell, every output in a cell of its own."""
    cells: list[dict[str, Any]] = []
    for part, item in placed:
        kind = "markdown" if item.kind == "heading" else item.kind
        about = {"part": part, "kind": kind, "cell": item.cell, "computed": item.computed}
        cell: dict[str, Any] = {"id": f"c{len(cells) + 1:04d}", "metadata": {"engagement": about}}
        if kind == "markdown":
            before = cells[-1] if cells else None
            if before and before["metadata"]["engagement"] == about:
                before["source"] += f"\n\n{item.content}"
                continue
            cells.append({"cell_type": "markdown", **cell, "source": str(item.content)})
        else:
            output = {"output_type": "display_data", "data": dict(item.data), "metadata": dict(item.metadata)}
            cells.append(
                {"cell_type": "code", **cell, "execution_count": None, "outputs": [output], "source": ""}
            )
    return cells


def place(found: Sequence[Item]) -> list[Placed]:
    """Every item that a page shows with its part, in the page's order.

    The notebook's highest headings are its sections and become level 2. An item is in the part that its tag
    names, else in the part of its section.
    """
    levels = [i.content.level for i in found if i.kind == "heading"]
    shift = 2 - min(levels, default=2)
    current: Part | Literal["hide"] = "body"
    placed: list[Placed] = []
    for item in found:
        part = "hide" if "hide" in item.tags else next((p for p in PARTS if p in item.tags), None)
        if item.kind == "heading":
            heading = Heading(item.content.level + shift, item.content.text)
            item = replace(item, content=heading)
            if heading.level == 2:
                own_title = _PART_OF_TITLE.get(heading.text.casefold())
                current = part = part or own_title or "body"
                if own_title == part:
                    continue
        where = part or current
        if where != "hide" and item.kind not in METADATA_ONLY:
            placed.append((where, item))
    return sorted(placed, key=lambda p: PARTS.index(p[0]))


def outline(placed: Sequence[Placed]) -> list[Placed]:
    """Without headings that have nothing under them; the others go down one level at a time, at most to 6."""
    return _levelled(_headed(placed))


def _headed(placed: Sequence[Placed]) -> list[Placed]:
    """Without headings that have nothing under them."""
    kept: list[Placed] = []
    for part, item in reversed(placed):
        if item.kind == "heading":
            below = kept[-1] if kept else None
            if below is None or below[0] != part:
                continue
            if below[1].kind == "heading" and below[1].content.level <= item.content.level:
                continue
        kept.append((part, item))
    return kept[::-1]


def _levelled(placed: Sequence[Placed]) -> list[Placed]:
    """With heading levels that go down one at a time from the part's own heading, and end at 6."""
    levelled: list[Placed] = []
    last: dict[Part, int] = {}
    for part, item in placed:
        if item.kind == "heading":
            above = 1 if part == "body" else 2
            level = min(max(item.content.level, above + 1), last.get(part, above) + 1, 6)
            last[part] = level
            item = replace(item, content=Heading(level, item.content.text))
        levelled.append((part, item))
    return levelled
