"""Parquet files: typed already, and never copied; every query reads what it needs from them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from engagement_utils.errors import TableError
from engagement_utils.tables.backend import view
from engagement_utils.tables.landing import Landed, match_columns
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

_FILE = 2**40  # rows are numbered file * 2**40 + row in file


def land_parquet(con: "BaseBackend", files: Sequence[Path], schema: Schema, spec: TableSpec) -> Landed:
    """Parquet files on DuckDB; a column that some files lack is null there. Rows count from 1.

    Raises:
        TableError: a file is not Parquet, is cut off, or its columns have other types than the first one's.
    """
    listed = ", ".join("'" + str(f).replace("'", "''") + "'" for f in files)
    sql = (
        f"SELECT file_index::BIGINT * {_FILE} + file_row_number AS __row, * "
        f"FROM read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
    )
    where = f"file {files[0].name}" if len(files) == 1 else f"files {files[0].name} to {files[-1].name}"
    try:
        source = view(con, sql, schema.name)
    except duckdb.Error as error:
        msg = f"{where}: no readable Parquet: {str(error).splitlines()[0]}"
        raise TableError(msg) from error
    headers = [c for c in source.columns if c != "__row"]
    found = match_columns(headers, schema, spec, where)
    return Landed(
        con,
        source,
        {h: h for h in headers},
        {ours: headers[i] for ours, i in found.items()},
        lambda row: (files[row // _FILE].name, row % _FILE + 1),
        written=False,
    )
