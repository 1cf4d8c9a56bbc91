"""Recorded days, gaps and missing values are counted; strata end where the published ones do."""

import numpy as np
import pandas as pd

from engagement_utils.profiles import exploration, weekly
from engagement_utils.profiles.exploration import STRATA, density_stratum, followers_stratum, with_strata
from tests.profiles.conftest import days_table, made


def test_gaps_and_recorded_days_are_counted():
    frame = made([(0, "a", 1, 10), (8, "a", 1, 10), (30, "a", 1, 10), (1, "b", 1, 5), (20, "b", 0, 0)])
    _, days = days_table(frame)
    span = weekly.DataWindow(frame["date"].min(), frame["date"].max(), 2818, 2822)
    weeks = weekly.mended(weekly.weekly(days, span))
    found = exploration.explore(days, weeks, span, 0, level=0.95)
    assert found.gaps == 2
    assert found.recorded.set_index("profile_id")["days"].to_dict() == {"a": 3, "b": 2}
    assert found.patterns.set_index("pattern")["profiles"]["followers in no row"] == 2


def test_followers_fall_into_the_published_strata():
    found = followers_stratum(pd.Series([0, 999, 1000, 99_999, 1e6, np.nan]))
    assert found.tolist() == ["<1K", "<1K", "1K-10K", "10K-100K", ">1M", "unknown"]
    assert tuple(found.categories) == STRATA["followers"]


def test_recorded_days_fall_into_strata():
    found = density_stratum(pd.Series([0, 49, 50, 199, 200, 364]))
    names = ["under 50 days", "under 50 days", "50 to 99", "100 to 199", "200 to 299", "300 and more"]
    assert found.tolist() == names


def test_rows_of_features_take_followers_from_their_logarithm():
    frame = pd.DataFrame({"followers": np.log1p([999.0, np.nan]), "days_52": [300, 10]})
    found = with_strata(frame)
    assert found["stratum_followers"].tolist() == ["<1K", "unknown"]
    assert found["stratum_density"].tolist() == ["300 and more", "under 50 days"]
