"""Weeks from Monday to Sunday: whole ones alone, sums of what is known, followers as a stock."""

from engagement_utils.profiles import weekly
from tests.profiles.conftest import days_table, made


def test_partial_weeks_count_nowhere_and_are_counted():
    # Wednesday of one week to Tuesday of the fourth
    frame = made([(day, "a", 1, 10) for day in range(2, 23)])
    _, days = days_table(frame)
    span = weekly.window(days)
    assert (span.first_week, span.last_week) == (2819, 2820)
    assert weekly.partial_days(days, span) == 5 + 2
    weeks = weekly.weekly(days, span).order_by("week").to_pandas()
    assert weeks["week"].tolist() == [2819, 2820]
    assert weeks["days"].tolist() == [7, 7]


def test_a_sunday_ends_a_whole_week():
    frame = made([(0, "a", 1, 10), (13, "a", 1, 10)])
    _, days = days_table(frame)
    assert weekly.window(days)[2:] == (2818, 2819)


def test_followers_that_fall_by_more_than_half_are_believed_a_week_later():
    falls = [1000, 990, 400, 410, 405]  # of each week
    frame = made([(7 * i, "a", 1, 10, n) for i, n in enumerate(falls)])
    _, days = days_table(frame)
    span = weekly.DataWindow(frame["date"].min(), frame["date"].max(), 2818, 2822)
    found = weekly.mended(weekly.weekly(days, span)).order_by("week").to_pandas()
    assert found["fell"].tolist() == [False, False, True, False, False]
    assert found["followers"].isna().tolist() == [False, False, True, False, False]


def test_posts_without_engagement_on_record_stay_out_of_both_sums():
    frame = made([(0, "a", 2, 10), (1, "a", 3, None), (2, "a", None, 30)])
    _, days = days_table(frame)
    span = weekly.DataWindow(frame["date"].min(), frame["date"].max(), 2818, 2818)
    week = weekly.weekly(days, span).to_pandas().iloc[0]
    assert (week["days"], week["posts"], week["engagement"]) == (3, 2, 10)
