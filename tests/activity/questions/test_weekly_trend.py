"""Weeks and named months."""

from engagement_utils.inference.verdict import CHANCE


def test_the_august_dip_is_placed_and_the_winter_is_high(stock_report):
    q = stock_report.weekly_trend
    weekly = q.series["weekly_trend"]
    low = min(weekly.changes.segments, key=lambda s: s.mean)
    first = weekly.frame["week"].iloc[low.first]
    assert (first.month, first.year) in {(7, 2024), (8, 2024)}
    assert 8 in {w.month for w in weekly.frame["week"].iloc[low.first : low.last + 1]}
    assert "is low from" in q.said["weekly_trend"].heading
    assert q.named_months["months_winter"].value > 3


def test_one_level_is_said_where_nothing_changes(null_report):
    q = null_report.weekly_trend
    assert q.finding().verdict == CHANCE
    assert "no change point is found" in q.finding().text
    mean = null_report.measures.sessions["user_engagement_score"].astype(float).mean()
    assert f"{mean:.1f}" in q.finding().text


def test_weekly_means_are_those_of_the_sessions(stock_report):
    frame = stock_report.weekly_trend.series["weekly_trend"].frame
    assert frame["n"].sum() == 1000
    assert (frame["low"] <= frame["mean"]).all()
