"""What Ibis leaves to the backend: rows kept in parts and given back, the last value that is known."""

import ibis
import pandas as pd
import pytest

from engagement_utils.tables.backend import dropped, kept, run
from engagement_utils.tables.engines import connect
from engagement_utils.tables.windows import last_known


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


@pytest.mark.parametrize("preceding", [0, 2])
def test_the_last_known_value_of_a_window(table, preceding):
    connection, _ = table
    values = [None, 5.0, None, None, 7.0]
    run(
        connection,
        "CREATE TEMP TABLE v AS SELECT * FROM (VALUES (1, NULL), (2, 5.0), (3, NULL), (4, NULL), (5, 7.0)) "
        "AS t(week, x)",
    )
    v = connection.table("v", database="temp.main")
    by = ibis.range_window(preceding=(None, preceding), order_by="week")
    found = v.select("week", known=last_known(v.x.cast("float64")).over(by)).to_pandas()
    known = pd.Series(values, dtype=float).ffill().shift(preceding)
    assert found.sort_values("week")["known"].tolist() == pytest.approx(known.tolist(), nan_ok=True)
