"""Dates and times from what was written."""

from datetime import datetime
from typing import Any

import pytest

from engagement_utils.tables import moments
from engagement_utils.tables.spec import TableSpec
from tests.tables.conftest import Make

MEXICO = {"timezone": "America/Mexico_City"}  # UTC-6, and UTC-5 in the summers up to 2022


def spec(**more: Any) -> TableSpec:
    return TableSpec(path="a.csv", **more)


def read(column: Any) -> list[Any]:
    return column.as_table().to_pyarrow().to_pydict()["at"]


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        ("2024-01-31", {}, datetime(2024, 1, 31)),
        ("2024-01-31T17:45", {}, datetime(2024, 1, 31, 17, 45)),
        ("2024-01-31 17:45:00.25", {}, datetime(2024, 1, 31, 17, 45, 0, 250000)),
        ("2024-01-31 17:45:00Z", MEXICO, datetime(2024, 1, 31, 17, 45)),
        ("2024-01-31 17:45:00 +02:00", MEXICO, datetime(2024, 1, 31, 15, 45)),
        ("2024-01-31 17:45", MEXICO, datetime(2024, 1, 31, 23, 45)),
        ("2022-07-01 17:45", MEXICO, datetime(2022, 7, 1, 22, 45)),
        ("2022-04-03 02:30", MEXICO, None),  # the clock skips this hour
        ("31/01/2024", {}, None),
        ("31/01/2024", {"date_format": "%d/%m/%Y"}, datetime(2024, 1, 31)),
        ("31/01/2024 17", {"date_format": "%d/%m/%Y %H", **MEXICO}, datetime(2024, 1, 31, 23)),
        ("31/01/2024 17 +0200", {"date_format": "%d/%m/%Y %H %z", **MEXICO}, datetime(2024, 1, 31, 15)),
    ],
)
def test_text_is_read_in_the_declared_form(text: str, more: Any, expected: Any, table: Make) -> None:
    found = moments.from_text(table(at=[text]).at, spec(**more)).name("at")
    assert read(found) == [expected]


@pytest.mark.parametrize(
    ("number", "more", "expected"),
    [
        (86_400.5, {"date_format": "epoch_s"}, datetime(1970, 1, 2, 0, 0, 0, 500000)),
        (86_400_000, {"date_format": "epoch_ms"}, datetime(1970, 1, 2)),
        (45_322.75, {"date_format": "excel"}, datetime(2024, 1, 31, 18)),
        # a spreadsheet shows clock times; seconds since 1970 are of no zone
        (45_322.75, {"date_format": "excel", **MEXICO}, datetime(2024, 2, 1)),
        (86_400, {"date_format": "epoch_s", **MEXICO}, datetime(1970, 1, 2)),
        (3e11, {"date_format": "epoch_s"}, None),
        (-2.4e11, {"date_format": "epoch_s"}, "far"),
    ],
)
def test_numbers_count_from_their_day(number: float, more: Any, expected: Any, table: Make) -> None:
    at = table({"at": "float64"}, at=[float(number)]).at
    moment = moments.from_number(at, spec(**more)).name("at")
    found = [not read(moment.isnull().name("at"))[0]] if expected == "far" else read(moment)
    assert found == [True if expected == "far" else expected]


def test_typed_times_keep_their_moment_and_dates_their_place(table: Make) -> None:
    at = table({"at": "timestamp('UTC', 6)"}, at=[datetime(2024, 1, 31, 3)]).at
    assert read(moments.from_typed(at, spec(**MEXICO), as_date=False).name("at")) == [
        datetime(2024, 1, 31, 3)
    ]
    assert read(moments.from_typed(at, spec(**MEXICO), as_date=True).name("at")) == [
        datetime(2024, 1, 30, 21)
    ]
    assert read(moments.from_typed(at, spec(), as_date=True).name("at")) == [datetime(2024, 1, 31, 3)]


def test_a_date_has_no_time_of_day(table: Make) -> None:
    at = table({"at": "timestamp(6)"}, at=[datetime(2024, 1, 31), datetime(2024, 1, 31, 0, 1)]).at
    assert read(moments.midnight(at).name("at")) == [datetime(2024, 1, 31).date(), None]
