"""What scores are made of."""

import pytest


def test_the_part_of_session_length_is_said_to_be_arithmetic(stock_report):
    q = stock_report.score_parts
    published, corrected = q.compositions["published"], q.compositions["corrected"]
    assert published.frame["share"].sum() == pytest.approx(1)
    assert published.shares["session length"].value > 0.5
    assert "one of the five summands" in q.finding().text
    assert corrected.frame["share"].sum() == pytest.approx(1)
    assert corrected.frame["share"].max() < 0.3


def test_cut_rates_are_those_below_one_click_a_recommendation(stock_report):
    sessions = stock_report.measures.sessions
    clicked = sessions[sessions["resources_clicked"] > 0]
    assert stock_report.score_parts.truncated.value == (clicked["per_session_ctr"] == 0).mean()
