"""A table as a pandoc pipe table, and how it is to fit a printed page."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree

from engagement_utils.suite.publish.pandoc import UNPRINTABLE, clean, escape

# characters a line holds: A4 with 2 cm margins upright at 9 and 7.5 points, turned at 8 points
UPRIGHT, SMALL, TURNED = 108, 130, 185
GUTTER = 3  # between two columns, in characters
FEW = 15  # rows
LONG = 300  # characters in a cell, so that its row may be cut by the end of a page
TOKEN = 30  # the template breaks a longer run of characters
_NUMBER = re.compile(r"[-+−]?[\d.,\u00a0 ]*\d[\d.,\u00a0 ]*\s?[%a-zA-Z€$£°]{0,3}")


@dataclass(frozen=True)
class Column:
    """A column's head and side."""

    head: str
    number: bool


@dataclass(frozen=True)
class Fit:
    """How a table is printed.

    Attributes:
        setting: upright, in small type, or on a turned page.
        parts: columns of each part beside the first, which every part repeats; () for an uncut table.
        breaks: where a page may end: around the table, between its rows, or within a row.
    """

    setting: Literal["upright", "small", "turned"]
    parts: tuple[int, ...] = ()
    breaks: Literal["whole", "by-row", "anywhere"] = "by-row"

    @property
    def attributes(self) -> str:
        """As attributes of the div around the table."""
        parts = f' parts="{" ".join(map(str, self.parts))}"' if self.parts else ""
        return f"{{.report-table .{self.setting} .{self.breaks}{parts}}}"


def pipe(columns: Sequence[Column], rows: Sequence[Sequence[str]], strong: Collection[int] = ()) -> str:
    """The table in markdown; rows numbered in `strong` are bold, numbers stand on the right."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    def cell(text: str, bold: bool) -> str:
        escaped = escape(text)
        return f"**{escaped}**" if bold and escaped else escaped

    sides = ["--:" if c.number else ":--" for c in columns]
    body = [line([cell(v, number in strong) for v in row]) for number, row in enumerate(rows)]
    return "\n".join([line([escape(c.head) for c in columns]), line(sides), *body])


def fit(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Fit:
    """How the table fits a page: upright, smaller, or turned; cut into parts where that is not enough.

    A short table is rather cut than given a turned page of its own.
    """
    widths = [_least(c, [row[i] for row in rows]) + GUTTER for i, c in enumerate(columns)]
    total = sum(widths)
    few = len(rows) <= FEW
    breaks: Literal["whole", "by-row", "anywhere"] = "whole" if few else "by-row"
    if max((len(v) for row in rows for v in row), default=0) > LONG:
        breaks = "anywhere"
    if total <= UPRIGHT:
        return Fit("upright", breaks=breaks)
    if total <= SMALL:
        return Fit("small", breaks=breaks)
    if not few and total <= TURNED:
        return Fit("turned", breaks=breaks)
    if few:
        return Fit("small", _parts(widths, SMALL), breaks)
    return Fit("turned", _parts(widths, TURNED), breaks)


def _parts(widths: Sequence[int], room: int) -> tuple[int, ...]:
    """How many columns beside the first go on each line of `room` characters; at least one."""
    parts: list[int] = []
    used = room + 1
    for width in widths[1:]:
        if used + width > room:
            parts.append(0)
            used = widths[0]
        parts[-1] += 1
        used += width
    return tuple(parts)


def _least(column: Column, cells: Sequence[str]) -> int:
    """Characters below which a column reads badly: numbers unbroken, words whole, texts three words wide."""
    texts = [column.head, *cells]
    token = max((len(word) for text in texts for word in re.split(r"[ \-/]", text)), default=1)
    natural = max(map(len, cells), default=1)
    return max(min(token, TOKEN), min(natural, 24 if column.number else 18))


def of_html(html: str) -> tuple[list[Column], list[list[str]]]:
    """Columns and rows of a plain HTML table (well-formed, text cells, spans allowed).

    Several header rows become one, their texts joined; a span's text stands in its first cell.
    """
    table = ElementTree.fromstring(f"<div>{UNPRINTABLE.sub('', html)}</div>")
    grid: list[list[str]] = []
    heads = 0
    taken: dict[tuple[int, int], str] = {}
    for y, row in enumerate(table.iter("tr")):
        cells: list[str] = []
        found = list(row)
        heads += heads == y and all(c.tag == "th" for c in found)
        for cell in found:
            while (y, len(cells)) in taken:
                cells.append(taken[y, len(cells)])
            wide, high = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
            for x in range(len(cells), len(cells) + wide):
                taken.update({(y + down, x): "" for down in range(1, high)})
            cells += [clean("".join(cell.itertext())), *[""] * (wide - 1)]
        while (y, len(cells)) in taken:
            cells.append("")
        grid.append(cells)
    width = max(map(len, grid), default=0)
    grid = [row + [""] * (width - len(row)) for row in grid]
    body = grid[heads:]
    columns = [
        Column(
            " ".join(filter(None, (row[x] for row in grid[:heads]))),
            bool(body) and all(_NUMBER.fullmatch(row[x]) or row[x] in ("", "NaN") for row in body),
        )
        for x in range(width)
    ]
    return columns, body
