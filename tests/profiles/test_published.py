"""The published features and regressions: the same figures as by hand, on the same rows, with their leak and
without.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from engagement_utils.profiles import errors, published, split, weekly
from tests.profiles.conftest import FAST, days_table, made

CUTOFF = date(2024, 7, 30)


@pytest.fixture(scope="module")
def table(prepared, rows):
    return split.published_split(rows, split.cutoff_week(CUTOFF, prepared.span), FAST)


def by_hand(daily, monthly):
    """The published weeks in pandas: sums of weeks that end on Sundays, lags by week with 0 for none."""
    frame = daily.assign(
        date=pd.to_datetime(daily["date"]),
        followers=pd.to_numeric(daily["followers"], errors="coerce"),
    )
    columns = ["engagement", "followers", "reach", "impressions", "posts"]
    found = frame.groupby("profile_id")[["date", *columns]].apply(
        lambda part: (
            part.resample("W", on="date")[columns]
            .sum(min_count=0)
            .assign(recorded=part.resample("W", on="date")["posts"].size())
        )
    )
    weeks = found.reset_index()
    for k in range(1, 5):
        lagged = weeks.groupby("profile_id")[columns[:4]].shift(k).fillna(0.0)
        weeks[[f"{c}_lag_{k}" for c in columns[:4]]] = lagged
    frame["month"] = frame["date"].dt.to_period("M")
    month = frame.groupby(["profile_id", "month"])[["engagement", "posts"]].sum().reset_index()
    month["monthly"] = month["engagement"] / month["posts"].where(month["posts"] > 0)
    weeks["month"] = weeks["date"].dt.to_period("M")
    weeks = weeks[weeks["recorded"] > 0].merge(
        month[["profile_id", "month", "monthly"]], on=["profile_id", "month"], how="left"
    )
    return weeks.rename(columns={"monthly": monthly})


def test_features_are_those_of_the_published_notebook(daily, prepared):
    span = prepared.span
    whole = daily["date"].between(weekly.monday(span.first_week), weekly.sunday(span.last_week))
    some = daily[whole & daily["profile_id"].isin(sorted(daily["profile_id"].unique())[:60])]
    expected = by_hand(some, "monthly")
    expected["week"] = [weekly.week_of(d.date()) for d in expected["date"]]
    numbers = some.assign(followers=pd.to_numeric(some["followers"], errors="coerce").astype("Int64"))
    _, days = days_table(numbers.reset_index(drop=True))
    found = published.claimed_weeks(days, span).to_pandas()
    keys = ["profile_id", "week"]
    both = expected.merge(found, on=keys, how="outer", indicator=True)
    assert (both["_merge"] == "both").all()
    assert len(both) > 1000
    for name in published.CLAIMED:
        np.testing.assert_allclose(both[name], both[name.removeprefix(published.PREFIX)], rtol=1e-12)
    np.testing.assert_allclose(both[published.LEAK], both["monthly"], rtol=1e-12)


@pytest.mark.parametrize(("name", "monthly"), [("leak", published.LEAK), ("honest", published.HONEST)])
def test_figures_equal_a_regression_fitted_by_hand(prepared, rows, table, name, monthly):
    week = split.cutoff_week(CUTOFF, prepared.span)
    assert weekly.sunday(week) == date(2024, 7, 28)
    defined = rows[rows[published.LEAK].notna() & rows[published.HONEST].notna()]
    columns = [*published.CLAIMED, monthly]
    assert len(columns) == 21
    for h in (1, 4):
        known = defined[defined[f"target_{h}"].notna()]
        train, test = known[known["week"] + h <= week], known[known["week"] > week]
        fitted = LinearRegression().fit(train[columns], np.expm1(train[f"target_{h}"]))
        expected = np.clip(fitted.predict(test[columns]), 0, None)
        mine = table[table["horizon"] == h]
        np.testing.assert_allclose(mine[name], expected, rtol=1e-6, atol=1e-6)
        actual = np.expm1(test[f"target_{h}"].to_numpy())
        mae = errors.error(mine, name, "MAE").value
        rmse = errors.error(mine, name, "RMSE").value
        r2 = errors.error(mine, name, "R²").value
        assert mae == pytest.approx(np.abs(actual - expected).mean())
        assert rmse == pytest.approx(np.sqrt(np.mean((actual - expected) ** 2)))
        assert r2 == pytest.approx(
            1 - np.sum((actual - expected) ** 2) / np.sum((actual - actual.mean()) ** 2)
        )


def test_all_models_are_tested_on_the_same_rows(table):
    names = ["leak", "honest", "model", "trailing"]
    assert table[names].notna().all().all()
    assert (table[names] >= 0).all().all()
    keys = table[["profile_id", "week", "horizon"]]
    assert not keys.duplicated().any()
    assert table["week"].min() > split.week_of(CUTOFF) - 1


def test_the_leak_makes_the_published_model_look_better(table):
    first = table[table["horizon"] == 1]
    found = {name: errors.error(first, name, "MAE").value for name in ("leak", "honest", "model")}
    assert found["leak"] < found["honest"]
    assert found["model"] < found["honest"]


def test_facts_of_the_faults():
    # the week to Sunday 31 December 2023 and that to 7 January; then a gap of three weeks
    frame = made([(-1, "a", 1, 10), (6, "a", 1, 10), (27, "a", 1, 10)])
    span = weekly.Window(frame["date"].min(), frame["date"].max(), 2817, 2821)
    _, days = days_table(frame)
    found = published.claimed_weeks(days, span).order_by("week").to_pandas()
    assert found["next_row"].tolist()[:2] == [1, 3]
    assert found["lag_missing_1"].tolist() == [True, False, True]
    assert found["days_of_month_after"].tolist() == [0, 24, 3]
    # 2023 has 53 Sundays: the rule looks for week 52 before week 1, and for it again four weeks after
    assert found["turn_lost"].tolist() == [False, True, True]


def test_a_split_outside_the_data_is_left_out(prepared):
    assert split.cutoff_week(date(2024, 12, 25), prepared.span) is None
    assert split.cutoff_week(date(2023, 2, 1), prepared.span) is None
