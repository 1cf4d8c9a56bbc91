from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engagement_utils.errors import TableError
from engagement_utils.posts.measures import sample
from engagement_utils.posts.reading import Posts
from engagement_utils.posts.reading import read as read_posts
from tests.posts.conftest import read as read_table
from tests.posts.conftest import written

N = 24


def rows(**columns: object) -> pd.DataFrame:
    base = {"timestamp": pd.date_range("2025-03-08 00:30", periods=N, freq="h"), "engagement_score": range(N)}
    return pd.DataFrame({**base, **columns})


def read(posts: Any, **choices: Any) -> Posts:
    dataset, settings = read_table(posts, **choices)
    return read_posts(dataset["posts"], settings)


def in_order(posts: Posts) -> pd.DataFrame:
    return sample(posts.table, 1000).sort_values("score", ignore_index=True)


def test_clock_is_read_as_written_without_a_zone(tmp_path: Path) -> None:
    posts = read(written(rows(), tmp_path / "p.csv"))
    found = in_order(posts)
    assert found["hour"].tolist() == list(range(24))
    assert set(found["weekday"]) == {5}  # 8 March 2025 is a Saturday
    assert set(found["week"].astype(str)) == {"2025-03-03"}
    assert posts.missing.keys() == {"format", "domain", "post_length"}
    assert "no zone is stated" in posts.zone


def test_audience_clock_moves_hours_and_days_over_a_change_of_clocks(tmp_path: Path) -> None:
    spec = {"path": written(rows(), tmp_path / "p.csv"), "timezone": "UTC"}
    posts = read(spec, audience_timezone="America/New_York")
    moments = pd.date_range("2025-03-08 00:30", periods=N, freq="h", tz="UTC").tz_convert("America/New_York")
    found = in_order(posts)
    assert found["hour"].tolist() == moments.hour.tolist()
    assert found["weekday"].tolist() == moments.day_of_week.tolist()
    shifted = rows(timestamp=pd.date_range("2025-03-09 00:30", periods=N, freq="h"))
    spec = {"path": written(shifted, tmp_path / "s.csv"), "timezone": "UTC"}
    found = in_order(read(spec, audience_timezone="America/New_York"))
    clocks = pd.date_range("2025-03-09 00:30", periods=N, freq="h", tz="UTC").tz_convert("America/New_York")
    assert found["hour"].tolist() == clocks.hour.tolist()
    assert 2 not in found["hour"].tolist()  # the hour that spring skips


def test_zone_of_the_data_alone_keeps_the_clock_as_written(tmp_path: Path) -> None:
    frame = rows(timestamp=pd.date_range("2025-06-08 00:30", periods=N, freq="h"))
    spec = {"path": written(frame, tmp_path / "p.csv"), "timezone": "Europe/Madrid"}
    assert in_order(read(spec))["hour"].tolist() == list(range(24))


def test_dates_without_a_time_of_day_have_no_hour_and_keep_their_day(tmp_path: Path) -> None:
    frame = rows(timestamp=pd.date_range("2025-06-02", periods=N, freq="D"))
    spec = {"path": written(frame, tmp_path / "p.csv"), "timezone": "UTC"}
    posts = read(spec, audience_timezone="America/Mexico_City")
    assert posts.missing["hour"] == "every time stamp shows the same time of day"
    found = in_order(posts)
    assert found["hour"].isna().all()
    assert found["weekday"].tolist() == [i % 7 for i in range(N)]


def test_day_first_dates_need_a_format(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    frame = rows(timestamp=pd.date_range("2025-06-02", periods=N, freq="36h").strftime("%d/%m/%Y %H:%M"))
    with pytest.raises(TableError, match="date_format"):
        read(written(frame, path))
    found = in_order(read({"path": str(path), "date_format": "%d/%m/%Y %H:%M"}))
    assert found["weekday"].tolist()[:3] == [0, 1, 3]


def test_reactions_are_weighted_and_divided(tmp_path: Path) -> None:
    frame = rows(likes=range(N), comments=1, shares=2, reach=200).drop(columns="engagement_score")
    frame.loc[3, "reach"] = 0
    path = written(frame, tmp_path / "p.csv")
    weights = {"likes": 1.0, "comments": 2.0, "shares": 3.0}
    found = in_order(read(path, score=weights))
    assert found["score"].tolist() == [i + 8.0 for i in range(N)]
    per = in_order(read(path, score=weights, per="reach"))
    assert per["score"].tolist() == [(i + 8) * 5.0 for i in range(N) if i != 3]


def test_parts_of_time_as_numbers_and_words(tmp_path: Path) -> None:
    words = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
    frame = rows(hour=range(N), weekday=[words[i % 7] for i in range(N)]).drop(columns="timestamp")
    posts = read(written(frame, tmp_path / "p.csv"), time="numbers", weekdays=words)
    found = in_order(posts)
    assert found["weekday"].tolist() == [i % 7 for i in range(N)]
    assert posts.missing["month"] == "the data have no month"
    assert posts.missing["week"] == "the data have no date with a year"
    sunday_first = ("2", "3", "4", "5", "6", "7", "1")
    frame["weekday"] = [i % 7 + 1 for i in range(N)]
    found = in_order(read(written(frame, tmp_path / "q.csv"), time="numbers", weekdays=sunday_first))
    assert found["weekday"].tolist() == [(i - 1) % 7 for i in range(N)]


def test_a_weekday_that_is_not_declared_is_set_aside(tmp_path: Path) -> None:
    frame = rows(weekday=["8", *["1"] * (N - 1)]).drop(columns="timestamp")
    assert len(in_order(read(written(frame, tmp_path / "p.csv"), time="numbers"))) == N - 1


@pytest.mark.parametrize(
    ("frame", "words"),
    [(rows().head(9), "9 posts with a score"), (rows(engagement_score=4.0), "all scores are 4")],
)
def test_too_few_posts_and_equal_scores_are_refused(tmp_path: Path, frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(TableError, match=words):
        read(written(frame, tmp_path / "p.csv"))
