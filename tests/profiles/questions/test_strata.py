"""Strata are tested behind one question, and squared errors are told for what they measure."""

import numpy as np

from engagement_utils.inference.verdict import DESCRIBED, SUPPORTED
from engagement_utils.profiles.exploration import STRATA
from engagement_utils.profiles.models import MODEL
from tests.profiles.conftest import forecast_as


def test_strata_are_one_family(prediction):
    j = prediction.judged("strata")
    assert set(j.behind) <= {name for names in STRATA.values() for name in names}
    assert j.estimate.value == min(b.estimate.value for b in j.behind.values())
    assert all(b.estimate.p_value >= j.estimate.p_value for b in j.behind.values())
    wins = sum(b.supported for b in j.behind.values())
    assert prediction.findings["strata"].text.startswith(f"In {wins} of {len(j.behind)} strata")


def test_a_stratum_in_which_the_model_is_worse_is_named(prediction):
    f = prediction.measures.forecasts
    small = (f["stratum_followers"] == "10K-100K").to_numpy()
    report = forecast_as(prediction, **{MODEL: np.where(small, 3.0, 1.0) * f[MODEL]})
    found = report.findings["strata"]
    assert "worse for 10K-100K" in found.text
    assert report.strata.least == "10K-100K"
    assert found.verdict == SUPPORTED


def test_a_model_that_equals_the_baselines_helps_nowhere(prediction):
    noise = np.exp(np.random.default_rng(3).normal(0, 0.02, len(prediction.measures.forecasts)))
    report = forecast_as(prediction, **{MODEL: prediction.measures.forecasts["regression"] * noise})
    assert report.strata.said["strata"].heading == "In no stratum is it clear that the model helps"


def test_a_handful_of_giants_is_named(prediction):
    assert prediction.findings["giants"].verdict == DESCRIBED
    assert "measure a handful of giants" in prediction.giants.said["giants"].heading
    assert prediction.giants.share > 0.2


def test_errors_that_are_alike_are_spread(prediction):
    even = forecast_as(prediction, model=prediction.measures.forecasts["actual"] + 1.0)
    assert even.giants.said["giants"].heading == "Squared errors are spread over many profiles"
    assert abs(even.giants.share - 0.01) < 0.001
    assert "giants" not in {a.topic for a in even.actions}
