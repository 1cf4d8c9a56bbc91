"""The report: right on the stock data, silent where nothing is planted, honest where there is too little."""

import xml.etree.ElementTree as ET
from dataclasses import asdict, replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from engagement_utils.activity.report import ActivityReport, Settings
from engagement_utils.inference.verdict import CHANCE, DESCRIBED, SUPPORTED, TOO_LITTLE
from engagement_utils.report.outputs import Figure, TableView
from engagement_utils.suite.planning.parameters import read_parameters
from tests.activity.conftest import STOCK, reported, written

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "user_activity.ipynb"
# what chance alone must not support; the rest describes the scores
PLANTED = {
    "weekly_trend",
    "months_august",
    "months_winter",
    "combinations",
    "types_ctr",
    "session_times",
    "weekend",
    "response_time",
}
UNPLANTED = {"types_feedback", "ctr_by_rating", "score_by_time"}
COUNTED = {"truncated_rate", "low_engagement", "moderators", "moderator_ranks"}


def outputs(report, kind):
    return [o for q in report.asked for o in q.details if isinstance(o, kind)]


def test_defaults_of_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOK).items}
    settings = asdict(Settings())
    settings["low_band"] = list(settings["low_band"])
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"activity", "recommendations", "moderators", "engine"}


def test_six_findings_are_main(stock_report):
    assert sum(f.main for f in stock_report.findings.values()) == 6


def test_what_is_planted_is_found(stock_report):
    found = stock_report.findings
    assert {t: found[t].verdict for t in PLANTED} == dict.fromkeys(PLANTED, SUPPORTED)


def test_what_is_not_planted_is_not_found(stock_report, null_report):
    stock, null = stock_report.findings, null_report.findings
    assert {t: stock[t].verdict for t in UNPLANTED} == dict.fromkeys(UNPLANTED, CHANCE)
    silent = PLANTED | UNPLANTED
    assert {t: null[t].verdict for t in silent} == dict.fromkeys(silent, CHANCE)


def test_what_is_counted_is_described(stock_report, null_report):
    for report in (stock_report, null_report):
        assert {t: report.findings[t].verdict for t in COUNTED} == dict.fromkeys(COUNTED, DESCRIBED)


def test_actions_stand_on_findings_that_carry_them(stock_report, null_report):
    for report in (stock_report, null_report):
        assert {report.findings[a.topic].verdict for a in report.actions} <= {SUPPORTED, DESCRIBED}
    assert not {a.topic for a in null_report.actions} & (PLANTED | UNPLANTED)


def test_claims_of_the_published_text(stock_report, null_report):
    stock = stock_report.claims.data.set_index("claim")["verdict"]
    null = null_report.claims.data.set_index("claim")["verdict"]
    august = "During August the user engagement dropped significantly."
    assert (stock[august], null[august]) == (SUPPORTED, CHANCE)
    built = "User engagement is highly correlated with session_length and messages_sent."
    assert stock[built] == null[built] == "true by construction"
    assert stock_report.claims.heading == "These data support 6 of 8 published claims"


@pytest.mark.parametrize("scoring", ["published", "corrected"])
def test_one_score_alone(scoring, tmp_path):
    tables = {n: STOCK[n] for n in ("activity", "recommendations")}
    report = reported(tables, tmp_path, scoring=scoring)
    found = report.findings
    assert [w.score.key for w in report.weekly_trend.series.values()] == [scoring]
    assert [c.score.key for c in report.recommended_types.by_score.values()] == [scoring]
    assert f"The {scoring} score" in report.weekly_trend.said["weekly_trend"].heading
    assert found["moderators"].verdict == TOO_LITTLE
    assert report.header().key_figures[0].label == f"Mean {scoring} score"
    assert len(report.claims.data) == (7 if scoring == "published" else 6)


def test_three_sessions_are_too_few_for_anything(tmp_path):
    rows = [f"u{k},s{k},2024-03-0{k + 1} 10:00:00,{10 + k},{k},3,1" for k in range(3)]
    report = reported(written(tmp_path, rows), tmp_path)
    assert {f.verdict for f in report.findings.values()} == {TOO_LITTLE}
    assert report.actions == ()
    said = report.claims.data.set_index("claim")["evidence"]
    assert said.iloc[0] == "no session in these months to compare"


@pytest.mark.parametrize(("level", "word"), [(0.8, "80%"), (0.9, "90%")])
def test_the_level_reaches_every_sentence_and_caption(level, word, tmp_path, downloads):
    report = reported(STOCK, tmp_path, level=level)
    said = " ".join([*(f.text for f in report.findings.values()), *report.claims.data["evidence"]])
    drawn = " ".join(f.caption for f in outputs(report, Figure))
    assert f"({word} interval" in said
    assert f"{word} t interval" in drawn
    assert "95%" not in said + drawn


def test_the_minimum_n_reaches_every_verdict(null_report):
    measures = null_report.measures
    few = ActivityReport(measures.tables, replace(measures.settings, minimum_n=100_000))
    assert {f.verdict for f in few.findings.values()} == {TOO_LITTLE}
    assert few.actions == ()


def test_every_figure_is_drawn_and_kept_as_a_file(stock_report, downloads):
    made = outputs(stock_report, Figure)
    assert len({f.name for f in made}) == len(made) >= 14
    kept = {p.stem: p for p in (downloads / "figures").iterdir()}
    assert set(kept) == {f.name for f in made}
    for figure in made:
        assert len(figure.alt) > 40
        assert ET.parse(kept[figure.name]).getroot().tag.endswith("svg")


def test_everything_is_shown_where_users_come_back(repeated_report, downloads):
    figures, tables = outputs(repeated_report, Figure), outputs(repeated_report, TableView)
    assert {"retention", "lifecycle"} <= {f.name for f in figures}
    assert all(t.rows for t in tables)
    assert len({t.name for t in tables}) == len(tables)
    assert repeated_report.header().payload


def test_few_sessions_are_drawn_too(downloads, tmp_path):
    rows = [
        f"u{k},s{k},2024-03-{k + 1:02d} 1{k % 3}:00:00,{10 + k},{k},{k % 5 + 1},{k % 3}" for k in range(6)
    ]
    given = ["r1,u0,blog,0.5,3", "r2,u1,video,0.4,2", "r3,u1,blog,0.3,2"]
    report = reported(written(tmp_path, rows, given), tmp_path, scoring="published")
    assert len(outputs(report, Figure)) == 11


def test_files_hold_what_was_scored(stock_report, downloads):
    shown = stock_report.files
    sessions = pd.read_csv(downloads / "scored_sessions.csv")
    assert len(sessions) == 1000
    parts = ["session_length", "messages_sent", "feedback_rating", "resources_clicked", "per_session_ctr"]
    assert (sessions["user_engagement_score"] * 10).round().eq(sessions[parts].sum(axis=1) * 2).all()
    assert sessions["published_rank"].tolist() == list(range(1, 1001))
    assert len(pd.read_csv(downloads / "scored_moderators.csv")) == 100
    assert len(pd.read_csv(downloads / "recommendation_types_scored.csv")) == 3
    book = openpyxl.load_workbook(downloads / "user_activity.xlsx")
    titles = ["Scored sessions", "Recommendation types", "Scored moderators"]
    assert book.sheetnames == ["Cover", "Notes", *titles]
    assert isinstance(book["Scored sessions"].cell(4, 4).value, int)
    assert shown.data == "user_activity.xlsx"
