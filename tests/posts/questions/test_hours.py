from engagement_utils.inference.verdict import CHANCE, DESCRIBED
from engagement_utils.posts.report import PostReport
from tests.posts.conftest import named, report_of


def test_the_day_without_parts_is_described(stock: PostReport) -> None:
    finding = stock.findings["day_parts"]
    assert (finding.verdict, finding.p_value) == (DESCRIBED, None)
    assert "No cut of the day into parts fits better than one mean for all hours (150 posts)" in finding.text
    assert stock.hours.parts["part"].tolist() == ["all hours"]


def test_the_highest_part_of_a_planted_day(planted: PostReport) -> None:
    parts, finding = planted.hours.parts, planted.findings["day_parts"]
    assert finding.verdict == DESCRIBED
    assert "the day has 4 parts" in finding.text
    assert "posts from 09:00 to 11:00 score 6" in finding.text
    assert finding.estimate == parts["mean"].max()
    assert parts["n"].sum() == 5000


def test_the_profile_says_how_many_intervals_miss_by_chance(stock: PostReport) -> None:
    assert "of 24, 1.2 on average miss by chance" in named(list(stock.hours.details))["hours"].caption
    at_eighty = report_of("sample:posts/posts_150.csv", level=0.8)
    caption = named(list(at_eighty.hours.details))["hours"].caption
    assert "with 80% intervals" in caption
    assert "of 24, 4.8 on average miss by chance" in caption


def test_hours_stand_behind_time(stock: PostReport) -> None:
    assert stock.findings["hour"].verdict == CHANCE
    assert stock.findings["hour"].p_value == stock.judged("time/hour").estimate.p_value
    assert list(stock.hours.stated) == ["day_parts"]
