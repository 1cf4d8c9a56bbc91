"""Intervals that hold what they promise, and such as do not, are described as that."""

from engagement_utils.inference.verdict import DESCRIBED
from engagement_utils.profiles.errors import error
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.questions.coverage import ENOUGH, OVERALL
from tests.profiles.conftest import LEVEL, forecast_as


def test_intervals_that_are_too_narrow_are_reported(prediction):
    f = prediction.measures.forecasts
    narrow = forecast_as(
        prediction,
        low_80=f[MODEL] - (f[MODEL] - f["low_80"]) / 2,
        high_80=f[MODEL] + (f["high_80"] - f[MODEL]) / 2,
    )
    assert narrow.coverage.said["coverage"].heading == "The intervals do not cover what they promise"
    assert narrow.findings["coverage"].verdict == DESCRIBED
    assert narrow.coverage.overall.distance > OVERALL


def test_the_furthest_off_is_named(prediction):
    coverage, m = prediction.coverage, prediction.measures
    assert prediction.findings["coverage"].estimate == error(m.at(1), MODEL, "coverage_80", level=LEVEL).value
    table = m.errors_by_stratum
    table = table[table["measure"].str.startswith("coverage") & (table["rows"] >= ENOUGH)]
    promised = table["measure"].map({"coverage_80": 0.8, "coverage_95": 0.95})
    worst = (table["value"] - promised).abs()
    assert coverage.within.distance == worst.max()
    assert coverage.within.where.startswith(table.loc[worst.idxmax(), "group"])
