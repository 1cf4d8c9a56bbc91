"""The shapes that a notebook's outputs carry, each under a MIME type of its own.

This module is all that the suite knows of a report's content: the notebook shows an output, the suite
lifts it out of the executed notebook by its MIME type. Every shape is a frozen dataclass of plain JSON
values; `payload` is what is stored. Readers without the suite see the text, HTML or image beside it.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Literal

from engagement_utils.inference.verdict import VERDICTS, Verdict
from engagement_utils.tables.quality import InputQuality

PREFIX = "application/vnd.engagement."
MARKS: dict[Verdict, str] = {
    "supported": "●",
    "not distinguishable from chance": "○",
    "too little data": "◌",
    "described": "▪",
}


@dataclass(frozen=True)
class Output:
    """An output with a MIME type of its own; subclasses name it in `mime`."""

    mime: ClassVar[str]

    @property
    def payload(self) -> dict[str, Any]:
        """The plain JSON values, as they stand in the executed notebook."""
        return json.loads(json.dumps(asdict(self), allow_nan=False))

    def plain(self) -> str:
        """What a reader without the suite sees."""
        raise TypeError(f"{type(self).__name__} has no text form")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {self.mime: self.payload, "text/plain": self.plain()}


@dataclass(frozen=True)
class Finding(Output):
    """A sentence with its evidence.

    Attributes:
        topic: short stable name, such as "new_vs_existing"; unique in a report.
        text: one sentence, present tense, with its number, its interval and what it is compared with.
        estimate: the number, in `unit`; None for findings that state a count of the data itself.
        interval: its bounds.
        n: independent units behind it.
        p_value: after the correction for the report's other tests, where there are any.
        verdict: one of `VERDICTS`.
        unit: of estimate and interval, "" for pure numbers.
        main: whether it belongs among the main points (at most six are shown, in the notebook's order).
    """

    mime: ClassVar[str] = PREFIX + "finding+json"
    topic: str
    text: str
    estimate: float | None
    interval: tuple[float, float] | None
    n: int
    p_value: float | None
    verdict: Verdict
    unit: str = ""
    main: bool = True

    def __post_init__(self) -> None:
        if self.verdict not in VERDICTS:
            msg = f"finding {self.topic!r}: verdict {self.verdict!r}, accepted: {', '.join(VERDICTS)}"
            raise ValueError(msg)

    def plain(self) -> str:
        """The sentence behind its verdict's mark and word."""
        return f"{MARKS[self.verdict]} {self.text} ({self.verdict})"


@dataclass(frozen=True)
class KeyFigure:
    """One of the three to five numbers under the main points; values are already formatted.

    `trend` holds the points of the card's small plot, oldest first, or nothing.
    """

    label: str
    value: str
    unit: str = ""
    change: str = ""
    trend: tuple[float, ...] = ()


@dataclass(frozen=True)
class Header(Output):
    """The data window and what was counted: shown in the title line, on the index, in the manifest.

    `start` and `end` are ISO dates or "" where the data have no time; `counts` are such as
    ("250", "events"), formatted.
    """

    mime: ClassVar[str] = PREFIX + "header+json"
    start: str
    end: str
    counts: tuple[tuple[str, str], ...]
    key_figures: tuple[KeyFigure, ...] = ()

    def plain(self) -> str:
        """Window, counts and key figures, a line each."""
        window = f"{self.start} to {self.end}" if self.start else "no dates"
        lines = [" · ".join([window, *(f"{n} {what}" for n, what in self.counts)])]
        lines += [f"{k.label}: {k.value} {k.unit} {k.change}".rstrip() for k in self.key_figures]
        return "\n".join(lines)


@dataclass(frozen=True)
class Figure(Output):
    """A figure: the SVG stands beside the payload as image/svg+xml.

    `data` names the download (below the report's folder) that holds the figure's numbers.
    """

    mime: ClassVar[str] = PREFIX + "figure+json"
    name: str
    title: str
    caption: str
    alt: str
    data: str = ""
    svg: str = field(default="", repr=False)

    @property
    def payload(self) -> dict[str, Any]:
        """Without the SVG, which has a MIME type already."""
        return {k: v for k, v in asdict(self).items() if k != "svg"}

    def plain(self) -> str:
        """Title and message, for a terminal and for those who do not see the image."""
        return f"[figure {self.name}] {self.title}\n{self.alt}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(include, exclude), "image/svg+xml": self.svg}


@dataclass(frozen=True)
class TableColumn:
    """A column of a shown table. Numbers are right-aligned, everything else is left-aligned."""

    label: str
    unit: str = ""
    kind: Literal["text", "number", "date"] = "text"


@dataclass(frozen=True)
class TableView(Output):
    """A table as it is shown: every cell is formatted text; the full numbers are in `data`, a download.

    `folded` tables open on demand on the page and are printed in full in the PDF only where `printed`.
    """

    mime: ClassVar[str] = PREFIX + "table+json"
    name: str
    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    data: str = ""
    folded: bool = True
    printed: bool = True
    strong: tuple[int, ...] = ()  # row numbers to set in bold

    def plain(self) -> str:
        """The table in monospaced columns: what nbval compares."""
        heads = [f"{c.label} ({c.unit})" if c.unit else c.label for c in self.columns]
        cells = [tuple(heads), *self.rows]
        widths = [max(len(row[i]) for row in cells) for i in range(len(heads))]
        right = [c.kind == "number" for c in self.columns]

        def line(row: tuple[str, ...]) -> str:
            pads = (v.rjust(w) if r else v.ljust(w) for v, w, r in zip(row, widths, right, strict=True))
            return "  ".join(pads).rstrip()

        return "\n".join([self.title, *map(line, cells)])


@dataclass(frozen=True)
class Quality(Output):
    """The data quality section: every input with its rows, what was set aside and why."""

    mime: ClassVar[str] = PREFIX + "quality+json"
    inputs: tuple[InputQuality, ...]

    def plain(self) -> str:
        """A line an input, a line a reason."""
        lines = []
        for i in self.inputs:
            lines.append(f"{i.name}: {i.rows} rows read, {i.set_aside} set aside")
            lines += [f"  {r.rule}: {r.rows} {r.action}" for r in i.reasons]
        return "\n".join(lines)


@dataclass(frozen=True)
class Action(Output):
    """One recommendation under "What to do": only from a supported finding, whose topic it names."""

    mime: ClassVar[str] = PREFIX + "action+json"
    text: str
    topic: str
    gain: str = ""

    def plain(self) -> str:
        """The recommendation and what it is expected to bring."""
        return f"{self.text} {self.gain}".rstrip()


KINDS: dict[str, type[Output]] = {k.mime: k for k in (Finding, Header, Figure, TableView, Quality, Action)}
