"""Every data rule is applied, and counted."""

import pandas as pd

from engagement_utils.profiles import schema, weekly
from engagement_utils.profiles.sample import simulation
from engagement_utils.tables.reading import read_tables
from tests.profiles.conftest import plain, read

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
    spoilt = plain(simulation.with_faults(daily.assign(date=pd.to_datetime(daily["date"])), 3, each=20))
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
