"""Whether the median profile lies above, at or below its usual level is tested against no change."""

import numpy as np
import pytest

from engagement_utils.inference.verdict import CHANCE, SUPPORTED
from tests.profiles.conftest import looking_ahead


def at_level(report, times):
    """Forecasts of the next week spread around so many times the usual level."""
    first = report.measures.first
    forecasts = report.measures.forecasts.copy()
    spread = np.linspace(times - 0.2, times + 0.2, len(first))
    forecasts.loc[first.index, "forecast"] = first["level"] * spread
    return looking_ahead(report, forecasts=forecasts)


@pytest.mark.parametrize(("times", "word"), [(1.5, "above"), (0.5, "below")])
def test_a_shift_is_found(ahead, times, word):
    report = at_level(ahead, times)
    found = report.findings["direction"]
    assert found.verdict == SUPPORTED
    assert found.estimate == pytest.approx(times - 1)
    assert f"forecast 50.0% {word} its usual level" in found.text
    assert report.direction.said["direction"].heading.endswith(f"50.0% {word} its usual level")


def test_no_shift_is_chance(ahead):
    found = at_level(ahead, 1.0).findings["direction"]
    assert found.verdict == CHANCE
    assert "at its usual level (difference" in found.text
