"""What requests may hold: one of ids and rows, known columns, counts in range."""

import pytest
from pydantic import ValidationError

from engagement_utils.profiles.serving.shapes import MOST, DailyRow, ForecastRequest, refusals

ROW = {"date": "2024-12-29", "profile_id": "a"}


def test_one_of_profiles_and_rows_is_taken():
    assert ForecastRequest(profiles=["a"]).rows is None
    assert ForecastRequest(rows=[ROW], as_of="2024-12-31").profiles is None
    for wrong in ({}, {"profiles": ["a"], "rows": [ROW]}, {"profiles": ["a"], "as_of": "2024-12-31"}):
        with pytest.raises(ValidationError):
            ForecastRequest(**wrong)


@pytest.mark.parametrize("value", [0, MOST, "undefined", None])
def test_counts_and_what_is_missing_are_taken(value):
    assert DailyRow(**ROW, posts=value).posts == value


@pytest.mark.parametrize("wrong", [{"posts": -1}, {"posts": MOST + 1}, {"posts": "many"}, {"likes_": 1}])
def test_other_values_and_columns_are_refused(wrong):
    with pytest.raises(ValidationError):
        DailyRow(**ROW, **wrong)


def test_each_status_of_a_refusal_is_described():
    found = refusals(404, 422)
    assert set(found) == {404, 422}
    assert all(r["description"] for r in found.values())
