"""Every figure and table is made, for one session a user, for users who come back, and for very few."""

import xml.etree.ElementTree as ET

import openpyxl
import pandas as pd
import pytest

from engagement_utils.activity import findings, views, views_tables
from tests.activity.conftest import measured, written


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "out"))
    return tmp_path / "out"


def _figures(r):
    found = findings.answers(r)
    yield views.composition(r, found["score_parts"])
    yield views.rank_changes(r, found["rank_changes"])
    yield views.weeks(r, found["weekly_trend"])
    yield from (views.combinations(r, c, found["combinations"]) for c in r.combinations.values())
    yield views.correlations(r, found["links"])
    yield views.pairs(r, found["links"])
    yield views.ratings(r, found["ctr_by_rating"])
    yield views.messages(r, found["messages_and_clicks"])
    yield views.spread(r, found["low_engagement"])
    yield views.times(r, found["session_times"])
    yield views.types(r, found["types_ctr"])
    if r.moderators is not None:
        yield views.leaderboard(r, r.moderators, found["moderator_ranks"])
        yield views.rank_slope(r, r.moderators, found["moderators"])


def test_every_figure_is_drawn_and_kept_as_a_file(stock_results, folder):
    made = list(_figures(stock_results))
    assert len({f.name for f in made}) == len(made) >= 14
    kept = {p.stem: p for p in (folder / "figures").iterdir()}
    assert set(kept) == {f.name for f in made}
    for figure in made:
        assert len(figure.alt) > 40
        assert ET.parse(kept[figure.name]).getroot().tag.endswith("svg")


def test_figures_of_many_sessions_and_of_users_who_come_back(repeated_results, folder):
    r, found = repeated_results, findings.answers(repeated_results)
    made = [views.rank_changes(r, found["rank_changes"]), views.messages(r, found["messages_and_clicks"])]
    made += [views.spread(r, found["low_engagement"]), views.ratings(r, found["ctr_by_rating"])]
    made += [view(r, r.lifecycle, found["retention"]) for view in (views.retention, views.lifecycle)]
    assert {p.stem for p in (folder / "figures").iterdir()} == {f.name for f in made}


def test_tables_of_both_samples(stock_results, repeated_results, folder):
    for r in (stock_results, repeated_results):
        found = findings.answers(r)
        made = [views_tables.parts(r), views_tables.movers(r, "up"), views_tables.movers(r, "down")]
        made += [views_tables.weeks(r), views_tables.links(r), *views_tables.types(r), views_tables.times(r)]
        made += [views_tables.combinations(r, c) for c in r.combinations.values()]
        made += [views_tables.moderators(r, r.moderators), views_tables.published_claims(r, found)]
        made += views_tables.lifecycle(r, r.lifecycle) if r.lifecycle else []
        assert all(t.rows for t in made)
        assert len({t.name for t in made}) == len(made)
    hidden = views_tables.types(stock_results)[0]
    assert [row[3] for row in hidden.rows] == ["1", "1", "1"]


def test_movers_are_those_whose_rank_changes_most(stock_results, folder):
    frame = stock_results.rank_changes.frame
    up = views_tables.movers(stock_results, "up")
    assert up.rows[0][3] == str(frame["change"].max())
    down = views_tables.movers(stock_results, "down")
    assert down.rows[0][3] == f"−{abs(frame['change'].min())}"


def test_files_hold_what_was_scored(stock_results, folder):
    shown = views_tables.export(stock_results)
    sessions = pd.read_csv(folder / "scored_sessions.csv")
    assert len(sessions) == 1000
    parts = ["session_length", "messages_sent", "feedback_rating", "resources_clicked", "per_session_ctr"]
    assert (sessions["user_engagement_score"] * 10).round().eq(sessions[parts].sum(axis=1) * 2).all()
    assert sessions["published_rank"].tolist() == list(range(1, 1001))
    assert len(pd.read_csv(folder / "scored_moderators.csv")) == 100
    assert len(pd.read_csv(folder / "recommendation_types_scored.csv")) == 3
    book = openpyxl.load_workbook(folder / "user_activity.xlsx")
    titles = ["Scored sessions", "Recommendation types", "Scored moderators"]
    assert book.sheetnames == ["Cover", "Notes", *titles]
    assert isinstance(book["Scored sessions"].cell(4, 4).value, int)
    assert shown.data == "user_activity.xlsx"


def test_few_sessions_are_drawn_too(folder, tmp_path):
    rows = [
        f"u{k},s{k},2024-03-{k + 1:02d} 1{k % 3}:00:00,{10 + k},{k},{k % 5 + 1},{k % 3}" for k in range(6)
    ]
    given = ["r1,u0,blog,0.5,3", "r2,u1,video,0.4,2", "r3,u1,blog,0.3,2"]
    made = list(_figures(measured(written(tmp_path, rows, given), tmp_path, scoring="published")))
    assert len(made) == 11
