import pandas as pd

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.posts.questions.base import MOST, beside, biggest
from engagement_utils.posts.report import PostReport
from tests.posts.conftest import report_of


def test_the_biggest_groups_keep_their_order() -> None:
    frame = pd.DataFrame({"n": [*range(1, 20)]})
    assert biggest(frame)["n"].tolist() == [*range(8, 20)]
    assert len(biggest(frame)) == MOST
    assert biggest(frame.head(3)).equals(frame.head(3))


def test_what_is_held_equal_is_named() -> None:
    assert beside(()) == ""
    assert beside(("format", "post_length")) == ", format and length held equal"


def test_words_of_a_factor_of_time_for_every_verdict(stock: PostReport, planted: PostReport) -> None:
    for report, topic, verdict, words in (
        (planted, "hour", SUPPORTED, r"The hour of the day makes a difference (p = "),
        (planted, "weekday", CHANCE, "The day of the week makes no reliable difference (p = "),
        (stock, "hour", CHANCE, "it explains none of the variance out of sample (95% interval "),
    ):
        finding = report.findings[topic]
        assert (finding.verdict, words in finding.text) == (verdict, True)
    few = report_of("sample:posts/posts_150.csv", minimum_n=151)
    assert few.findings["weekday"].verdict == TOO_LITTLE
    assert few.weekdays.answer[0].plain == "Too few posts to compare weekdays"
