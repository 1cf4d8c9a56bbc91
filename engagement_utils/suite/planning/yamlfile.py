"""YAML as the suite reads it: plain values, the line of every key, and limits that no document gets past.

Values are built from the parser's events, not by a loader: duplicate keys, tags, anchors that multiply and
deep nesting are then problems with a line instead of surprises. Scalars follow YAML 1.2's core schema
(`no`, `on` and `012:30` are not booleans and sexagesimals), with ISO dates beside it.
"""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from engagement_utils.suite.planning.problems import Problem, dotted, shown

MAX_BYTES = 256 * 1024
MAX_VALUES = 20_000  # after aliases are expanded
MAX_DEPTH = 40
MAX_DIGITS = 300
MAX_PROBLEMS = 50

KeyPath = tuple[Any, ...]

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE, _FALSE = {"true", "True", "TRUE"}, {"false", "False", "FALSE"}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TAG = "tag:yaml.org,2002:"
_TAGS: dict[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (float, int),
    "bool": (bool,),
    "null": (type(None),),
    "timestamp": (date,),
    "map": (dict,),
    "seq": (list,),
}


@dataclass
class Document:
    """A read document.

    Attributes:
        label: how messages name it: a file, or `--set NAME.KEY`.
        value: plain Python values; None where `problems` say that nothing could be read.
        lines: line (from 1) of every key and list item, by its path; empty for an override.
    """

    label: str
    value: Any = None
    lines: dict[KeyPath, int] | None = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def where(self, path: KeyPath = ()) -> str:
        """`file:line` of a path of keys, or of the nearest one above it."""
        if self.lines is None:
            return self.label
        while path and path not in self.lines:
            path = path[:-1]
        return f"{self.label}:{self.lines.get(path, 1)}"


def read(path: Path, label: str) -> Document:
    """Read a file of one document; everything wrong with it is in the result's `problems`."""

    def refused(line: int, found: str, accepted: str) -> Document:
        return Document(label, problems=[Problem(f"{label}:{line}", "", found, accepted)])

    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return refused(1, f"cannot be read ({error.strerror})", "accepted: a readable YAML file")
    if len(data) > MAX_BYTES:
        return refused(1, "too long", f"accepted: at most {MAX_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return refused(line, f"found the byte 0x{data[error.start]:02x}", "accepted: UTF-8 text")
    return parse(text, label)


def parse(text: str, label: str, lines: bool = True) -> Document:
    """Read a text of one document; everything wrong with it is in the result's `problems`."""
    document = Document(label, lines={} if lines else None)
    if len(text) > MAX_BYTES:
        document.problems.append(
            Problem(document.where(), "", "too long", f"accepted: at most {MAX_BYTES // 1024} KiB")
        )
        return document
    builder = _Builder(document)
    try:
        document.value = builder.document(YAML(typ="safe", pure=True).parse(text))
    except _RefusedError:
        document.value = None
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        tab = "\\t" in str(error.problem) or "tab" in str(error.problem)
        accepted = "indent with spaces, not tabs" if tab else "accepted: YAML"
        builder.add(mark.line if mark else 0, (), f"not YAML: {error.problem or error.context}", accepted)
        document.value = None
    except (YAMLError, ValueError) as error:
        # the reader's own errors know a position, not a line
        position = getattr(error, "position", None)
        line = text.count("\n", 0, position) if isinstance(position, int) else 0
        character = getattr(error, "character", None)
        found = f"found the character U+{character:04X}" if isinstance(character, int) else "not YAML"
        builder.add(line, (), found, "accepted: YAML, in printable characters")
        document.value = None
    return document


class _RefusedError(Exception):
    """The rest of the document is not read."""


@dataclass
class _Builder:
    """Builds values from events; `count` is the number of values so far, aliases expanded."""

    out: Document
    count: int = 0
    anchors: dict[str, tuple[Any, int] | None] = field(default_factory=dict)

    def add(self, line: int, path: KeyPath, found: str, accepted: str) -> None:
        """Note a problem; `line` counts from 0, as the parser's marks do."""
        where = self.out.label if self.out.lines is None else f"{self.out.label}:{line + 1}"
        self.out.problems.append(Problem(where, dotted(path), found, accepted))
        if len(self.out.problems) == MAX_PROBLEMS:
            self.out.problems.append(
                Problem(where, "", "the rest is not read", "mend the problems above first")
            )
            raise _RefusedError

    def stop(self, line: int, path: KeyPath, found: str, accepted: str) -> _RefusedError:
        """Note a problem that ends the reading: `raise self.stop(...)`."""
        self.add(line, path, found, accepted)
        return _RefusedError()

    def document(self, events: Iterator[Any]) -> Any:
        """The value of the only document, None for an empty file."""
        value: Any = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                value = self.value(next(events), events, ())
            elif isinstance(event, DocumentEndEvent):
                break
        for event in events:
            if isinstance(event, DocumentStartEvent):
                raise self.stop(
                    event.start_mark.line, (), "found a second document", "accepted: one a file, without ---"
                )
        return value

    def value(self, event: Any, events: Iterator[Any], path: KeyPath) -> Any:
        """The value that starts with `event`."""
        line, before = event.start_mark.line, self.count
        if self.out.lines is not None:
            self.out.lines.setdefault(path, line + 1)
        if len(path) > MAX_DEPTH:
            raise self.stop(line, path[:3], "nested too deeply", f"accepted: at most {MAX_DEPTH} levels")
        if isinstance(event, AliasEvent):
            return self.alias(event, path)
        if event.anchor:
            self.anchors[event.anchor] = None
        self.grow(1, line, path)
        if isinstance(event, ScalarEvent):
            value: Any = self.scalar(event, path)
        elif isinstance(event, MappingStartEvent):
            value = self.mapping(events, path)
        else:
            value = []
            while not isinstance(item := next(events), SequenceEndEvent):
                value.append(self.value(item, events, (*path, len(value))))
        self.check_tag(event, value, path)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.count - before)
        return value

    def grow(self, size: int, line: int, path: KeyPath) -> None:
        """Count values, and refuse a document that has too many."""
        self.count += size
        if self.count > MAX_VALUES:
            raise self.stop(line, path[:3], "expands to too many values", f"accepted: at most {MAX_VALUES:,}")

    def alias(self, event: Any, path: KeyPath) -> Any:
        """A copy of what the anchor names."""
        line = event.start_mark.line
        if event.anchor not in self.anchors:
            raise self.stop(
                line, path, f"*{event.anchor} names no anchor", "accepted: an anchor written before it"
            )
        known = self.anchors[event.anchor]
        if known is None:
            raise self.stop(
                line, path, f"*{event.anchor} contains itself", "accepted: an anchor that is complete"
            )
        value, size = known
        self.grow(size, line, path)
        return copy.deepcopy(value)

    def mapping(self, events: Iterator[Any], path: KeyPath) -> dict[Any, Any]:
        """A mapping; of duplicate keys the first counts and the others are problems."""
        value: dict[Any, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            line = event.start_mark.line
            lines, self.out.lines = self.out.lines, None  # keys have no lines of their own
            try:
                key = self.value(event, events, path)
            finally:
                self.out.lines = lines
            if isinstance(key, list | dict) or key is None:
                self.add(line, path, f"as a key {shown(key)}", "accepted: a word")
                self.value(next(events), events, (*path, "?"))
                continue
            item = self.value(next(events), events, (*path, key) if key not in value else (*path, "?"))
            if key in value:
                self.add(line, (*path, key), "found twice", "accepted: once")
                continue
            value[key] = item
            if lines is not None:
                lines[(*path, key)] = line + 1  # where the key stands, not its value
        return value

    def scalar(self, event: Any, path: KeyPath) -> Any:
        """A scalar by the core schema; quoted and block text stays text."""
        text: str = event.value
        line = event.start_mark.line
        try:  # "\\ud83d\\ude00", as JSON writes it, is one character
            text = text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.add(line, path, "found half a character (a surrogate)", "accepted: whole characters")
            return ""
        if not event.implicit[0] and not (event.tag and event.tag != _TAG + "str"):
            return text
        value = resolve(text)
        if isinstance(value, str) and len(text) > MAX_DIGITS and _INT.fullmatch(text):
            self.add(line, path, f"found a number of {len(text)} digits", f"accepted: at most {MAX_DIGITS}")
        return value

    def check_tag(self, event: Any, value: Any, path: KeyPath) -> None:
        """Tags other than the core schema's, or that contradict the value, are problems."""
        tag = str(event.tag or "")
        if not tag or tag == "!":
            return
        kinds = _TAGS.get(tag.removeprefix(_TAG)) if tag.startswith(_TAG) else None
        line = event.start_mark.line
        if kinds is None:
            self.add(
                line, path, f"found the tag {tag.replace(_TAG, '!!')}", "accepted: plain values without tags"
            )
        elif type(value) not in kinds:
            self.add(
                line,
                path,
                f"{shown(value)} under the tag {tag.replace(_TAG, '!!')}",
                "accepted: a value of that tag",
            )


def resolve(text: str) -> Any:
    """A plain scalar's value by YAML 1.2's core schema, and ISO dates as dates.

    A number of too many digits and a date that the calendar lacks stay text.
    """
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if len(text) <= MAX_DIGITS:
        if _INT.fullmatch(text):
            return int(text, 0) if text[:2] in {"0o", "0x"} else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.replace(".", ""))
    return text
