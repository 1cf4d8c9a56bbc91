"""Intervals are told in times the forecast, and each shown profile is drawn with both of them."""

import numpy as np
import pytest

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
