"""What is accepted, and why values cannot be read."""

from datetime import date, datetime
from typing import Any

import pytest

from engagement_utils.tables.diagnosis import accepted, bound, cause
from engagement_utils.tables.schema import Column
from engagement_utils.tables.spec import TableSpec

SPEC = TableSpec(path="a.csv")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "integer", "minimum": 0}, "a whole number >= 0"),
        ({"kind": "integer", "maximum": 9, "nullable": True}, "a whole number <= 9, or nothing"),
        ({"kind": "number", "minimum": 0, "maximum": 1}, "a number from 0 to 1"),
        ({"kind": "string"}, "text"),
        ({"kind": "string", "accepts": frozenset({"b", "a"})}, "one of 'a', 'b'"),
        ({"kind": "date"}, "a date such as 2024-01-31, without a time of day"),
        ({"kind": "timestamp"}, "a time such as 2024-01-31 17:45:00"),
        ({"kind": "boolean"}, "true or false, yes or no, 1 or 0"),
    ],
)
def test_what_a_column_takes_in_words(more: Any, words: str) -> None:
    assert accepted(Column("x", **more), SPEC) == words


def test_declared_forms_stand_in_the_words() -> None:
    assert (
        accepted(Column("x", "number"), TableSpec(path="a", decimal=",")) == "a number with a decimal comma"
    )
    form = TableSpec(path="a", date_format="%d/%m/%Y")
    assert accepted(Column("x", "date"), form) == "a date in the form %d/%m/%Y"
    assert accepted(Column("x", "timestamp"), form) == "a time in the form %d/%m/%Y"


def test_bounds_are_written_as_in_text() -> None:
    assert bound(datetime(2024, 1, 31, 17)) == "2024-01-31 17:00:00"
    assert (bound(date(2024, 1, 31)), bound(0.5)) == ("2024-01-31", "0.5")


@pytest.mark.parametrize(
    ("kind", "values", "text"),
    [
        ("timestamp", ["12:30.5", "01:15.0"], "a spreadsheet destroyed the times: '12:30.5'"),
        ("timestamp", ["1706700000000"], "epoch_ms"),
        ("timestamp", ["1706700000"], "epoch_s"),
        ("date", ["45322", "45323.5"], "excel"),
        ("date", ["31/01/2024", "01/02/2024"], "the day first; say `date_format: '%d/%m/%Y'`"),
        ("date", ["01-31-24", "02-01-24"], "the month first; say `date_format: '%m-%d-%y'`"),
        ("date", ["12/12/2024"], "day and month cannot be told apart"),
        ("date", ["12/13/2024"], "the month first"),
        ("date", ["13/12/2024"], "the day first"),
        ("date", ["01.02.2024"], "'%d.%m.%Y'` or `date_format: '%m.%d.%Y'`"),
        ("timestamp", ["31/01/2024 10:00"], "'%d/%m/%Y %H:%M'"),
        ("timestamp", ["31/01/2024 10:00:05"], "'%d/%m/%Y %H:%M:%S'"),
        ("date", ["2024-01-31 10:00"], "a date column takes midnight only"),
        ("number", ["1,234", "12,345,678.5"], "thousands separators"),
        ("number", ["1,5", "12,25"], "say `decimal: ','`"),
        ("number", ["NaN", "-inf"], "no finite numbers"),
        ("number", ["12 €", "5%"], "the numbers carry a unit"),
    ],
)
def test_a_likely_cause_is_told(kind: Any, values: list[str], text: str) -> None:
    assert text in cause(Column("x", kind), values, SPEC)


@pytest.mark.parametrize(
    ("kind", "values"),
    [("number", ["1,5", "x"]), ("date", ["31/01/2024", "soon"]), ("date", []), ("string", ["1,5"])],
)
def test_where_values_differ_no_cause_is_claimed(kind: Any, values: list[str]) -> None:
    assert cause(Column("x", kind), values, SPEC) == ""


def test_a_declared_form_that_does_not_fit_is_named() -> None:
    spec = TableSpec(path="a", date_format="%d/%m/%Y")
    assert cause(Column("x", "date"), ["2024-01-31"], spec) == "'2024-01-31' is not in the form %d/%m/%Y"
    comma = TableSpec(path="a", decimal=",")
    assert cause(Column("x", "number"), ["1.5"], comma) == "the decimal mark is '.'; say `decimal: '.'`"
