"""Excel workbooks (.xlsx, .xlsm), read row by row by openpyxl in read-only mode, values not formulas.

Text cells are read as text files are. Date cells are dates whatever the spec's `date_format` says; a number
in a date column is not taken for a date. Rows have the numbers that the spreadsheet shows.
"""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engagement_utils.errors import TableError
from engagement_utils.tables.backend import name_of, run
from engagement_utils.tables.landing import Landed, match_columns
from engagement_utils.tables.names import listed, nearest
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

_BIGGEST = 2 * 2**30  # unpacked
_RATIO = 200
_BATCH = 20_000


def land_workbook(con: "BaseBackend", files: Sequence[Path], schema: Schema, spec: TableSpec) -> Landed:
    """One sheet of each workbook on DuckDB, every cell as text.

    `sheet` is a name or a position from 1; it may be left out where there is only one sheet.

    Raises:
        TableError: no workbook, a sheet that is not there, empty, or more than 2 GB unpacked.
    """
    import pyarrow as pa

    name = name_of(schema.name)
    labels: list[str] = []
    found: dict[str, str] = {}
    places: list[tuple[str, int]] = []
    parts: list[pa.RecordBatch] = []
    for file in files:
        header, cells = _sheet(file, spec)
        at = match_columns(header, schema, spec, f"file {file.name}")
        if labels and header != labels:
            msg = f"file {file.name}: its header differs from that of {files[0].name}, accepted: the same"
            raise TableError(msg)
        labels = header
        found = {ours: f"c{i}" for ours, i in at.items()}
        types = pa.schema([("__row", pa.int64()), *((f"c{i}", pa.string()) for i in range(len(header)))])
        while batch := list(islice(cells, _BATCH)):
            begin = len(places)
            places += [(file.name, number) for number, _ in batch]
            columns = [[_text(row[i]) for _, row in batch] for i in range(len(header))]
            numbers = list(range(begin, len(places)))
            parts.append(pa.record_batch([numbers, *columns], schema=types))
    con.con.register(f"{name}_rows", pa.Table.from_batches(parts, schema=types))
    run(con, f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name}_rows"')
    con.con.unregister(f"{name}_rows")
    return Landed(
        con,
        con.table(name, database="temp.main"),
        {label or f"column {i + 1}": f"c{i}" for i, label in enumerate(labels)},
        found,
        places.__getitem__,
        native_dates=True,
    )


def _sheet(file: Path, spec: TableSpec) -> tuple[list[str], Iterator[tuple[int, tuple[Any, ...]]]]:
    """The header's cells, and the rows below it that are not empty, with their numbers."""
    import openpyxl

    where = f"file {file.name}"
    _check_size(file, where)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except Exception as error:
        # openpyxl raises KeyError, ValueError, BadZipFile and others for what is not a workbook
        msg = f"{where}: no readable workbook: {error}"
        raise TableError(msg) from error
    sheet = _chosen(book, spec, where)
    rows = _rows(book, sheet, where)
    number, header = next(((n, r) for n, r in rows if any(v is not None for v in r)), (0, ()))
    if not number:
        msg = f"{where}, sheet {sheet.title!r}: the sheet is empty, accepted: a header and rows"
        raise TableError(msg)
    names = [_text(v) or "" for v in header]
    while names and not names[-1]:
        names.pop()
    width = len(names)
    padded = ((n, (*r, *(None,) * (width - len(r)))) for n, r in rows if any(v is not None for v in r))
    return names, padded


def _chosen(book: Any, spec: TableSpec, where: str) -> Any:
    sheets = book.worksheets
    names = [s.title for s in sheets]
    if spec.sheet is None and len(sheets) == 1:
        return sheets[0]
    if isinstance(spec.sheet, int) and 1 <= spec.sheet <= len(sheets):
        return sheets[spec.sheet - 1]
    if isinstance(spec.sheet, str) and spec.sheet in names:
        return sheets[names.index(spec.sheet)]
    near = nearest(spec.sheet, names) if isinstance(spec.sheet, str) else ""
    msg = (
        f"{where}: sheet: found {spec.sheet!r}, accepted: one of {listed(names)}, or a position from 1{near}"
    )
    raise TableError(msg)


def _rows(book: Any, sheet: Any, where: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    # the size that a workbook states may be wrong, and openpyxl would pad every row to it
    sheet.reset_dimensions()
    try:
        yield from enumerate(sheet.iter_rows(values_only=True), 1)
    except Exception as error:
        msg = f"{where}, sheet {sheet.title!r}: cannot be read: {error}"
        raise TableError(msg) from error
    finally:
        book.close()


def _check_size(file: Path, where: str) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(i.file_size for i in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        msg = f"{where}: no workbook of the kinds .xlsx and .xlsm ({error})"
        raise TableError(msg) from error
    packed = max(file.stat().st_size, 1)
    if unpacked > _BIGGEST or (unpacked > 2**27 and unpacked > _RATIO * packed):
        msg = (
            f"{where}: {packed:,} bytes that unpack to {unpacked:,}, accepted: at most {_BIGGEST:,} "
            f"and {_RATIO} times its size; save it as CSV"
        )
        raise TableError(msg)


def _text(value: Any) -> str | None:
    """A cell as a text file would hold it."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time, timedelta)):
        return str(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else repr(value)
