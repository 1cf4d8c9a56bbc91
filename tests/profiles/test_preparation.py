"""Rows in memory: from enough weeks, and each profile's latest."""

import pytest

from engagement_utils.errors import TableError
from engagement_utils.profiles import preparation
from engagement_utils.profiles.features import MAX_STALE
from tests.profiles.conftest import days_table, made


def test_too_few_weeks_are_refused():
    frame = made([(day, "a", 1, 10) for day in range(60)])
    connection, days = days_table(frame)
    with pytest.raises(TableError, match=r"8 whole weeks.*at least 30"):
        preparation.prepare(connection, days)


def test_a_profile_goes_stale_after_four_weeks_on_both_ways():
    frame = made(
        [(day, p, 1, 10) for p in ("a", "b") for day in range(0, 7 * 35, 2) if p == "a" or day < 200]
    )
    connection, days = days_table(frame)
    prepared = preparation.prepare(connection, days)
    rows = preparation.current(prepared).set_index("profile_id")
    assert rows["behind"].to_dict() == {"a": 0, "b": prepared.span.last_week - 2818 - 28 - MAX_STALE}
