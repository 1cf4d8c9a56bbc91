"""JSON lines: one object a line. Values are taken as text and read as text files are; null is missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from engagement_utils.errors import TableError
from engagement_utils.tables.backend import name_of, run, view
from engagement_utils.tables.landing import Landed, match_columns
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.spec import TableSpec
from engagement_utils.tables.textbytes import look_through

if TYPE_CHECKING:
    from ibis.backends import BaseBackend


def land_json_lines(con: "BaseBackend", files: Sequence[Path], schema: Schema, spec: TableSpec) -> Landed:
    """JSON lines on DuckDB. Rows count from 1; empty lines are not counted.

    Raises:
        TableError: a line is no JSON object; the text names file and line.
    """
    name = name_of(schema.name)
    counts: list[int] = []
    run(con, f'CREATE TEMP TABLE "{name}" (line JSON)')
    for file in files:
        looked = look_through(file, spec.encoding, con, f"file {file.name}")
        path = str(looked.file).replace("'", "''")
        try:
            run(con, f"INSERT INTO \"{name}\" SELECT json FROM read_ndjson_objects('{path}')")
        except duckdb.Error as error:
            msg = f"file {file.name}: no readable JSON lines: {str(error).splitlines()[0]}"
            raise TableError(msg) from error
        counts.append(run(con, f'SELECT count(*) FROM "{name}"')[0][0])
    other = run(con, f"SELECT rowid FROM \"{name}\" WHERE json_type(line) <> 'OBJECT' ORDER BY 1 LIMIT 1")

    def place(row: int) -> tuple[str, int]:
        at = next(i for i, end in enumerate(counts) if row < end)
        return files[at].name, row + 1 - (counts[at - 1] if at else 0)

    if other:
        file_name, line = place(other[0][0])
        msg = f"file {file_name}, row {line:,}: found JSON that is no object, accepted: one object a line"
        raise TableError(msg)
    keys = run(
        con, f'SELECT key FROM (SELECT unnest(json_keys(line)) AS key FROM "{name}") GROUP BY 1 ORDER BY 1'
    )
    headers = [k for (k,) in keys]
    found = match_columns(headers, schema, spec, f"file {files[0].name}")

    def cell(key: str) -> str:
        pointer = "/" + key.replace("~", "~0").replace("/", "~1")
        return "line->>'" + pointer.replace("'", "''") + "'"

    cells = "".join(f", {cell(k)} AS c{i}" for i, k in enumerate(headers))
    source = view(con, f'SELECT rowid AS __row{cells} FROM "{name}"', schema.name)
    columns = {h: f"c{i}" for i, h in enumerate(headers)}
    return Landed(con, source, columns, {ours: f"c{i}" for ours, i in found.items()}, place)
