"""What Ibis leaves to the backend: rows kept in parts and given back, tables handed over."""

import pandas as pd
import pytest

from engagement_utils.tables.backend import batches, dropped, hand_over, kept, pulled, query, run
from engagement_utils.tables.engines import connect, scratch


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


def test_a_query_is_a_table_that_is_read_when_it_is_used(table):
    connection, _ = table
    found = query(connection, "SELECT i + 1 AS j FROM numbers WHERE i > 7", "asked")
    assert sorted(found.to_pyarrow()["j"].to_pylist()) == [9, 10]


def test_a_table_comes_in_batches_and_is_pulled_with_numbered_rows(table, duck):
    connection, numbers = table
    assert [b.num_rows for b in batches(connection, numbers)] == [10]
    found = pulled(connection, numbers.filter(numbers.i > 6), duck, "pulled").to_pyarrow()
    assert sorted(found["__row"].to_pylist()) == [0, 1, 2]
    assert sorted(found["i"].to_pylist()) == [7, 8, 9]


def test_between_other_engines_there_is_no_way(table):
    connection, numbers = table
    with pytest.raises(ValueError, match="no way from duckdb to duckdb"):
        hand_over(connection, numbers, connection, "x")


@pytest.mark.engines
def test_rows_are_kept_in_parts_on_spark_and_go(spark_url):
    spark = connect(spark_url)
    numbers = spark.sql("SELECT id AS i, id % 3 AS part FROM range(10)")
    first, *more = (numbers.filter(numbers.part == k) for k in range(3))
    found = kept(spark, first, "parts", *more)
    folder = scratch(spark) / found.get_name()
    assert sorted(found.to_pandas()["i"]) == list(range(10))
    assert any(folder.glob("*.parquet"))
    dropped(spark, found)
    assert not folder.exists()
