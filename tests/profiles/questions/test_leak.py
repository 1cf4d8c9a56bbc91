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
