"""The way to the best possible forecast is told where a reference says what that is."""

import numpy as np
import pytest

from engagement_utils.inference.verdict import SUPPORTED
from engagement_utils.profiles.backtest import BEST
from engagement_utils.profiles.models import MODEL
from tests.profiles.conftest import forecast_as, replaced_forecasts


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
