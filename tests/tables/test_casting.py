"""Values as they were written, with their types and codes."""

from datetime import date
from typing import Any

import ibis.expr.datatypes as dt
import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.casting import (
    GOOD,
    MISSING,
    NOT_ACCEPTED,
    TOO_LARGE,
    TOO_SMALL,
    UNREADABLE,
    check_spec,
    fits,
    typed,
)
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec
from tests.tables.conftest import Make

SPEC = TableSpec(path="a.csv")
CASES: list[tuple[Column, list[Any], list[Any], list[int]]] = [
    (
        Column("x", "integer", minimum=0, maximum=10),
        [" 7 ", "7.0", "7.5", "-1", "11", "0", "10", "", "1e1"],
        [7, 7, None, -1, 11, 0, 10, None, None],
        [GOOD, GOOD, UNREADABLE, TOO_SMALL, TOO_LARGE, GOOD, GOOD, MISSING, UNREADABLE],
    ),
    (
        Column("x", "number", nullable=True, missing=frozenset({"n/a"})),
        ["1.5", "-.5", "2e3", "1,5", "inf", "", "n/a", "1e999"],
        [1.5, -0.5, 2000.0, None, None, None, None, None],
        [GOOD, GOOD, GOOD, UNREADABLE, UNREADABLE, GOOD, GOOD, UNREADABLE],
    ),
    (
        Column("x", "string", accepts=frozenset({"view", "like"})),
        ["view", "View", "\u00a0like", ""],
        ["view", "View", "like", None],
        [GOOD, NOT_ACCEPTED, GOOD, MISSING],
    ),
    (
        Column("x", "boolean"),
        ["TRUE", "no", "1", "0", "Yes", "2"],
        [True, False, True, False, True, None],
        [GOOD, GOOD, GOOD, GOOD, GOOD, UNREADABLE],
    ),
    (
        Column("x", "date", minimum=date(2024, 1, 1)),
        ["2024-01-01", "2023-12-31", "2024-01-02 00:00", "2024-01-02 10:00"],
        [date(2024, 1, 1), date(2023, 12, 31), date(2024, 1, 2), None],
        [GOOD, TOO_SMALL, GOOD, UNREADABLE],
    ),
]


@pytest.mark.parametrize(("column", "given", "values", "codes"), CASES, ids=lambda c: getattr(c, "kind", ""))
def test_text_is_read_and_coded(column: Column, given: Any, values: Any, codes: Any, table: Make) -> None:
    schema = Schema("t", "one row", (column, Column("y", "string", required=False)))
    found = typed(table(a=given), schema, {"x": "a"}, SPEC, written=True).order_by("__row").to_pyarrow()
    assert found["x"].to_pylist() == values
    assert found["__x_x"].to_pylist() == codes
    assert set(found["y"].to_pylist()) == {None}
    assert set(found["__x_y"].to_pylist()) == {GOOD}


def test_a_decimal_comma_is_declared(table: Make) -> None:
    schema = Schema("t", "one row", (Column("x", "number"),))
    spec = TableSpec(path="a.csv", decimal=",")
    found = typed(table(x=["1,5", "1.5"]), schema, {"x": "x"}, spec, written=True).order_by("__row")
    assert found.to_pyarrow()["x"].to_pylist() == [1.5, None]


def test_text_of_a_typed_source_keeps_its_spaces(table: Make) -> None:
    schema = Schema("t", "one row", (Column("x", "string"),))
    assert typed(table(x=[" a "]), schema, {"x": "x"}, SPEC).to_pyarrow()["x"].to_pylist() == [" a "]


def test_typed_numbers_must_be_whole_where_that_is_declared(table: Make) -> None:
    schema = Schema("t", "one row", (Column("x", "integer", nullable=True),))
    given = [1.0, 1.5, float("nan"), float("inf"), 2.0**53]
    found = typed(table({"x": "float64"}, x=given), schema, {"x": "x"}, SPEC).order_by("__row").to_pyarrow()
    assert found["x"].to_pylist() == [1, None, None, None, None]
    assert found["__x_x"].to_pylist() == [GOOD, UNREADABLE, GOOD, UNREADABLE, UNREADABLE]


def test_a_workbooks_own_dates_stand_beside_a_declared_form(table: Make) -> None:
    schema = Schema("t", "one row", (Column("x", "date"),))
    spec = TableSpec(path="a.xlsx", date_format="%d/%m/%Y")
    source = table(x=["31/01/2024", "2024-01-31"])
    both = (
        typed(source, schema, {"x": "x"}, spec, written=True, native_dates=True).to_pyarrow()["x"].to_pylist()
    )
    assert both == [date(2024, 1, 31)] * 2
    one = (
        typed(source, schema, {"x": "x"}, spec, written=True).order_by("__row").to_pyarrow()["x"].to_pylist()
    )
    assert one == [date(2024, 1, 31), None]


@pytest.mark.parametrize(
    ("kind", "dtype", "fit"),
    [
        ("string", dt.string, True),
        ("string", dt.int64, True),
        ("string", dt.uuid, True),
        ("string", dt.float64, False),
        ("integer", dt.Decimal(10, 2), True),
        ("integer", dt.int32, True),
        ("integer", dt.float64, True),
        ("number", dt.Decimal(10, 2), True),
        ("number", dt.int64, True),
        ("number", dt.float32, True),
        ("date", dt.date, True),
        ("date", dt.string, False),
        ("timestamp", dt.date, True),
        ("timestamp", dt.Timestamp(), True),
        ("number", dt.string, False),
        ("date", dt.Timestamp(), True),
        ("timestamp", dt.int64, False),
        ("boolean", dt.int64, False),
        ("boolean", dt.null, True),
    ],
)
def test_which_types_can_stand_for_a_kind(kind: str, dtype: dt.DataType, fit: bool) -> None:
    assert fits(kind, dtype, SPEC) is fit


def test_a_number_is_a_time_where_it_is_declared_to_count() -> None:
    assert fits("timestamp", dt.int64, TableSpec(path="a", date_format="epoch_s"))
    assert not fits("boolean", dt.int64, TableSpec(path="a", date_format="epoch_s"))


def test_zones_and_forms_that_do_not_exist_are_named() -> None:
    check_spec(TableSpec(path="a", timezone="America/Mexico_City", date_format="epoch_ms"))
    check_spec(TableSpec(path="a", date_format="%d/%m/%Y"))
    with pytest.raises(TableError, match=r"timezone: .*nearest: 'America/Mexico_City'"):
        check_spec(TableSpec(path="a", timezone="America/Mexico City"))
    with pytest.raises(TableError, match="date_format: found 'dd/mm/yyyy'"):
        check_spec(TableSpec(path="a", date_format="dd/mm/yyyy"))


def test_whole_numbers_have_64_bits_with_a_sign(table: Make) -> None:
    schema = Schema("t", "one row", (Column("x", "integer"),))
    source = table({"x": "uint64"}, x=[2**63 - 1, 2**63])
    found = typed(source, schema, {"x": "x"}, SPEC).order_by("__row").to_pyarrow()["x"].to_pylist()
    assert found == [2**63 - 1, None]


def test_days_and_seconds_are_counted_where_that_is_declared(table: Make) -> None:
    schema = Schema("t", "one row", (Column("x", "date"),))
    spec = TableSpec(path="a.csv", date_format="excel")
    for source in (table(x=["45322", "2024-01-31"]), table({"x": "float64"}, x=[45322.0, 45322.5])):
        found = typed(source, schema, {"x": "x"}, spec, written=True).order_by("__row").to_pyarrow()
        assert found["x"].to_pylist() == [date(2024, 1, 31), None]
        assert found["__x_x"].to_pylist() == [GOOD, UNREADABLE]
