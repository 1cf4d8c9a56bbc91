"""Clean tables on their way from DuckDB to the engine that runs the analysis."""

import io
from typing import TYPE_CHECKING

from engagement_utils.tables.backend import batches, name_of, run
from engagement_utils.tables.engines import scratch

if TYPE_CHECKING:
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend


def hand_over(con: "BaseBackend", table: "ir.Table", engine: "BaseBackend", stem: str) -> "ir.Table":
    """The table on `engine`: Parquet files for Spark, COPY into a temporary table for PostgreSQL."""
    name = name_of(stem)
    if engine.name == "pyspark":
        path = scratch(engine) / f"{name}.parquet"
        run(con, f"COPY ({con.compile(table)}) TO '{path}' (FORMAT parquet)")
        return engine.read_parquet(str(path), table_name=name)
    if engine.name == "postgres":
        return _copied(con, table, engine, name)
    msg = f"no way from {con.name} to {engine.name}"
    raise ValueError(msg)


def _copied(con: "BaseBackend", table: "ir.Table", engine: "BaseBackend", name: str) -> "ir.Table":
    from pyarrow import csv

    target = engine.create_table(name, schema=table.schema(), temp=True)
    # strings are quoted and nulls are not: PostgreSQL tells an empty text from a null by that
    options = csv.WriteOptions(include_header=False)
    with engine.con.cursor() as cursor:
        with cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT csv)') as copy:
            for batch in batches(con, table):
                sink = io.BytesIO()
                csv.write_csv(batch, sink, options)
                copy.write(sink.getvalue())
        cursor.execute(f'ANALYZE "{name}"')
    engine.con.commit()
    return target
