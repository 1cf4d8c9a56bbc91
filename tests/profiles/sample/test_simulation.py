"""The generated data are those described."""

import pandas as pd
import pytest

from engagement_utils.profiles.sample import simulation
from tests.profiles.conftest import TRUTH


def test_the_generated_data_are_those_described(simulated, daily):
    assert (daily["followers"] == "undefined").mean() == pytest.approx(0.63, abs=0.05)
    assert len(daily) / TRUTH.profiles == pytest.approx(simulation.ROWS_PER_PROFILE, rel=0.2)
    last = daily[pd.to_datetime(daily["date"]) > pd.Timestamp("2024-01-01")]
    year = last.groupby("profile_id").size()
    assert 0.45 < (year < 50).mean() < 0.65
    assert not daily.duplicated(["date", "profile_id"]).any()
    assert (daily["engagement"] == daily["likes"] + daily["comments"]).all()
    again = simulation.simulate(TRUTH).daily
    pd.testing.assert_frame_equal(again, simulated.daily)
