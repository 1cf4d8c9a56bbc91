"""What Ibis leaves to each backend: keep a result, name a query, stream it in batches, hand it to another.

Ibis 12.0 streams and describes queries by methods that DuckDB 2 no longer has, so DuckDB is asked directly
here; its own API for this is the same in DuckDB 1.4 and 2. On PostgreSQL, Ibis describes a query by creating
a view, which a read-only replica refuses.
"""

import io
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import ibis

from engagement_utils.tables.engines import scratch

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends import BaseBackend

BATCH = 100_000


def run(con: "BaseBackend", sql: str) -> list[tuple[Any, ...]]:
    """Run a statement on DuckDB and return its rows, if it has any."""
    return con.raw_sql(sql).fetchall()


def name_of(stem: str) -> str:
    """A name of a temporary table or view that nothing else has."""
    return ibis.util.gen_name(f"engagement_{stem}")


def view(con: "BaseBackend", sql: str, stem: str) -> "ir.Table":
    """A temporary view of a query on DuckDB; nothing is read before it is used."""
    name = name_of(stem)
    run(con, f'CREATE TEMP VIEW "{name}" AS {sql}')
    return con.table(name, database="temp.main")


def kept(con: "BaseBackend", table: "ir.Table", stem: str, *more: "ir.Table") -> "ir.Table":
    """The table's rows, computed once: in a temporary table, on Spark in Parquet files.

    Those of `more` tables with the same columns follow, one table at a time: what is computed in parts needs
    the memory of the largest part.
    """
    name = name_of(stem)
    if con.name == "duckdb":
        run(con, f'CREATE TEMP TABLE "{name}" AS {con.compile(table)}')
        for part in more:
            run(con, f'INSERT INTO temp.main."{name}" {con.compile(part)}')
        return con.table(name, database="temp.main")
    if con.name == "pyspark":
        path = scratch(con) / name
        for part in (table, *more):
            con.to_parquet(part, str(path), mode="append")
        return con.read_parquet(str(path), table_name=name)
    return con.create_table(name, ibis.union(table, *more) if more else table, temp=True)


def dropped(con: "BaseBackend", table: "ir.Table") -> None:
    """Give back the room of a table from `kept` that nothing reads any more."""
    # not by Ibis 12.0, which leaves the name out of a DROP
    name = table.get_name()
    if con.name == "duckdb":
        run(con, f'DROP TABLE temp.main."{name.rpartition(".")[2]}"')
    elif con.name == "pyspark":
        con.raw_sql(f"DROP VIEW `{name}`")
        shutil.rmtree(scratch(con) / name, ignore_errors=True)
    else:
        with con.con.cursor() as cursor:
            cursor.execute(f'DROP TABLE "{name}"')
        con.con.commit()


def query(con: "BaseBackend", sql: str, stem: str) -> "ir.Table":
    """The table that a query gives; nothing is created in the database of its owner."""
    if con.name == "duckdb":
        return view(con, sql, stem)
    if con.name != "postgres":
        return con.sql(sql)
    with con.con.cursor() as cursor:
        columns = cursor.execute(f"SELECT * FROM ({sql}) AS asked LIMIT 0").description
        named = ", ".join("format_type(%s, NULL)" for _ in columns)
        types = cursor.execute(f"SELECT {named}", [c.type_code for c in columns]).fetchone()
    con.con.rollback()
    read = con.compiler.type_mapper.from_string
    return con.sql(sql, schema={c.name: read(t) for c, t in zip(columns, types, strict=True)})


def batches(con: "BaseBackend", table: "ir.Table") -> "Iterator[pa.RecordBatch]":
    """The table's rows in record batches, never whole in memory; DuckDB can do nothing else meanwhile."""
    if con.name == "duckdb":
        yield from con.con.sql(con.compile(table)).to_arrow_reader(BATCH)
    else:
        yield from con.to_pyarrow_batches(table, chunk_size=BATCH)


def pulled(con: "BaseBackend", table: "ir.Table", target: "BaseBackend", stem: str) -> "ir.Table":
    """The table on DuckDB, with `__row`, through record batches."""
    import pyarrow as pa

    name = name_of(stem)
    reader = pa.RecordBatchReader.from_batches(table.schema().to_pyarrow(), batches(con, table))
    target.con.register(f"{name}_batches", reader)
    run(
        target,
        f'CREATE TEMP TABLE "{name}" AS SELECT row_number() OVER () - 1 AS __row, * FROM "{name}_batches"',
    )
    target.con.unregister(f"{name}_batches")
    return target.table(name, database="temp.main")


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
