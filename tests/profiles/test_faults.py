"""The nine faults, each with what these data show of it."""

import pandas as pd

from engagement_utils.profiles.faults import faults
from tests.profiles.conftest import LEVEL


def test_nine_faults_are_told_with_their_numbers(prediction):
    m = prediction.measures
    told = faults(m.weeks, m.split, m.exploration, m.prepared.span, 0.0, level=LEVEL).set_index("number")
    assert told.index.tolist() == list(range(1, 10))
    assert told.loc[6, "evidence"] == "the saved model, loaded again, forecasts the same"
    assert f"{m.exploration.partial} rows" in told.loc[7, "evidence"]
    lost = int(m.weeks["turn_lost"].sum())
    assert told.loc[4, "evidence"].startswith(f"{lost:,} row")
    assert pd.notna(told).all().all()


def test_a_model_that_comes_back_otherwise_is_said(prediction):
    m = prediction.measures
    told = faults(m.weeks, m.split, m.exploration, m.prepared.span, 0.25, level=LEVEL)
    assert "differs by up to 0.250000" in told["evidence"][5]
