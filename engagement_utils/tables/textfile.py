"""CSV and its kin, split into cells by DuckDB.

What is accepted: cells apart by one delimiter, quoted by `"`, a quote in a cell doubled; line ends LF, CRLF
or CR; a first line `sep=;` as spreadsheets write it. Rows are numbered as a spreadsheet shows them, the
header being row 1; empty lines are not counted. Rows with too few or too many cells are set aside (of one
of them that is longer, the first 10,000 characters are kept). A file is unusable when its bytes are not in
the declared encoding or hold NUL, when a quote is never closed, or a row is longer than 16 MB.
"""

import bisect
import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engagement_utils.errors import TableError
from engagement_utils.tables.backend import name_of, run, view
from engagement_utils.tables.landing import Landed, Rejected, match_columns
from engagement_utils.tables.names import shortened
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.spec import TableSpec
from engagement_utils.tables.textbytes import look_through

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

LONGEST_ROW = 16 * 2**20
MOST_COLUMNS = 2_000
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_REJECTS = {
    "MISSING COLUMNS": "the row has fewer cells than the header",
    "TOO MANY COLUMNS": "the row has more cells than the header",
    "UNQUOTED VALUE": "a quote inside a quoted cell is not doubled",
}


@dataclass
class _Part:
    """A file as it is read; its good rows are `first` to `first + rows - 1` of the input."""

    name: str
    file: Path
    skip: int
    delimiter: str
    header: list[str]
    first: int = 0
    rows: int = 0
    lost: list[int] = field(default_factory=list)  # for each rejected row, how many good ones precede it

    def number(self, row: int) -> int:
        """The number that a spreadsheet shows for a good row."""
        good = row - self.first
        return good + 2 + bisect.bisect_right(self.lost, good)


def land_text(con: "BaseBackend", files: Sequence[Path], schema: Schema, spec: TableSpec) -> Landed:
    """Text files on DuckDB, every cell as text; files may differ in the order of their columns.

    Raises:
        TableError: a file is unusable; the text names file, row or byte, what was found and what is accepted.
    """
    parts = [_part(con, file, schema, spec) for file in files]
    # one scan for all files with one header; our columns, then all others, under their labels
    groups: dict[tuple[object, ...], list[_Part]] = {}
    for part in parts:
        groups.setdefault((part.skip, part.delimiter, *part.header), []).append(part)
    ordered = [part for group in groups.values() for part in group]
    labels = list(dict.fromkeys(label for part in ordered for label in _labels(part.header)))
    columns = {label: f"c{i}" for i, label in enumerate(labels)}
    rejects = [name_of("rejects") for _ in groups]
    start, selects = 0, []
    for group, table in zip(groups.values(), rejects, strict=True):
        selects.append(_select(group, table, columns, start))
        start += len(group)
    union = " UNION ALL ".join(f"({s})" for s in selects)
    fast = view(con, union, schema.name)
    numbered = view(con, f"SELECT row_number() OVER () - 1 AS __row, * FROM ({union})", schema.name)
    found: dict[str, str] = {}
    for part in ordered:
        at = match_columns(part.header, schema, spec, f"file {part.name}")
        found |= {ours: columns[_labels(part.header)[i]] for ours, i in at.items()}
    return Landed(
        con,
        numbered,
        columns,
        found,
        partial(_place, ordered),
        fast=fast,
        settle=partial(_settle, con, ordered, list(zip(groups.values(), rejects, strict=True))),
    )


def _part(con: "BaseBackend", file: Path, schema: Schema, spec: TableSpec) -> _Part:
    where = f"file {file.name}"
    looked = look_through(file, spec.encoding, con, where)
    lines = io.StringIO(looked.head, newline="")
    skip = 0
    default = "\t" if ".tsv" in file.name.lower() else ","
    delimiter = spec.delimiter or default
    while not (line := lines.readline()).strip() or re.fullmatch(r"sep=.\s*", line):
        if line.startswith("sep=") and spec.delimiter is None:
            delimiter = line[4]
        skip += 1
    if delimiter in '"\r\n':
        msg = f"{where}: delimiter: found {delimiter!r}, accepted: a character other than a quote or line end"
        raise TableError(msg)
    lines.seek(lines.tell() - len(line))
    try:
        header = next(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error as error:
        msg = f"{where}: the header cannot be split into cells: {error}"
        raise TableError(msg) from error
    if len(header) == 1 and len([c for c in schema.columns if c.required]) > 1:
        other = next((d for d in _DELIMITERS if d in header[0]), None)
        if other is not None:
            msg = (
                f"{where}: the header is one cell, {shortened(header[0])}, when cut at {delimiter!r}, "
                f"but holds {_DELIMITERS[other]}; say `delimiter: {other!r}`"
            )
            raise TableError(msg)
    if len(header) > MOST_COLUMNS:
        msg = f"{where}: found {len(header):,} columns, accepted: at most {MOST_COLUMNS:,}"
        raise TableError(msg)
    match_columns(header, schema, spec, where)
    return _Part(file.name, looked.file, skip, delimiter, header)


def _labels(header: list[str]) -> list[str]:
    """The header's cells without double or empty names."""
    labels: list[str] = []
    for i, cell in enumerate(header, 1):
        label = cell.strip(" \t\r\n\u00a0\ufeff") or f"column {i}"
        labels.append(label if label not in labels else f"{label} ({i})")
    return labels


def _select(group: list[_Part], rejects: str, columns: dict[str, str], start: int) -> str:
    """SQL that reads the files of one header; `__file` counts files from `start`."""

    def text(value: str) -> str:
        return "'" + value.replace("'", "''") + "'"

    first = group[0]
    cells = ", ".join(f"'x{i}': 'VARCHAR'" for i in range(len(first.header)))
    options = {
        "auto_detect": "false",
        "header": "true",
        "skip": str(first.skip),
        "delim": text(first.delimiter),
        "quote": "'\"'",
        "escape": "'\"'",
        "strict_mode": "true",
        "store_rejects": "true",
        "rejects_table": text(rejects),
        "rejects_scan": text(rejects + "_scan"),
        "rejects_limit": "0",
        "max_line_size": str(LONGEST_ROW),
        "buffer_size": str(2 * LONGEST_ROW),
        "columns": "{" + cells + "}",
    }
    files = "[" + ", ".join(text(str(p.file)) for p in group) + "]"
    at = {label: i for i, label in enumerate(_labels(first.header))}
    shown = ", ".join(
        f"{f'x{at[label]}' if label in at else 'NULL::VARCHAR'} AS {c}" for label, c in columns.items()
    )
    given = ", ".join(f"{k} = {v}" for k, v in options.items())
    return f"SELECT (file_index + {start})::SMALLINT AS __file, {shown} FROM read_csv({files}, {given})"


def _place(parts: list[_Part], row: int) -> tuple[str, int]:
    part = parts[bisect.bisect_right([p.first for p in parts], row) - 1]
    return part.name, part.number(row)


def _settle(
    con: "BaseBackend", parts: list[_Part], scans: list[tuple[list[_Part], str]], stored: "ir.Table"
) -> list[Rejected]:
    """After the one full read: how many rows each file gave, and the rows that were rejected."""
    counts = dict(run(con, f'SELECT __file, count(*) FROM "{stored.op().name}" GROUP BY ALL'))
    first = 0
    for i, part in enumerate(parts):
        part.first, part.rows = first, counts.get(i, 0)
        first += part.rows
    rejected = []
    for group, table in scans:
        sql = f"""SELECT file_id, line, any_value(error_type::VARCHAR ORDER BY column_idx),
            any_value(csv_line), any_value(error_message)
            FROM "{table}" GROUP BY ALL ORDER BY file_id, line"""
        for file, line, kind, text, message in run(con, sql):
            part = group[file]
            _check_reject(part, line, kind, text, message)
            part.lost.append(line - part.skip - 2 - len(part.lost))
            rejected.append(Rejected((part.name, line - part.skip), _REJECTS[kind], text))
    return rejected


def _check_reject(part: _Part, line: int, kind: str, text: str, message: str) -> None:
    where = f"file {part.name}, row {line - part.skip:,}"
    # DuckDB gives at most 10,000 characters of a row, and none of one beyond its buffer
    if kind == "UNQUOTED VALUE" and ("\n" in text or not text or len(text) >= 10_000):
        msg = f"{where}: a quote is opened and never closed: {shortened(text)}"
        raise TableError(msg)
    if kind == "LINE SIZE OVER MAXIMUM":
        msg = f"{where}: longer than {LONGEST_ROW // 2**20} MB; usually a quote that is never closed"
        raise TableError(msg)
    if kind not in _REJECTS:
        msg = f"{where}: {message}"
        raise TableError(msg)
