"""Intervals are told in times the forecast; the median profile lies above, at or below its level."""

import numpy as np
import pytest

from engagement_utils.inference.verdict import CHANCE, SUPPORTED
from engagement_utils.profiles.intervals import BOUNDS
from tests.profiles.conftest import looking_ahead


def test_the_interval_is_told_in_times_the_forecast(ahead):
    forecasts = ahead.measures.forecasts.copy()
    known = forecasts["low_80"].notna()
    forecasts.loc[known, ["low_80", "high_80"]] = np.outer(forecasts.loc[known, "forecast"], [0.25, 3.0])
    report = looking_ahead(ahead, forecasts=forecasts)
    found = report.findings["width"]
    assert found.estimate == pytest.approx(3.0)
    assert (
        "from 0.25 to 3.00 times the forecast for the median profile; 28 days ahead up to 3.00" in found.text
    )
    assert report.width.said["width"].heading == "A single week can come out at 0.2 to 3.0 times its forecast"


def test_a_profile_is_drawn_with_its_weeks_and_bounds(ahead):
    stale, fresh = ahead.measures.shown
    figures = {f.title: f for f in ahead.width.details}
    assert list(figures) == [f"Profile {p[:10]}…" for p in (stale, fresh)]
    figure = ahead.width.figure(fresh)
    assert "with 80% (darker) and 95% intervals" in figure.caption
    assert (
        f"Forecasts of the next four weeks: {ahead.measures.of(fresh)['forecast'].iloc[0]:,.0f}" in figure.alt
    )
    assert ahead.measures.of(fresh)[list(BOUNDS)].notna().all().all()


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
