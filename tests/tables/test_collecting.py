"""Rows in Python's order, floats without noise, decimals as floats."""

from decimal import Decimal

import pandas as pd

from engagement_utils.tables.collecting import collect
from engagement_utils.tables.engines import connect


def _table(query):
    connection = connect("duckdb://")
    connection.raw_sql(f"CREATE VIEW sample AS {query}")
    return connection.table("sample")


def test_rows_come_in_the_order_in_which_python_compares_text():
    found = collect(_table("SELECT unnest(['b', 'é', 'B', 'a']) AS name"), by=["name"])
    assert found["name"].tolist() == sorted(["b", "é", "B", "a"])


def test_floats_lose_the_digits_that_depend_on_the_order_of_adding():
    found = collect(_table("SELECT 0.1::DOUBLE + 0.2::DOUBLE AS x, 0.3::DOUBLE AS y"))
    assert found["x"][0] == found["y"][0] == 0.3


def test_decimals_come_as_floats():
    found = collect(_table("SELECT 12.34::DECIMAL(18, 2) AS x"))
    assert pd.api.types.is_float_dtype(found["x"])
    assert found["x"][0] == float(Decimal("12.34"))
