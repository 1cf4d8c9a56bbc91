"""Recorded days, gaps and missing values are counted."""

from engagement_utils.profiles import exploration, weekly
from tests.profiles.conftest import days_table, made


def test_gaps_and_recorded_days_are_counted():
    frame = made([(0, "a", 1, 10), (8, "a", 1, 10), (30, "a", 1, 10), (1, "b", 1, 5), (20, "b", 0, 0)])
    _, days = days_table(frame)
    span = weekly.Window(frame["date"].min(), frame["date"].max(), 2818, 2822)
    weeks = weekly.mended(weekly.weekly(days, span))
    found = exploration.explore(days, weeks, span, 0, level=0.95)
    assert found.gaps == 2
    assert found.recorded.set_index("profile_id")["days"].to_dict() == {"a": 3, "b": 2}
    assert found.patterns.set_index("pattern")["profiles"]["followers in no row"] == 2
