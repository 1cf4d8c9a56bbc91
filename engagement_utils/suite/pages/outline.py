"""Where every item of a notebook stands on the page, and one heading outline for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from engagement_utils.suite.pages.headings import Heading
from engagement_utils.suite.pages.prepared import PART_TITLES, PARTS, Part
from engagement_utils.suite.pages.shown import METADATA_ONLY, Item

Placed = tuple[Part, Item]

_PART_OF_TITLE: Mapping[str, Part] = {title.casefold(): part for part, title in PART_TITLES.items()}


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
