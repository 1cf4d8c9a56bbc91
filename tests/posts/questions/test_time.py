import re

import pytest

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from tests.posts.conftest import named, report_of, written


def test_no_best_time_says_what_would_settle_it(stock: PostReport) -> None:
    assert stock.time.answer[0].plain == "There is no clear best time to post"
    finding = stock.findings["time"]
    assert re.search(r"p = 0\.\d+, 150 posts\); about 1,\d00 posts would be needed", finding.text)
    assert finding.verdict == CHANCE
    assert stock.time.action() is None
    assert not stock.time.better


def test_planted_hours_are_the_better_windows(planted: PostReport) -> None:
    heading = planted.time.answer[0].plain
    assert heading == "Posts do better every day 09:00 to 11:00 and every day 20:00 to 22:00"
    finding, best = planted.findings["time"], planted.judged("time/window 1").estimate
    assert list(planted.time.better) == ["time/window 1", "time/window 2"]
    assert (finding.estimate, finding.p_value) == (best.value, best.p_value)
    frame = named(list(planted.time.details))["windows"]
    assert "2 clear of 0" in frame.alt
    evidence = planted.claims.data["evidence"][0]
    assert "higher on 7 of 7 weekdays" in evidence


def test_a_smallest_n_above_the_window_is_too_little_data() -> None:
    report = report_of("sample:posts/posts_150.csv", minimum_n=100)
    assert report.findings["time"].verdict == TOO_LITTLE
    assert report.time.answer[0].plain == "Too few posts to judge the time of posting"


def test_time_may_matter_without_a_clear_window(tmp_path) -> None:
    frame = generate(Truth(posts=900, hours=24 * 7 * 40, week_sd=14.0, sd=6.0, seed=2))
    report = report_of(written(frame, tmp_path / "p.csv"))
    assert not report.time.better
    finding = report.findings["time"]
    assert (finding.verdict, report.findings["week"].verdict) == (SUPPORTED, SUPPORTED)
    assert "Scores change with time, by week (p" in finding.text
    assert "; highest in 20" in report.findings["week"].text


def test_months_alone_are_tested_though_no_window_can_be_named(tmp_path) -> None:
    frame = generate(Truth(posts=400, hours=24 * 300, sd=4.0, format_effect=0.0, domain_effect=0.0))
    frame["month"] = frame.pop("timestamp").dt.month
    frame["engagement_score"] += 6.0 * (frame["month"] > 8)
    report = report_of(written(frame, tmp_path / "p.csv"), time="numbers")
    assert report.time.answer[0].plain == "Best time: not in these data"
    assert "time" not in report.findings
    assert report.findings["month"].verdict == SUPPORTED
    assert report.trend.answer[0].plain == "Scores differ by month"


def test_every_cell_of_the_week_is_for_download(stock: PostReport) -> None:
    cells = stock.time.cells
    assert len(cells) == 168
    assert cells["n"].sum() == 150
    assert cells["weekday"].iloc[0] == "Monday"
    assert cells["enough"].sum() == 1


@pytest.mark.parametrize(("column", "rows"), [("hour", 24), ("weekday", 7)])
def test_cells_of_one_clock_alone(tmp_path, column: str, rows: int) -> None:
    frame = generate(Truth())
    at = frame.pop("timestamp").dt
    frame[column] = at.hour if column == "hour" else at.day_of_week + 1
    report = report_of(written(frame, tmp_path / "p.csv"), time="numbers")
    assert len(report.time.cells) == rows
    assert report.time.cells["n"].sum() == 150
    other = "weekday" if column == "hour" else "hour"
    line = next(iter(report.time.details))
    assert line.plain == f"The map of hours and days is left out: the data have no {other}."
