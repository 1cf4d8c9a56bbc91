"""A model that helps, one that does not, and one that is worse at a horizon are told apart."""

import numpy as np
import pytest

from engagement_utils.inference.verdict import CHANCE, SUPPORTED
from engagement_utils.profiles.backtest import BEST
from engagement_utils.profiles.models import MODEL
from tests.profiles.conftest import altered, forecast_as, replaced_forecasts


def heading(report, topic="accuracy"):
    return report.accuracy.said[topic].heading


def test_a_model_that_helps_beats_every_baseline(prediction):
    assert heading(prediction) == "The model beats every baseline at all four horizons"
    least = prediction.accuracy.least
    e = prediction.judged(f"accuracy_{7 * least}d").estimate
    found = prediction.findings["accuracy"]
    assert (found.estimate, found.p_value) == (e.value, e.p_value)
    assert e.value == min(s.value for s in prediction.accuracy.skills.values())


def test_a_model_that_does_not_help_says_so_and_the_baseline_is_used(prediction):
    noise = np.exp(np.random.default_rng(3).normal(0, 0.02, len(prediction.measures.forecasts)))
    same = forecast_as(prediction, **{MODEL: prediction.measures.forecasts["regression"] * noise})
    same = altered(same, chosen=dict.fromkeys((1, 2, 3, 4), "regression"))
    assert heading(same) == "The model beats the best baseline at no horizon"
    assert same.findings["accuracy_7d"].verdict in (CHANCE, SUPPORTED)
    assert "so baselines are used" in same.findings["accuracy"].text
    assert "baseline is used there" in same.findings["accuracy_7d"].text
    assert "Forecast with the saved model" not in " ".join(a.text for a in same.actions)


def test_a_model_that_is_worse_at_one_horizon_is_named(prediction):
    forecasts = prediction.measures.forecasts
    worse = np.where(forecasts["horizon"] == 2, 2.0, 1.0) * forecasts[MODEL]
    report = forecast_as(prediction, **{MODEL: worse})
    report = altered(report, chosen={1: MODEL, 2: "regression", 3: MODEL, 4: MODEL})
    assert heading(report) == "The model beats every baseline at 3 of four horizons"
    assert heading(report, "accuracy_14d") == "At 14 days the model is worse than linear regression"
    assert "14 days, where the baseline is used instead" in report.findings["accuracy"].text


def test_the_best_forecast_goes_all_the_way(prediction):
    best = forecast_as(prediction, **{MODEL: prediction.measures.forecasts[BEST]})
    assert [e.value for e in best.way_to_best.ways.values()] == pytest.approx([1.0] * 4)
    assert prediction.findings["way_to_best"].verdict == SUPPORTED
    assert 0.5 < min(e.value for e in prediction.way_to_best.ways.values()) < 1.05


def test_a_naive_model_goes_nowhere(prediction):
    m = prediction.measures
    naive = np.select(
        [m.forecasts["horizon"] == h for h in (1, 2, 3, 4)],
        [m.forecasts[m.best_baseline(h, "MAE", naive=True)] for h in (1, 2, 3, 4)],
    )
    report = forecast_as(prediction, **{MODEL: naive})
    assert [e.value for e in report.way_to_best.ways.values()] == pytest.approx([0.0] * 4)
    assert report.findings["way_to_best"].verdict != SUPPORTED


def test_without_a_reference_nothing_is_shown(prediction):
    forecasts = prediction.measures.forecasts.drop(columns=BEST)
    report = replaced_forecasts(prediction, forecasts)
    assert not report.way_to_best.asked()
    assert "way_to_best" not in report.findings
    assert report.way_to_best.answer == ()
