"""Closing and its curves against answers known from elsewhere."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.contacts.closing import curve, difference_at, log_rank, with_closing

# Freireich et al. 1963, Blood 21:699-716: weeks of remission under 6-MP (censored ones apart) and placebo
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def remission():
    weeks = pd.Series([*ENDED, *CENSORED, *PLACEBO], dtype="float64")
    ended = pd.Series([True] * len(ENDED) + [False] * len(CENSORED) + [True] * len(PLACEBO))
    group = pd.Series(["6-MP"] * 21 + ["placebo"] * 21)
    return weeks, ended, group


def test_curves_and_log_rank_of_a_published_trial():
    weeks, ended, group = remission()
    treated = curve("6-MP", weeks[group == "6-MP"], ended[group == "6-MP"], level=0.95)
    # Kaplan-Meier and Greenwood's errors as textbooks print them for these data
    for week, share, error in ((6, 0.8571, 0.0764), (10, 0.7529, 0.0963), (23, 0.4482, 0.1346)):
        closed, se = treated.at(week)
        assert 1 - closed == pytest.approx(share, abs=1e-4)
        assert se == pytest.approx(error, abs=1e-4)
    assert (treated.n, treated.until) == (21, 35)
    p = log_rank(weeks, ended, group)
    assert p == pytest.approx(4.17e-5, rel=0.01)  # chi-squared 16.79 on one degree
    other = curve("placebo", weeks[group == "placebo"], ended[group == "placebo"], level=0.95)
    e = difference_at(treated, other, 10, p)
    assert e.value == pytest.approx(0.2471 - 13 / 21, abs=1e-4)
    assert (e.high - e.low) / 2 == pytest.approx(1.96 * np.hypot(0.0963, 0.1060), abs=1e-3)
    assert e.n == 21


def test_censoring_is_not_taken_for_staying_open():
    rng = np.random.default_rng(3)
    n = 4000
    days, followed = rng.exponential(60, n), rng.uniform(0, 120, n)
    closed = pd.Series(days <= followed)
    c = curve("x", pd.Series(np.minimum(days, followed)), closed, level=0.95)
    share, error = c.at(90)
    truth = 1 - np.exp(-90 / 60)
    assert abs(share - truth) < 3 * error
    assert closed.mean() < truth - 0.2  # what dropping the censoring would say


def test_buckets_and_classes_at_their_limits():
    days = [0, 29, 30, 90, 91, 180, 181]
    start = pd.Timestamp("2024-01-01")
    frame = pd.DataFrame(
        {"create_date": start, "close_date": start + pd.to_timedelta(days, unit="D"), "stage": "lead"}
    )
    found = with_closing(frame, pd.Timestamp("2025-01-01"))
    assert found["days_to_close"].tolist() == days
    assert found["speed"].tolist() == ["fast", "fast", "medium", "medium", "slow", "slow", "slow"]
    assert found["bucket"].tolist() == [
        *["under 30 days"] * 2,
        *["30 to 90 days"] * 2,
        *["91 to 180 days"] * 2,
        "above 180 days",
    ]


def test_bounds_are_at_the_level():
    weeks, ended, _ = remission()
    wide, narrow = (curve("x", weeks, ended, level=level) for level in (0.95, 0.8))
    assert (wide.high - wide.closed)[0] == pytest.approx(1.959964 * wide.errors[0], rel=1e-6)
    assert (narrow.high - narrow.closed)[0] == pytest.approx(1.281552 * narrow.errors[0], rel=1e-6)
