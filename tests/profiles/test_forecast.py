"""Forecasts of given profiles: four weeks, intervals, and a flag where the history is missing."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.errors import TableError
from engagement_utils.profiles import (
    forecast,
)
from engagement_utils.profiles.weekly import sunday


@pytest.fixture(scope="module")
def table(model, latest, prepared):
    return forecast.forecast(model, latest, prepared.span.last_week)


def test_each_profile_has_four_weeks_in_order(table, latest, prepared):
    assert len(table) == 4 * len(latest)
    first = table.head(4)
    assert first["horizon_days"].tolist() == [7, 14, 21, 28]
    assert first["week_ending"].tolist() == [sunday(prepared.span.last_week + h) for h in (1, 2, 3, 4)]
    assert table["profile_id"].is_monotonic_increasing
    assert (table["forecast"] >= 0).all()


def test_stale_profiles_keep_their_trailing_mean_without_an_interval(table, latest):
    stale = latest.loc[latest["behind"] > 0, "profile_id"]
    assert len(stale) > 50
    rows = table[table["profile_id"].isin(stale)]
    assert (rows["flag"] == "stale").all()
    assert (rows["method"] == "trailing").all()
    assert rows[["low_80", "high_95"]].isna().all().all()
    naive = latest.set_index("profile_id")["naive_trailing"]
    np.testing.assert_allclose(rows["forecast"], np.expm1(naive.loc[rows["profile_id"]]))


def test_short_histories_are_flagged(model, latest, prepared):
    fresh = latest[latest["behind"] == 0].head(6).assign(values=[1, 2, 3, 4, 50, 90])
    found = forecast.forecast(model, fresh, prepared.span.last_week)
    assert found["flag"].tolist() == ["short history"] * 8 + [""] * 16
    assert (found["method"] == "model").all()
    assert found["low_80"].notna().all()
    assert (found["low_95"] <= found["low_80"]).all()


def test_profiles_without_a_week_with_posts_are_named_without_a_forecast():
    found = forecast.without_history(["b", "a"], 2818)
    assert found["profile_id"].tolist() == ["a"] * 4 + ["b"] * 4
    assert found["forecast"].isna().all()
    assert (found["flag"] == "no history").all()


def test_wanted_profiles_are_shown_and_unknown_ones_refused(dataset, model, latest, daily):

    ids = pd.Index(daily["profile_id"].unique())
    some = list(ids[:3])
    assert forecast.chosen(some, ids, latest, 6) == some
    assert len(forecast.chosen([], ids, latest, 6)) == 6
    with pytest.raises(TableError, match="1 of 1 wanted profiles have no row"):
        forecast.chosen([some[0][:-1] + "~"], ids, latest, 6)
