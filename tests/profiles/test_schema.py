"""Every data rule is applied, and counted."""

import pandas as pd
import pytest

from engagement_utils.errors import TableError
from engagement_utils.profiles import collect, exploration, sample, schema, weekly
from engagement_utils.tables.reading import read_tables
from tests.profiles.conftest import TRUTH, days_table, made, plain, read

HEAD = "date,profile_id,followers,posts,engagement,likes,comments,reach,impressions"


def written(folder, lines, name="profiles.csv"):
    (folder / name).write_text("\n".join([HEAD, *lines]) + "\n")
    return str(folder / name)


def read_lines(path, folder):
    return read_tables({"profiles": path}, {"profiles": schema.PROFILES}, aside=folder / "aside")


def counted(dataset):
    quality = dataset.quality[0]
    return quality, {reason.rule: reason.rows for reason in quality.reasons}


def test_each_rule_is_counted(tmp_path):
    good = [f"2024-01-{day:02d},a,100,1,10,9,1,50,60" for day in range(1, 21)]
    odd = [
        "2024-01-21,a,undefined,1,10,9,1,50,60",  # missing, not zero
        "2024-01-22,a,100,1,10,5,1,50,60",  # 10 is not 5 + 1
        "2024-01-23,a,100,0,10,9,1,50,60",  # engagement without posts
        "2024-01-24,a,100,,10,9,1,50,60",  # posts missing
        "2024-01-25,a,100,1,10,9,1,-5,60",  # a counter fell
        "2024-01-26,a,-3,1,10,9,1,5,60",
        "2024-01-20,a,100,1,99,98,1,50,60",  # a day twice: the first counts
    ]
    dataset = read_lines(written(tmp_path, good + odd), tmp_path)
    quality, found = counted(dataset)
    texts = {rule.name: found.get(rule.text) for rule in schema.RULES}
    assert texts == {
        "engagement_is_not_the_sum": 1,
        "engagement_without_posts": 1,
        "posts_or_engagement_missing": 1,
        "followers_undefined": 1,
    }
    assert (quality.rows, quality.set_aside) == (27, 3)
    kept = dataset["profiles"].to_pandas()
    assert kept.loc[kept["date"].astype(str) == "2024-01-20", "engagement"].tolist() == [10]
    assert pd.isna(kept.loc[kept["date"].astype(str) == "2024-01-21", "followers"]).all()


def test_a_folder_a_glob_and_parquet_are_read_alike(tmp_path):
    lines = [f"2024-01-{day:02d},a,100,1,10,9,1,50,60" for day in range(1, 21)]
    (tmp_path / "in").mkdir()
    for i in range(2):
        written(tmp_path / "in", lines[i * 10 : i * 10 + 10], f"ig_data_0{i + 1}-2024_u.csv")
    whole = pd.read_csv(written(tmp_path, lines), parse_dates=["date"])
    whole.to_parquet(tmp_path / "whole.parquet")
    paths = ("in", "in/*.csv", "whole.parquet")
    tables = [read_lines(str(tmp_path / p), tmp_path)["profiles"].order_by("date").to_pandas() for p in paths]
    assert len(tables[0]) == 20
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[0], tables[2], check_dtype=False)


def test_stock_faults_are_all_found(daily, tmp_path):
    spoilt = plain(sample.with_faults(daily.assign(date=pd.to_datetime(daily["date"])), 3, each=20))
    dataset = read(spoilt, tmp_path)
    quality, found = counted(dataset)
    assert quality.set_aside == 40  # twenty days twice, twenty counters that fell
    sums = next(rule.text for rule in schema.RULES if rule.name == "engagement_is_not_the_sum")
    assert 20 <= found[sums] <= 22  # a spoilt row can be among those there twice
    days = dataset["profiles"]
    weeks = weekly.mended(weekly.weekly(days, weekly.window(days))).to_pandas()
    # a fall for a day is seen where it is the week's last value; the next one is as it was
    assert 5 <= weeks["fell"].sum() <= 20
    assert weeks.loc[weeks["fell"], "followers"].isna().all()
    known = weeks.dropna(subset=["followers"]).sort_values(["profile_id", "week"])
    change = known["followers"] / known.groupby("profile_id")["followers"].shift()
    assert change.min() > 0.5


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
    span = weekly.Window(frame["date"].min(), frame["date"].max(), 2818, 2822)
    found = weekly.mended(weekly.weekly(days, span)).order_by("week").to_pandas()
    assert found["fell"].tolist() == [False, False, True, False, False]
    assert found["followers"].isna().tolist() == [False, False, True, False, False]


def test_posts_without_engagement_on_record_stay_out_of_both_sums():
    frame = made([(0, "a", 2, 10), (1, "a", 3, None), (2, "a", None, 30)])
    _, days = days_table(frame)
    span = weekly.Window(frame["date"].min(), frame["date"].max(), 2818, 2818)
    week = weekly.weekly(days, span).to_pandas().iloc[0]
    assert (week["days"], week["posts"], week["engagement"]) == (3, 2, 10)


def test_gaps_and_recorded_days_are_counted():
    frame = made([(0, "a", 1, 10), (8, "a", 1, 10), (30, "a", 1, 10), (1, "b", 1, 5), (20, "b", 0, 0)])
    _, days = days_table(frame)
    span = weekly.Window(frame["date"].min(), frame["date"].max(), 2818, 2822)
    weeks = weekly.mended(weekly.weekly(days, span))
    found = exploration.explore(days, weeks, span, 0, level=0.95)
    assert found.gaps == 2
    assert found.recorded.set_index("profile_id")["days"].to_dict() == {"a": 3, "b": 2}
    assert found.patterns.set_index("pattern")["profiles"]["followers in no row"] == 2


def test_too_few_weeks_are_refused():
    frame = made([(day, "a", 1, 10) for day in range(60)])
    connection, days = days_table(frame)
    with pytest.raises(TableError, match=r"8 whole weeks.*at least 30"):
        collect.prepare(connection, days)


def test_the_generated_data_are_those_described(simulated, daily):
    assert (daily["followers"] == "undefined").mean() == pytest.approx(0.63, abs=0.05)
    assert len(daily) / TRUTH.profiles == pytest.approx(sample.ROWS_PER_PROFILE, rel=0.2)
    last = daily[pd.to_datetime(daily["date"]) > pd.Timestamp("2024-01-01")]
    year = last.groupby("profile_id").size()
    assert 0.45 < (year < 50).mean() < 0.65
    assert not daily.duplicated(["date", "profile_id"]).any()
    assert (daily["engagement"] == daily["likes"] + daily["comments"]).all()
    again = sample.simulate(TRUTH).daily
    pd.testing.assert_frame_equal(again, simulated.daily)
