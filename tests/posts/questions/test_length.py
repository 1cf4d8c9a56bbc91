import numpy as np
import pytest

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from tests.posts.conftest import named, report_of, written


def test_planted_length_is_found_and_advised(planted: PostReport) -> None:
    heading = planted.length.answer[0].plain
    assert heading == "Longer posts score higher, about 0.9 points for 100 words"
    e = planted.length.slope
    assert e.low < 1 < e.high
    assert planted.length.action().text == "Write more words, within the 150 to 700 seen here."
    assert planted.findings["length"].p_value == planted.judged("length/slope").estimate.p_value
    assert planted.claims.data["verdict"][3] == "contradicted"


def test_a_bow_is_related_along_no_straight_line(tmp_path) -> None:
    frame = generate(Truth(posts=600, sd=4.0, word_effect=0.0, format_effect=0.0, domain_effect=0.0))
    frame["engagement_score"] -= ((frame["post_length"] - 425) / 100) ** 2 * 3
    report = report_of(written(frame, tmp_path / "p.csv"))
    assert report.length.answer[0].plain == "Length matters, but along no straight line"
    assert report.judged("length/slope").verdict == CHANCE
    assert report.findings["length"].verdict == SUPPORTED
    assert report.length.action() is None
    assert report.claims.data["verdict"][3] == SUPPORTED


def test_the_middle_is_compared_with_both_sides(stock: PostReport) -> None:
    words = stock.measures.design.posts["post_length"]
    inside = int(words.between(300, 500).sum())
    sizes = {"shorter": int((words < 300).sum()), "longer": int((words > 500).sum())}
    assert {k: e.n for k, e in stock.length.middle.items()} == {k: min(n, inside) for k, n in sizes.items()}


def test_posts_without_a_length_are_not_counted(tmp_path) -> None:
    frame = generate(Truth())
    frame.loc[:39, "post_length"] = np.nan
    report = report_of(written(frame, tmp_path / "p.csv"))
    assert report.length.slope.n == 110
    few = report_of(str(tmp_path / "p.csv"), minimum_n=111)
    assert few.findings["length"].verdict == TOO_LITTLE
    assert few.length.answer[0].plain == "Too few posts to relate score and length"


@pytest.mark.parametrize(
    ("which", "words"), [("stock", "Points are posts"), ("planted", "Shading counts posts")]
)
def test_panels_say_what_their_marks_are(which: str, words: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(which)
    assert named(list(report.length.details))["length_by_domain"].caption.startswith(words)
