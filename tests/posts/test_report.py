"""What the report says, with planted and with absent effects, and with parts of the data missing."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engagement_utils.inference.verdict import CHANCE, DESCRIBED, SUPPORTED, TOO_LITTLE
from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from engagement_utils.report.exports import downloads_dir
from engagement_utils.report.outputs import Figure
from engagement_utils.report.section import Sentence
from tests.posts.conftest import named, report_of, shown, verdicts, written


def spoken(report: PostReport) -> str:
    """Every sentence, caption and alternative text of the report."""
    outputs = [o for section in shown(report).values() for o in section]
    texts = [f.text for f in report.findings.values()]
    texts += [q.answer[0].plain for q in report.asked]
    texts += [f"{a.text} {a.gain}" for a in report.actions]
    texts += [o.plain if isinstance(o, Sentence) else str(vars(o)) for o in outputs if o]
    return " ".join([*texts, report.claims.data.to_string(), report.advice.plain, str(report.header())])


def test_without_an_effect_of_time_none_is_claimed(stock: PostReport) -> None:
    said = verdicts(stock)
    assert {said[t] for t in ("time", "hour", "weekday", "week")} == {CHANCE}
    assert said["day_parts"] == DESCRIBED
    assert "Post when it suits you" in stock.advice.plain
    assert not any("every day" in a.text for a in stock.actions)
    assert sum(f.main for f in stock.findings.values()) == 6


def test_planted_effects_are_found_and_advised(planted: PostReport) -> None:
    assert verdicts(planted) == {
        "time": SUPPORTED,
        "hour": SUPPORTED,
        "day_parts": DESCRIBED,
        "weekday": CHANCE,
        "week": CHANCE,
        "format": SUPPORTED,
        "domain": SUPPORTED,
        "length": SUPPORTED,
        "explained": SUPPORTED,
    }
    assert [a.topic for a in planted.actions] == ["time", "format", "domain", "length"]
    assert all(re.search(r"\d", a.gain) for a in planted.actions)
    assert planted.actions[0].text == "Post every day 09:00 to 11:00 or every day 20:00 to 22:00."
    assert "no post was assigned by lot" in planted.advice.plain


def test_tests_behind_time_are_adjusted_as_its_family(planted: PostReport) -> None:
    time = planted.judged("time")
    assert set(time.behind) == {"hour", "weekday", "week", "window 1", "window 2", "window 3", "claim"}
    assert all(j.estimate.p_value >= time.estimate.p_value for j in time.behind.values())
    hour = planted.hours.data.set_index("topic").loc["hour"]
    assert (hour["verdict"], hour["p_value"]) == (SUPPORTED, time.behind["hour"].estimate.p_value)
    assert planted.findings["hour"].p_value == hour["p_value"]


def test_claims_meet_the_data(stock: PostReport, planted: PostReport) -> None:
    assert stock.claims.data["verdict"].tolist() == [CHANCE, SUPPORTED, CHANCE, CHANCE, CHANCE]
    verdict = planted.claims.data["verdict"].tolist()
    assert verdict == [SUPPORTED, SUPPORTED, SUPPORTED, "contradicted", CHANCE]
    assert stock.claims.heading == "These data support 1 of 5 published claims"
    assert planted.claims.heading == "These data support 3 of 5 published claims and contradict 1"


def test_claims_without_their_groups_are_too_little_data(tmp_path: Path) -> None:
    frame = generate(Truth()).replace({"format": {"Dashboard": "Reel", "Walkthrough": "Poll"}})
    frame["domain"] = "sport"
    path = written(frame, tmp_path / "p.csv")
    table = report_of(path).claims.data
    assert table["verdict"].tolist()[1:3] == [TOO_LITTLE, TOO_LITTLE]
    assert "Dashboard or Walkthrough" in table["evidence"][1]
    table = report_of(path, claimed={"formats": ["Reel", "Poll"], "hours": [3]}).claims.data
    assert table["evidence"][1].startswith("Reel and Poll against the other formats")
    assert table["evidence"][0].startswith("posts in the hours 03 against")


@pytest.mark.parametrize("which", ["stock", "planted"])
def test_every_view_is_drawn(which: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(which)
    outputs = [o for section in shown(report).values() for o in section]
    figures = [o for o in outputs if isinstance(o, Figure)]
    assert len({f.name for f in figures}) == 13
    assert not any(isinstance(o, Sentence) for o in outputs)
    assert all(len(f.svg) < 900_000 for f in figures)  # aggregates, however many posts there are
    enough = 1 if which == "stock" else 168
    assert f"{enough} of 168 cells hold enough posts" in named(outputs)["hour_by_day"].caption
    for name in ("cells", "published_claims", "resonance"):
        assert (downloads_dir() / f"{name}.csv").is_file()


@pytest.mark.parametrize(
    ("gone", "notes"),
    [
        ("post_length", {"length": 1}),
        ("domain", {"domain": 2, "length": 1}),
        ("format", {"format": 4}),
    ],
)
def test_what_cannot_be_drawn_is_left_out_with_a_line(
    tmp_path: Path, gone: str, notes: dict[str, int]
) -> None:
    report = report_of(written(generate(Truth()).drop(columns=gone), tmp_path / "p.csv"))
    lines = {name: [o for o in some if isinstance(o, Sentence)] for name, some in shown(report).items()}
    assert {name: len(some) for name, some in lines.items() if some} == notes
    assert all(re.search("(is|are) left out: ", o.plain) for some in lines.values() for o in some)
    topic = "length" if gone == "post_length" else gone
    assert topic not in report.findings
    heading, why = getattr(report, topic).answer
    assert heading.plain == f"{topic.capitalize()}: not in these data"
    assert f"the data have no {gone}" in why.plain


def test_a_score_alone_still_makes_a_report(tmp_path: Path) -> None:
    path = written(generate(Truth())[["engagement_score"]], tmp_path / "p.csv")
    report = report_of(path, time="numbers")
    outputs = [o for section in shown(report).values() for o in section]
    assert [o.name for o in outputs if isinstance(o, Figure)] == ["score_histogram"]
    assert not report.findings
    assert report.header().start == ""
    assert "they hold no time" in report.advice.plain
    assert set(report.claims.data["verdict"]) == {TOO_LITTLE}


@pytest.mark.parametrize("posts", [10, 14, 30])
def test_few_posts_claim_nothing(make: Callable[[Truth], PostReport], posts: int) -> None:
    report = make(Truth(posts=posts, seed=4))
    shown(report)
    assert SUPPORTED not in verdicts(report).values()
    assert not report.actions


def test_one_format_one_hour_and_equal_lengths(tmp_path: Path) -> None:
    frame = generate(Truth(posts=60)).assign(format="Thread", post_length=300)
    frame["timestamp"] = frame["timestamp"].dt.normalize() + pd.Timedelta(hours=9)
    report = report_of(written(frame, tmp_path / "p.csv"))
    found = shown(report)
    assert isinstance(found["hours"][0], Sentence)
    assert isinstance(found["weekdays"][0], Figure)
    assert "format_box" in named(found["format"])  # drawn, though there is nothing to compare
    assert report.format.answer[1].plain == "Format is left out: there are not two formats with enough posts."
    assert "length" not in report.findings


def test_level_and_smallest_n_reach_every_sentence_and_verdict(tmp_path: Path) -> None:
    frame = generate(Truth(posts=1500, hour_effect=9.0, sd=8.0))
    path = written(frame, tmp_path / "p.csv")
    usual, other = report_of(path), report_of(path, level=0.8, minimum_n=100_000)
    assert "95%" in spoken(usual)
    text = spoken(other)
    assert "95%" not in text
    assert "80% interval" in text
    assert SUPPORTED in verdicts(usual).values()
    assert set(verdicts(other).values()) == {TOO_LITTLE}
    assert set(other.claims.data["verdict"]) == {TOO_LITTLE}
    assert other.claims.data["evidence"][4] == "1,500 posts are too few to compare weeks"
    assert not other.actions
    assert other.alpha == 0.2
    assert usual.time.plan.needed > other.time.plan.needed
    for name, question in vars(other).items():
        if hasattr(question, "stated"):
            levels = {e.estimate.level for e in question.stated.values() if e.estimate}
            levels |= {b.estimate.level for e in question.stated.values() for b in e.behind.values()}
            assert levels <= {0.8}, name


def test_names_that_are_markup_stay_text(tmp_path: Path) -> None:
    names = {"Thread": "<script>alert(1)</script>", "Recap": "=1+1", "Teardown": "a_b*c$d$", "Dashboard": "|"}
    frame = generate(Truth()).replace({"format": names})
    found = shown(report_of(written(frame, tmp_path / "p.csv")))
    assert "<script>" not in named(found["format"])["format_box"].svg
    csv = (downloads_dir() / "resonance.csv").read_text()
    assert "1+1" in csv
    assert not re.search(r"(^|,)=1\+1", csv, re.M)


def test_tests_of_a_part_of_the_posts_say_so(tmp_path: Path) -> None:
    path = written(generate(Truth(posts=700)), tmp_path / "p.csv")
    report = report_of(path, analysis_posts=300)
    assert (report.measures.n, report.measures.design.n) == (700, 300)
    assert any("300 of 700 posts" in note.plain for note in report.remarks)
    assert report.measures.by["cells"]["n"].sum() == 700


def test_foreign_export_runs_by_columns_and_parameters_alone(tmp_path: Path) -> None:
    frame = generate(Truth(posts=400, hour_effect=0.0, sd=6.0))
    at = frame["timestamp"].dt
    days = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
    theirs = pd.DataFrame(
        {
            "Título": [f"Publicación nº {i}" for i in range(400)],
            "Mes": at.month,
            "Día": [days[d] for d in at.day_of_week],
            "Hora": at.hour,
            "Categoría": frame["format"],
            "Tema": frame["domain"],
            "Nº de palabras": frame["post_length"],
            "Me gusta": (frame["engagement_score"] * 2).round().clip(lower=0).astype(int),
            "Comentarios": 3,
            "Compartidos": 1,
            "Alcance": 1500,
        }
    )
    spec: dict[str, Any] = {
        "path": written(theirs, tmp_path / "exportación.csv", sep=";", encoding="latin-1"),
        "delimiter": ";",
        "encoding": "latin-1",
        "columns": {
            "post": "Título",
            "month": "Mes",
            "weekday": "Día",
            "hour": "Hora",
            "format": "Categoría",
            "domain": "Tema",
            "post_length": "Nº de palabras",
            "likes": "Me gusta",
            "comments": "Comentarios",
            "shares": "Compartidos",
            "reach": "Alcance",
        },
    }
    weights = {"likes": 1.0, "comments": 2.0, "shares": 3.0}
    report = report_of(spec, score=weights, per="reach", time="numbers", weekdays=days)
    found = shown(report)
    assert "hour_by_day" in named(found["time"])
    assert report.measures.n == 400
    expected = ((frame["engagement_score"] * 2).round() + 9) / 1.5
    assert float(report.measures.total["mean"]) == pytest.approx(expected.mean(), abs=1e-6)
    months = named(found["trend"])["months"]
    assert "the data have no date with a year" in months.caption
    said = verdicts(report)
    assert (said["format"], said["time"]) == (SUPPORTED, CHANCE)
    assert "month" in said
    assert report.findings["format"].unit == "points per 1,000 reached"
    assert "resonance" in named(found["explained"])
    assert "Publicación nº" in (downloads_dir() / "resonance.csv").read_text(encoding="utf-8")
