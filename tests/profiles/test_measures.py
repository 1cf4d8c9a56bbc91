"""What reports share: a model is trained where none is named, and loaded where one is."""

import numpy as np
import pytest

from engagement_utils.errors import TableError
from engagement_utils.profiles import backtest, forecast
from engagement_utils.profiles.measures import (
    ForecastMeasures,
    ForecastSettings,
    PredictionMeasures,
    PredictionSettings,
)
from engagement_utils.profiles.serving import bundle
from engagement_utils.report.exports import downloads_dir


def test_the_report_trains_where_no_model_is_given_and_loads_where_one_is(dataset, tmp_path, model, latest):
    here = ForecastMeasures(dataset, ForecastSettings(plots=3))
    assert len(here.shown) == 3
    assert set(here.reasons) == set(here.shown)
    bundle.save(model, {"backtest": []}, "card", tmp_path / "model", None)
    there = ForecastMeasures(dataset, ForecastSettings(plots=3, model=tmp_path / "model"))
    assert there.bundle.facts["sha256"] != here.bundle.facts["sha256"]
    expected = forecast.forecast(model, latest, there.prepared.span.last_week)
    both = there.forecasts.merge(expected, on=["profile_id", "horizon_days"], suffixes=("", "_other"))
    assert len(both) == len(expected)
    np.testing.assert_allclose(both["forecast"], both["forecast_other"])


def test_a_model_of_other_definitions_is_refused_by_the_report(dataset, tmp_path, model):
    bundle.save(model, {"backtest": []}, "card", tmp_path / "model", None)
    path = tmp_path / "model" / "model.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(bundle.definitions(), "7cc6fd36b55cc712"), encoding="utf-8")
    with pytest.raises(bundle.ModelError, match=r"definitions 7cc6fd36b55cc712 .* save it again"):
        ForecastMeasures(dataset, ForecastSettings(model=tmp_path / "model"))


def test_too_many_origins_are_refused_before_anything_is_fitted(dataset):
    with pytest.raises(TableError, match="too few for 40 origins"):
        PredictionMeasures(dataset, PredictionSettings(origins=40))


def test_all_is_measured_from_a_few_rows_of_the_data(dataset, simulated):
    settings = PredictionSettings(max_rows=10_000, iterations=3, origins=4)
    measures = PredictionMeasures(dataset, settings)
    assert 0.1 < measures.share < 1
    assert set(measures.names) == {*backtest.PREDICTORS, "best", "leak", "honest"}
    assert not measures.has_best
    assert set(measures.errors["predictor"]) == set(backtest.PREDICTORS)
    assert set(measures.split_errors["predictor"]) == {"model", "leak", "honest", "trailing"}
    assert measures.best_baseline(1, "MAE", naive=True) in ("last", "trailing", "seasonal")
    assert measures.model.rows == len(measures.rows)


def test_the_published_model_is_measured_and_forecasts(dataset, tmp_path):
    measures = PredictionMeasures(dataset, PredictionSettings(model="published"))
    assert measures.names["model"] == "published regression"
    assert measures.importance.empty
    assert measures.saved == 0.0
    saved = downloads_dir() / "model"
    ahead = ForecastMeasures(dataset, ForecastSettings(model=saved))
    assert ahead.forecasts["forecast"].notna().any()
    assert all("a baseline forecasts here" in ahead.reasons[p] for p in ahead.shown)
