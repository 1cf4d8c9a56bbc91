"""A handful of rows that decide the squared error are told from errors that are spread."""

from engagement_utils.inference.verdict import DESCRIBED
from tests.profiles.conftest import forecast_as


def test_a_handful_of_giants_is_named(prediction):
    assert prediction.findings["giants"].verdict == DESCRIBED
    assert "measure a handful of giants" in prediction.giants.said["giants"].heading
    assert prediction.giants.share > 0.2


def test_errors_that_are_alike_are_spread(prediction):
    even = forecast_as(prediction, model=prediction.measures.forecasts["actual"] + 1.0)
    assert even.giants.said["giants"].heading == "Squared errors are spread over many profiles"
    assert abs(even.giants.share - 0.01) < 0.001
    assert "giants" not in {a.topic for a in even.actions}
