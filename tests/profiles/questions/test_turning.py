"""Profiles whose usual level lies outside the interval of the next week are counted and listed."""

from engagement_utils.inference.verdict import DESCRIBED
from tests.profiles.conftest import looking_ahead


def test_those_that_leave_are_listed_the_furthest_first(ahead):
    forecasts = ahead.measures.forecasts.copy()
    first = ahead.measures.first
    moved = first.index[:3]
    for at, times in zip(moved, (2.0, 8.0, 4.0), strict=True):
        level = first.loc[at, "level"]
        forecasts.loc[at, ["low_80", "forecast", "high_80"]] = [1.5 * level, times * level, 20 * level]
    forecasts.loc[first.index[3:], "low_80"] = 0.0
    forecasts.loc[first.index[3:], "high_80"] = 1e12
    report = looking_ahead(ahead, forecasts=forecasts)
    assert report.findings["turning"].verdict == DESCRIBED
    assert report.findings["turning"].text.startswith("For 3 of ")
    assert report.turning.leaving["profile_id"].tolist() == [
        first.loc[moved[i], "profile_id"] for i in (1, 2, 0)
    ]
    assert [o.name for o in report.turning.details] == ["reasons", "leaving_their_level"]


def test_none_that_leaves_is_said(ahead):
    forecasts = ahead.measures.forecasts.assign(
        low_80=lambda t: t["low_80"] * 0, high_80=lambda t: t["high_80"] + 1e12
    )
    report = looking_ahead(ahead, forecasts=forecasts)
    assert report.turning.said["turning"].heading == "No profile is expected to leave its usual level"
    assert "For none of" in report.findings["turning"].text
    assert [o.name for o in report.turning.details] == ["reasons"]
