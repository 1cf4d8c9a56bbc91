"""Markdown cut at its headings, so that a page has one outline whatever the notebook's levels are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r"^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_NO_PARAGRAPH = re.compile(r"^(?: {4}|\t| {0,3}(?:[-+*>|#]|\d+[.)] ))")


@dataclass(frozen=True)
class Heading:
    """A heading: its level, 1 to 6, and its text (inline Markdown)."""

    level: int
    text: str

    def __str__(self) -> str:
        return f"{'#' * self.level} {self.text}"


@dataclass(frozen=True)
class Prose:
    """Markdown without a heading."""

    text: str

    def __str__(self) -> str:
        return self.text


def cut(markdown: str) -> list[Heading | Prose]:
    """The headings of `markdown` and the text between them, in order; headings without text are left out.

    Both of CommonMark's forms are known (`## text` and text underlined with = or -); lines in fenced code are
    text. Runs of blank lines between the pieces are not kept.
    """
    pieces: list[Heading | Prose] = []
    lines: list[str] = []

    def flush() -> None:
        if text := "\n".join(lines).strip("\n"):
            pieces.append(Prose(text))
        lines.clear()

    for line, fenced in _lines(markdown):
        heading = None if fenced else _ATX.match(line)
        underline = None if fenced else _SETEXT.match(line)
        if heading:
            flush()
            if heading[2]:
                pieces.append(Heading(len(heading[1]), heading[2].strip()))
        elif underline and (title := _paragraph(lines)):
            del lines[len(lines) - len(title) :]
            flush()
            pieces.append(
                Heading(1 if underline[1][0] == "=" else 2, " ".join(part.strip() for part in title))
            )
        else:
            lines.append(line)
    flush()
    return pieces


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Every line, and whether it is part of fenced code."""
    fence = ""
    for line in markdown.split("\n"):
        mark = _FENCE.match(line)
        if fence:
            yield line, True
            closing = mark and mark[1][0] == fence[0] and len(mark[1]) >= len(fence)
            if closing and not line.strip().strip(fence[0]):
                fence = ""
        else:
            fence = mark[1] if mark else ""
            yield line, bool(mark)


def _paragraph(lines: list[str]) -> list[str]:
    """The paragraph that `lines` end with, or nothing where they end with a list, quote, table or blank."""
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    paragraph = lines[start:]
    return [] if any(map(_NO_PARAGRAPH.match, paragraph)) else paragraph
