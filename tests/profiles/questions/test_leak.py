"""The leak is named where it changes the error, and nothing is claimed where it does not."""

from datetime import date

import numpy as np

from engagement_utils.inference.verdict import CHANCE
from engagement_utils.profiles.measures import PredictionSettings
from tests.profiles.conftest import altered


def test_the_leak_is_found(prediction):
    found = prediction.leak.said["leak"]
    assert found.heading.startswith("The published accuracy rests on a leak")
    assert prediction.findings["leak"].estimate == prediction.leak.hidden.value


def test_without_a_leak_no_leak_is_claimed(prediction):
    split = prediction.measures.split
    noise = np.exp(np.random.default_rng(4).normal(0, 0.02, len(split)))
    report = altered(prediction, split=split.assign(leak=split["honest"] * noise))
    assert report.findings["leak"].verdict == CHANCE
    assert "does not change the error" in report.leak.said["leak"].heading
    assert "leak" not in {a.topic for a in report.actions}


def test_a_split_outside_the_data_is_not_shown(prediction):
    assert prediction.measures.split is not None
    report = altered(prediction, PredictionSettings(split=date(2020, 1, 1)), split=None)
    assert not report.leak.asked()
    assert report.leak.answer == report.leak.details == ()
    assert report.measures.split_errors.empty


def test_nine_faults_are_told_with_their_numbers(prediction):
    m = prediction.measures
    told = altered(prediction, saved=0.0).leak.faults.set_index("number")
    assert told.index.tolist() == list(range(1, 10))
    assert told.loc[6, "evidence"] == "the saved model, loaded again, forecasts the same"
    assert f"{m.exploration.partial} rows" in told.loc[7, "evidence"]
    assert told.loc[4, "evidence"].startswith(f"{int(m.weeks['turn_lost'].sum()):,} row")
    times = m.weeks["published_followers"] / m.weeks["followers_last"]
    few = times[(m.weeks["days"] <= 3) & (m.weeks["published_followers"] > 0)].median()
    assert told.loc[2, "evidence"].startswith(f"the sum is {few:.1f} times")
    assert told.notna().all().all()


def test_a_model_that_comes_back_otherwise_is_said(prediction):
    told = altered(prediction, saved=0.25).leak.faults
    assert "differs by up to 0.250000" in told["evidence"][5]
