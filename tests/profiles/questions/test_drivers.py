"""What moves forecasts is named, or that no trees forecast."""

import pandas as pd

from engagement_utils.inference.verdict import TOO_LITTLE
from engagement_utils.report.outputs import Figure
from tests.profiles.conftest import altered


def test_the_strongest_group_is_named(prediction):
    first = prediction.measures.importance.index[0]
    assert prediction.drivers.said["drivers"].heading.lower().startswith(first)
    assert prediction.measures.importance.is_monotonic_decreasing


def test_without_trees_nothing_is_weighed(prediction):
    chosen = dict.fromkeys((1, 2, 3, 4), "trailing")
    report = altered(prediction, importance=pd.Series(dtype=float), chosen=chosen)
    found = report.findings["drivers"]
    assert found.verdict == TOO_LITTLE
    assert "come from trailing four weeks" in found.text
    assert not any(isinstance(o, Figure) for o in report.drivers.details)
