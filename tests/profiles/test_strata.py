"""Strata end where the published ones do; what is unknown has its own."""

import numpy as np
import pandas as pd

from engagement_utils.profiles.strata import STRATA, density_stratum, followers_stratum, with_strata


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
