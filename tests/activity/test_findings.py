"""Sentences: right on the stock data, silent where nothing is planted, honest where there is too little."""

import pytest

from engagement_utils.activity import claims, findings
from engagement_utils.activity.scores import CORRECTED, PUBLISHED
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from tests.activity.conftest import STOCK, measured, written

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


@pytest.fixture(scope="module")
def null_answers(null_results):
    return findings.answers(null_results)


def test_topics_are_unique_and_six_are_main(stock_answers):
    assert len({a.finding.topic for a in stock_answers.values()}) == len(stock_answers)
    assert sum(a.finding.main for a in stock_answers.values()) == 6


def test_what_is_planted_is_found(stock_answers):
    verdicts = {topic: stock_answers[topic].verdict for topic in PLANTED}
    assert verdicts == dict.fromkeys(PLANTED, SUPPORTED)


def test_what_is_not_planted_is_not_found(stock_answers, null_answers):
    assert {t: stock_answers[t].verdict for t in UNPLANTED} == dict.fromkeys(UNPLANTED, CHANCE)
    silent = PLANTED | UNPLANTED
    assert {t: null_answers[t].verdict for t in silent} == dict.fromkeys(silent, CHANCE)


def test_the_august_dip_is_placed_and_the_winter_is_high(stock_results, stock_answers):
    weekly = stock_results.weekly["published"]
    low = min(weekly.changes.segments, key=lambda s: s.mean)
    first = weekly.frame["week"].iloc[low.first]
    assert (first.month, first.year) in {(7, 2024), (8, 2024)}
    assert 8 in {w.month for w in weekly.frame["week"].iloc[low.first : low.last + 1]}
    assert "is low from" in stock_answers["weekly_trend"].heading
    assert stock_results.winter["published"].value > 3


def test_video_and_all_types_lead(stock_answers):
    assert stock_answers["types_ctr"].heading == "Video recommendations have the highest click-through rate"
    assert stock_answers["combinations"].heading == "Users with blog + podcast + video score higher"
    assert "no effect" in stock_answers["combinations"].finding.text


def test_the_part_of_session_length_is_said_to_be_arithmetic(stock_results, stock_answers):
    share = stock_results.compositions[PUBLISHED.key].shares["session length"]
    frame = stock_results.compositions[PUBLISHED.key].frame
    assert frame["share"].sum() == pytest.approx(1)
    assert share.value > 0.5
    assert "one of the five summands" in stock_answers["score_parts"].finding.text
    corrected = stock_results.compositions[CORRECTED.key].frame
    assert corrected["share"].sum() == pytest.approx(1)
    assert corrected["share"].max() < 0.3


def test_one_session_a_user_has_no_retention(stock_results, stock_answers):
    assert stock_results.lifecycle is None
    assert stock_answers["retention"].verdict == TOO_LITTLE
    assert "exactly one session" in stock_answers["retention"].finding.text


def test_actions_stand_on_supported_findings(stock_results, stock_answers, null_results, null_answers):
    for r, found in ((stock_results, stock_answers), (null_results, null_answers)):
        assert all(found[a.topic].verdict == SUPPORTED for a in findings.actions(r, found))
    topics = {a.topic for a in findings.actions(null_results, null_answers)}
    assert not topics & (PLANTED | UNPLANTED)


def test_claims_of_the_published_text(stock_results, stock_answers, null_results, null_answers):
    stock = claims.claims(stock_results, stock_answers).set_index("claim")["verdict"]
    null = claims.claims(null_results, null_answers).set_index("claim")["verdict"]
    august = "During August the user engagement dropped significantly."
    assert (stock[august], null[august]) == (SUPPORTED, CHANCE)
    built = "User engagement is highly correlated with session_length and messages_sent."
    assert stock[built] == null[built] == "true by construction"
    assert claims.heading(stock_results, stock_answers).startswith("6 of 8 published claims hold")


@pytest.mark.parametrize("scoring", ["published", "corrected"])
def test_one_score_alone(scoring, tmp_path):
    r = measured({n: STOCK[n] for n in ("activity", "recommendations")}, tmp_path, scoring=scoring)
    found = findings.answers(r)
    assert set(r.weekly) == set(r.combinations) == {scoring}
    assert f"The {scoring} score" in found["weekly_trend"].heading
    assert found["moderators"].verdict == TOO_LITTLE
    assert findings.header(r).key_figures[0].label == f"Mean {scoring} score"
    assert len(claims.claims(r, found)) == (7 if scoring == "published" else 6)


def test_three_sessions_are_too_few_for_anything(tmp_path):
    rows = [f"u{k},s{k},2024-03-0{k + 1} 10:00:00,{10 + k},{k},3,1" for k in range(3)]
    r = measured(written(tmp_path, rows), tmp_path)
    found = findings.answers(r)
    verdicts = {topic: a.verdict for topic, a in found.items()}
    assert set(verdicts.values()) == {TOO_LITTLE}
    assert findings.actions(r, found) == []
    said = claims.claims(r, found).set_index("claim")["evidence"]
    assert said.iloc[0] == "no session in these months to compare"
