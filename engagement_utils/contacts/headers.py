"""Which column of an export is which of ours: aliases in English and Spanish, whatever accents and case."""

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from engagement_utils.contacts.schema import ALIASES
from engagement_utils.contacts.words import folded
from engagement_utils.errors import TableError
from engagement_utils.tables.names import listed, nearest
from engagement_utils.tables.secrets import is_url
from engagement_utils.tables.sources import PARQUET, TEXT, WORKBOOK, base_dir, files_of, suffix_of
from engagement_utils.tables.spec import Table, TableSpec


class Match(NamedTuple):
    """One column of ours, the header that was taken for it (None where there is none), and by what."""

    ours: str
    theirs: str | None
    how: str


def resolve(
    headers: Sequence[str], given: Mapping[str, str], extra: Mapping[str, Sequence[str]]
) -> list[Match]:
    """Match headers with our columns, in the order of ours.

    Args:
        headers: as the file writes them.
        given: the table's own `columns: {ours: theirs}`, which goes before every alias.
        extra: further aliases by our name, from the parameter file.

    Raises:
        TableError: two headers for one name, or aliases for a name that is none of ours.
    """
    unknown = sorted(set(extra) - set(ALIASES))
    if unknown:
        msg = f"aliases: found {unknown[0]!r}, accepted: {listed(ALIASES, 40)}{nearest(unknown[0], ALIASES)}"
        raise TableError(msg)
    clean = [h.strip(" \t\r\n\u00a0\ufeff") for h in headers]
    by_form: dict[str, list[str]] = {}
    for header in clean:
        if header not in given.values():
            by_form.setdefault(folded(header), []).append(header)
    matches = []
    for ours, aliases in ALIASES.items():
        if ours in given:
            matches.append(Match(ours, given[ours], "columns of the table"))
            continue
        own = [*aliases, *extra.get(ours, ())]
        forms = dict.fromkeys([folded(ours), *map(folded, own)])
        found = [h for form in forms for h in by_form.get(form, ())]
        if len(found) > 1:
            msg = (
                f"column {ours!r} is found {len(found)} times, under the headers {listed(found)}; "
                f"rename one, or say `columns: {{{ours}: theirs}}`"
            )
            raise TableError(msg)
        how = "name" if found and folded(found[0]) == folded(ours) else "alias" if found else "not found"
        matches.append(Match(ours, found[0] if found else None, how))
    return matches


def header_of(file: Path, spec: TableSpec) -> list[str] | None:
    """The header of a CSV, workbook or Parquet file; None where it cannot be read.

    The reader of tables then says what is wrong with the file, better than it could be said here.
    """
    suffix = suffix_of(file)
    try:
        if suffix in PARQUET:
            import pyarrow.parquet as pq

            return list(pq.read_schema(file).names)
        if suffix in WORKBOOK:
            return _of_workbook(file, spec)
        if suffix in TEXT:
            return _of_text(file, spec)
    except Exception:
        # any of three libraries on a broken file
        return None
    return None


def _of_workbook(file: Path, spec: TableSpec) -> list[str] | None:
    import openpyxl

    book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    sheet: Any = book.worksheets[spec.sheet - 1 if isinstance(spec.sheet, int) else 0]
    if isinstance(spec.sheet, str):
        sheet = book[spec.sheet]
    sheet.reset_dimensions()
    rows = (row for row in sheet.iter_rows(values_only=True) if any(v is not None for v in row))
    first = next(rows, ())
    return ["" if v is None else str(v) for v in first]


def _of_text(file: Path, spec: TableSpec) -> list[str]:
    opener: Any = gzip.open if file.name.endswith(".gz") else open
    encoding = "utf-8-sig" if spec.encoding.lower().replace("_", "-") in ("utf-8", "utf8") else spec.encoding
    delimiter = spec.delimiter or ("\t" if ".tsv" in file.name.lower() else ",")
    with opener(file, "rt", encoding=encoding, newline="") as lines:
        line = lines.readline()
        while line and (not line.strip() or line.startswith("sep=")):
            if line.startswith("sep=") and spec.delimiter is None and len(line) > 4:
                delimiter = line[4]
            line = lines.readline()
        return next(csv.reader([line], delimiter=delimiter))


def resolved(
    contacts: Table, extra: Mapping[str, Sequence[str]] | None = None
) -> tuple[TableSpec, pd.DataFrame]:
    """The table with its columns named, and how each was found.

    Returns:
        The spec for `read_tables`, and a frame with a row a column of ours: column, header, how.

    Raises:
        TableError: no such file, two headers for one name, an alias for an unknown name.
    """
    spec = TableSpec.of(contacts)
    headers = None
    if not is_url(spec.path):
        files = files_of(spec, base_dir())
        headers = header_of(files[0], spec) if files else None
    if headers is None:
        frame = pd.DataFrame({"column": list(ALIASES), "header": "", "how": "by the engine"})
        return spec, frame
    matches = resolve(headers, spec.columns, extra or {})
    columns = {m.ours: m.theirs for m in matches if m.theirs is not None}
    frame = pd.DataFrame(matches, columns=["column", "header", "how"])
    return spec.model_copy(update={"columns": columns}), frame
