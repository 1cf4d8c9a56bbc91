"""What Ibis leaves to the backend: rows kept in parts and given back, tables handed over."""

import pandas as pd
import pytest

from engagement_utils.tables.backend import dropped, kept, run
from engagement_utils.tables.engines import connect


@pytest.fixture
def table():
    connection = connect("duckdb://")
    run(connection, "CREATE TEMP TABLE numbers AS SELECT i, i % 3 AS part FROM range(10) AS r(i)")
    return connection, connection.table("numbers", database="temp.main")


def test_rows_kept_in_parts_are_those_of_the_whole(table):
    connection, numbers = table
    first, *more = (numbers.filter(numbers.part == k) for k in range(3))
    found = kept(connection, first, "parts", *more).to_pandas().sort_values("i", ignore_index=True)
    pd.testing.assert_frame_equal(found, numbers.to_pandas())


def test_a_dropped_table_is_gone_and_no_other(table):
    connection, numbers = table
    one, other = (kept(connection, numbers, stem) for stem in ("one", "other"))
    dropped(connection, one)
    assert other.count().to_pyarrow().as_py() == 10
    with pytest.raises(Exception, match="does not exist"):
        one.count().to_pyarrow()
