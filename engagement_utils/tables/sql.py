"""Tables and queries behind a SQL URL: they stay where they are if that is the engine, else are pulled."""

from typing import TYPE_CHECKING

import ibis

from engagement_utils.errors import TableError
from engagement_utils.tables.backend import kept, pulled, query, run
from engagement_utils.tables.engines import connect
from engagement_utils.tables.landing import Landed, match_columns
from engagement_utils.tables.names import nearest
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.secrets import redact
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend


def land_sql(
    engine: "BaseBackend", scratch: "BaseBackend", schema: Schema, spec: TableSpec, engine_url: str
) -> Landed:
    """A SQL table or query, its rows numbered and held still in a temporary table.

    Args:
        engine: where the analysis runs.
        scratch: DuckDB, which receives tables from other backends in record batches.
        schema: what is declared.
        spec: a SQL URL with `table` or `query`.
        engine_url: of `engine`; the same URL means the same backend.

    Raises:
        TableError: no such table, or a query that does not run; without the password.
    """
    here = spec.path == engine_url
    con = engine if here else connect(spec.path)
    label = spec.table or "of the query"
    where = f"table {label} at {redact(spec.path)}"
    try:
        table = _asked(con, spec, where)
        headers = list(table.columns)
        found = match_columns(headers, schema, spec, where)
        if here:
            row = ibis.row_number().cast("int64")
            source = kept(con, table.select(row.name("__row"), *headers), schema.name)
        else:
            source = pulled(con, table, scratch, schema.name)
    except TableError:
        raise
    except Exception as error:
        # every driver has errors of its own
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        msg = f"{where}: cannot be read: {redact(first, urls=[spec.path])}"
        raise TableError(msg) from None
    at = {ours: headers[i] for ours, i in found.items()}
    home = engine if here else scratch
    return Landed(home, source, {h: h for h in headers}, at, lambda _: (label, 0), written=False, strict=True)


def _asked(con: "BaseBackend", spec: TableSpec, where: str) -> "ir.Table":
    if spec.query is not None:
        return query(con, spec.query.strip().rstrip(";"), "query")
    *database, name = str(spec.table).split(".")
    try:
        return con.table(name, database=".".join(database) or None)
    except ibis.common.exceptions.TableNotFound:
        every = "SELECT table_name FROM information_schema.tables"
        names = [n for (n,) in run(con, every)] if con.name == "duckdb" else con.list_tables()
        msg = f"{where}: no such table{nearest(name, names)}"
        raise TableError(msg) from None
