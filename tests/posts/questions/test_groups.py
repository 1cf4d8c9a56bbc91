import pandas as pd

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from engagement_utils.report.exports import downloads_dir
from tests.posts.conftest import named, report_of, written


def test_pairs_are_judged_behind_their_question(planted: PostReport) -> None:
    table = named(list(planted.format.details))["format_pairs"]
    frame = pd.read_csv(downloads_dir() / table.data)
    behind = planted.judged("format").behind
    assert set(behind) == {
        *(f"{a} - {b}" for a, b in zip(frame["first"], frame["second"], strict=True)),
        "claim",
    }
    assert frame["p_adjusted"].is_monotonic_increasing
    assert (frame["p_adjusted"] >= frame["p"]).all()


def test_what_would_have_shown_follows_the_level() -> None:
    words = "two of them would have to lie about "
    texts = [
        report_of("sample:posts/posts_150.csv", level=level).findings["domain"] for level in (0.95, 0.999)
    ]
    assert [t.verdict for t in texts] == [CHANCE, CHANCE]
    first, second = (int(t.text.partition(words)[2].partition(" ")[0]) for t in texts)
    assert first < second


def test_groups_may_differ_without_a_clear_split_or_be_too_few(tmp_path) -> None:
    report = report_of("sample:posts/posts_150.csv", minimum_n=60)
    assert report.findings["format"].verdict == TOO_LITTLE
    assert report.format.answer[0].plain == "Too few posts to compare formats"
    assert report.format.leading is None
    assert report.format.action() is None


def test_many_leaders_are_counted(tmp_path) -> None:
    frame = generate(Truth(posts=900, sd=4.0, format_effect=0.0))
    frame["format"] = [f"F{i % 6}" for i in range(900)]
    frame.loc[frame["format"].isin(["F0", "F1", "F2", "F3"]), "engagement_score"] += 9
    report = report_of(written(frame, tmp_path / "p.csv"))
    assert report.findings["format"].verdict == SUPPORTED
    assert report.format.answer[0].plain.startswith("4 formats score about 9 points above the other formats")
