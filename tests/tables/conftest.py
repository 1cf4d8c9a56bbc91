"""One DuckDB connection for tests that only look at tables."""

from collections.abc import Callable
from typing import Any

import ibis
import pyarrow as pa
import pytest

from engagement_utils.tables.backend import name_of, run
from engagement_utils.tables.engines import connect

Make = Callable[..., Any]


@pytest.fixture(scope="session")
def duck() -> Any:
    """DuckDB in memory."""
    return connect("duckdb://")


@pytest.fixture
def table(duck: Any) -> Make:
    """Makes a table on DuckDB of columns given as lists, with `__row` from 0."""

    def make(types: dict[str, str] | None = None, **columns: list[Any]) -> Any:
        name = name_of("test")
        size = len(next(iter(columns.values())))
        schema = ibis.schema({n: (types or {}).get(n, "string") for n in columns}).to_pyarrow()
        arrow = pa.table(columns, schema=schema).add_column(0, "__row", [list(range(size))])
        duck.con.register(f"{name}_rows", arrow)
        run(duck, f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "{name}_rows"')
        return duck.table(name, database="temp.main")

    return make
