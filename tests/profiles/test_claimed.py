"""The seed's features are the same figures as by hand."""

import numpy as np
import pandas as pd

from engagement_utils.profiles import claimed, weekly
from tests.profiles.conftest import days_table, made


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
    found = claimed.claimed_weeks(days, span).to_pandas()
    keys = ["profile_id", "week"]
    both = expected.merge(found, on=keys, how="outer", indicator=True)
    assert (both["_merge"] == "both").all()
    assert len(both) > 1000
    for name in claimed.CLAIMED:
        np.testing.assert_allclose(both[name], both[name.removeprefix(claimed.PREFIX)], rtol=1e-12)
    np.testing.assert_allclose(both[claimed.LEAK], both["monthly"], rtol=1e-12)


def test_facts_of_the_faults():
    # the week to Sunday 31 December 2023 and that to 7 January; then a gap of three weeks
    frame = made([(-1, "a", 1, 10), (6, "a", 1, 10), (27, "a", 1, 10)])
    span = weekly.DataWindow(frame["date"].min(), frame["date"].max(), 2817, 2821)
    _, days = days_table(frame)
    found = claimed.claimed_weeks(days, span).order_by("week").to_pandas()
    assert found["next_row"].tolist()[:2] == [1, 3]
    assert found["lag_missing_1"].tolist() == [True, False, True]
    assert found["days_of_month_after"].tolist() == [0, 24, 3]
    # 2023 has 53 Sundays: the rule looks for week 52 before week 1, and for it again four weeks after
    assert found["turn_lost"].tolist() == [False, True, True]
