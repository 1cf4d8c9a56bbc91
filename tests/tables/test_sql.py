"""Tables behind a SQL URL, here DuckDB's; PostgreSQL and Spark are in the engines' tests."""

from pathlib import Path
from typing import Any

import duckdb
import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.engines import connect
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec
from engagement_utils.tables.sql import land_sql

SCHEMA = Schema("t", "one row", (Column("a", "integer"), Column("b", "string", required=False)))


@pytest.fixture
def url(tmp_path: Path) -> str:
    file = tmp_path / "events.db"
    with duckdb.connect(str(file)) as con:
        con.execute("CREATE TABLE events AS SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y'")
        con.execute("CREATE SCHEMA old; CREATE TABLE old.events AS SELECT 3 AS a")
    return f"duckdb:///{file}"


def land(duck: Any, url: str, **spec: Any) -> Any:
    return land_sql(duck, duck, SCHEMA, TableSpec(path=url, **spec), "duckdb://")


@pytest.mark.parametrize(
    ("spec", "rows"),
    [
        ({"table": "events"}, [1, 2]),
        ({"table": "old.events"}, [3]),
        ({"query": "SELECT a + 1 AS a FROM events; "}, [2, 3]),
    ],
)
def test_a_table_or_a_query_is_pulled(spec: Any, rows: list[int], url: str, duck: Any) -> None:
    landed = land(duck, url, **spec)
    found = landed.source.order_by("a").to_pyarrow()
    assert found["a"].to_pylist() == rows
    assert sorted(found["__row"].to_pylist()) == list(range(len(rows)))
    assert landed.place(5) == (spec.get("table", "of the query"), 0)
    assert landed.strict
    assert not landed.written
    assert landed.con is duck


def test_the_engines_own_tables_stay_where_they_are(url: str, duck: Any) -> None:
    engine = connect(url)
    landed = land_sql(engine, duck, SCHEMA, TableSpec(path=url, table="events"), url)
    assert landed.con is engine
    assert sorted(landed.source.to_pyarrow()["a"].to_pylist()) == [1, 2]


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"table": "event"}, "table event at .*: no such table; nearest: 'events'"),
        ({"query": "SELECT nothing FROM events"}, "table of the query at .*: cannot be read"),
        ({"query": "SELECT b FROM events"}, "missing column 'a'"),
    ],
)
def test_what_cannot_be_read_is_told(spec: Any, text: str, url: str, duck: Any) -> None:
    with pytest.raises(TableError, match=text):
        land(duck, url, **spec)
