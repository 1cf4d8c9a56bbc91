"""What the report says, with planted and with absent effects, and with parts of the data missing."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from engagement_utils.posts import findings
from engagement_utils.posts.claims import claims, heading
from engagement_utils.posts.page import Answer, Note
from engagement_utils.posts.sample import Truth, generate
from engagement_utils.posts.schema import Layout
from engagement_utils.posts.settings import Claimed, Settings
from engagement_utils.report.exports import downloads_dir
from engagement_utils.report.outputs import Figure, TableView
from tests.posts.conftest import Report, drawn, report_of, tables, written

CHANCE, SUPPORTED, FEW = "not distinguishable from chance", "supported", "too little data"


def verdicts(found: dict[str, Answer]) -> dict[str, str | None]:
    return {topic: a.verdict for topic, a in found.items()}


def test_without_an_effect_of_time_none_is_claimed(stock: Report) -> None:
    r, found = stock
    said = verdicts(dict(found))
    assert {said[t] for t in ("time", "hour", "weekday", "day_parts", "trend")} == {CHANCE}
    assert found["time"].heading == "There is no clear best time to post"
    finding = found["time"].finding
    assert finding is not None
    assert re.search(r"p = 0\.\d+, 150 posts\); about 1,\d00 posts would be needed", finding.text)
    assert "Post when it suits you" in findings.advice(r, found).text
    assert not any("every day" in a.text for a in findings.actions(r, found))


def test_planted_hours_are_found_and_advised(planted: Report) -> None:
    r, found = planted
    assert found["time"].heading == "Posts do better every day 09:00 to 11:00 and every day 20:00 to 22:00"
    assert verdicts(dict(found)) == {
        "time": SUPPORTED,
        "hour": SUPPORTED,
        "weekday": CHANCE,
        "day_parts": SUPPORTED,
        "trend": CHANCE,
        "format": SUPPORTED,
        "domain": SUPPORTED,
        "length": SUPPORTED,
        "explained": SUPPORTED,
    }
    assert found["format"].heading == "Dashboard and Walkthrough score about 9 points above the other formats"
    todo = findings.actions(r, found)
    assert [a.topic for a in todo] == ["format", "domain", "length", "time", "time"]
    assert all(re.search(r"\d", a.gain) for a in todo)
    assert [a.text for a in todo[-2:]] == ["Post every day 09:00 to 11:00.", "Post every day 20:00 to 22:00."]


def test_claims_meet_the_data(stock: Report, planted: Report) -> None:
    assert claims(*stock)["verdict"].tolist() == [CHANCE, SUPPORTED, CHANCE, CHANCE, CHANCE]
    assert claims(*planted)["verdict"].tolist() == [SUPPORTED, SUPPORTED, SUPPORTED, "contradicted", CHANCE]
    assert heading(*stock) == "One of the five published claims holds on these data"
    evidence = claims(*planted)["evidence"]
    assert "higher on 7 of 7 weekdays" in evidence[0]
    assert "of reach the data say nothing" in evidence[1]


def test_claims_without_their_groups_are_too_little_data(tmp_path: Path) -> None:
    frame = generate(Truth()).replace({"format": {"Dashboard": "Reel", "Walkthrough": "Poll"}})
    frame["domain"] = "sport"
    report = report_of(written(frame, tmp_path / "p.csv"))
    table = claims(*report)
    assert table["verdict"].tolist()[1:3] == [FEW, FEW]
    assert "Dashboard or Walkthrough" in table["evidence"][1]
    own = Settings(resamples=199, claimed=Claimed(formats=("Reel", "Poll"), hours=(3,)))
    table = claims(*report_of(str(tmp_path / "p.csv"), settings=own))
    assert table["evidence"][1].startswith("Reel and Poll against the other formats")
    assert table["evidence"][0].startswith("posts in the hours 03 against")


def test_events_are_compared_by_weeks(tmp_path: Path) -> None:
    frame = generate(Truth(posts=1200, hours=24 * 7 * 40))
    monday = frame["timestamp"].dt.normalize() - pd.to_timedelta(frame["timestamp"].dt.day_of_week, unit="D")
    weeks = sorted(monday.unique())
    chosen = weeks[1:41:3]
    frame.loc[monday.isin(chosen), "engagement_score"] += 9
    path = written(frame, tmp_path / "p.csv")
    with_events = Settings(resamples=199, events=tuple(pd.Timestamp(d).date() for d in chosen))
    row = claims(*report_of(path, settings=with_events)).iloc[4]
    assert row["verdict"] == SUPPORTED
    assert re.search(r"weeks with an event against the others: (8|9|10) ", row["evidence"])
    without = claims(*report_of(path)).iloc[4]
    assert without["verdict"] == FEW
    assert "no dates of announcements" in without["evidence"]


@pytest.mark.parametrize("which", ["stock", "planted"])
def test_every_view_is_drawn(which: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(which)
    some = ("hour_day", "trend", "format_density", "length_by_domain", "hours")
    shown = drawn(report, *(some if which == "planted" else ()))
    assert all(isinstance(s, Figure) for s in shown.values())
    assert len({f.name for f in shown.values()}) == (5 if which == "planted" else 13)
    assert all(len(f.svg) < 900_000 for f in shown.values())  # aggregates, however many posts there are
    enough = 1 if which == "stock" else 168
    assert f"{enough} of 168 cells hold enough posts" in shown["hour_day"].caption
    tables(report)
    for name in ("cells", "claims", "resonance"):
        assert (downloads_dir() / f"{name}.csv").is_file()


@pytest.mark.parametrize(
    ("gone", "notes"),
    [
        ("post_length", {"length_by_domain"}),
        ("domain", {"domain_bars", "length_by_domain", "domain_pairs"}),
        ("format", {"format_box", "format_density", "format_day", "format_pairs"}),
    ],
)
def test_what_cannot_be_drawn_is_left_out_with_a_line(tmp_path: Path, gone: str, notes: set[str]) -> None:
    report = report_of(written(generate(Truth()).drop(columns=gone), tmp_path / "p.csv"))
    shown = drawn(report, "domain_bars", "length_by_domain", "format_box", "format_density", "format_day")
    shown |= tables(report)
    del shown["advice"]
    assert {name for name, s in shown.items() if isinstance(s, Note)} == notes
    assert all(re.search("(is|are) left out: ", shown[n].text) for n in notes)
    answer = report[1]["length" if gone == "post_length" else gone]
    assert answer.finding is None
    assert f"the data have no {gone}" in answer.note


def test_a_score_alone_still_makes_a_report(tmp_path: Path) -> None:
    frame = generate(Truth())[["engagement_score"]]
    r, found = report_of(written(frame, tmp_path / "p.csv"), Layout(time="numbers"))
    assert {n for n, s in drawn((r, found)).items() if isinstance(s, Figure)} == {"histogram"}
    shown = tables((r, found))
    assert all(a.finding is None for a in found.values())
    assert shown["header"].start == ""
    assert "they hold no time" in shown["advice"].text
    assert set(claims(r, found)["verdict"]) == {FEW}


@pytest.mark.parametrize("posts", [10, 14, 30])
def test_few_posts_claim_nothing(make: Callable[[Truth], Report], posts: int) -> None:
    report = make(Truth(posts=posts, seed=4))
    tables(report)
    if posts == 10:
        drawn(report)
    assert SUPPORTED not in verdicts(dict(report[1])).values()
    assert not findings.actions(*report)


def test_one_format_one_hour_and_equal_lengths(tmp_path: Path) -> None:
    frame = generate(Truth(posts=60)).assign(format="Thread", post_length=300)
    frame["timestamp"] = frame["timestamp"].dt.normalize() + pd.Timedelta(hours=9)
    report = report_of(written(frame, tmp_path / "p.csv"))
    found = report[1]
    shown = drawn(report, "hours", "weekdays", "format_density", "length_by_domain", "shares")
    assert isinstance(shown["hours"], Note)
    assert isinstance(shown["weekdays"], Figure)
    assert found["format"].note == "Format is left out: there are not two formats with enough posts."
    assert found["length"].finding is None


def test_names_that_are_markup_stay_text(tmp_path: Path) -> None:
    names = {"Thread": "<script>alert(1)</script>", "Recap": "=1+1", "Teardown": "a_b*c$d$", "Dashboard": "|"}
    frame = generate(Truth()).replace({"format": names})
    report = report_of(written(frame, tmp_path / "p.csv"))
    assert "<script>" not in drawn(report, "format_box")["format_box"].svg
    tables(report)
    csv = (downloads_dir() / "resonance.csv").read_text()
    assert "1+1" in csv
    assert not re.search(r"(^|,)=1\+1", csv, re.M)


def test_many_formats_are_shown_by_size(tmp_path: Path) -> None:
    frame = generate(Truth(posts=900))
    frame["format"] = [f"Format {i % 30 if i % 3 else 0:02d}" for i in range(900)]
    report = report_of(written(frame, tmp_path / "p.csv"))
    assert len(report[0].measures["format"]) == 21
    shown = drawn(report, "format_box", "format_density", "format_day")
    assert "12 formats" in shown["format_box"].alt
    assert len(report[0].analysis.format.pairs) == 21 * 20 / 2
    assert "30 of 210 rows" in tables(report)["format_pairs"].caption


def test_tests_of_a_part_of_the_posts_say_so(tmp_path: Path) -> None:
    path = written(generate(Truth(posts=700)), tmp_path / "p.csv")
    r, _ = report_of(path, settings=Settings(resamples=199, analysis_posts=300))
    assert (r.n, r.analysis.design.n) == (700, 300)
    assert any("300 of 700 posts" in n.text for n in findings.remarks(r))
    assert r.measures["cells"]["n"].sum() == 700


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
    path = written(theirs, tmp_path / "exportación.csv", sep=";", encoding="latin-1")
    spec = {
        "path": path,
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
    layout = Layout(score=weights, per="reach", time="numbers", weekdays=days)
    r, found = report_of(spec, layout, Settings(resamples=199, unit=layout.unit))
    shown = {**drawn((r, found), "trend", "hour_day"), **tables((r, found))}
    assert isinstance(shown["hour_day"], Figure)
    assert r.n == 400
    expected = ((frame["engagement_score"] * 2).round() + 9) / 1.5
    assert float(r.total["mean"]) == pytest.approx(expected.mean(), abs=1e-6)
    assert shown["trend"].name == "months"
    assert "the data have no date with a year" in shown["trend"].caption
    assert found["format"].verdict == SUPPORTED
    assert found["time"].verdict == CHANCE
    finding = found["format"].finding
    assert finding is not None
    assert finding.unit == "points per 1,000 reached"
    assert isinstance(shown["resonance"], TableView)
    assert "Publicación nº" in (downloads_dir() / "resonance.csv").read_text(encoding="utf-8")
