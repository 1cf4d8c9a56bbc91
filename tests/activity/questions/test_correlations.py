"""Correlations of measures."""

import numpy as np


def test_a_part_and_its_whole_are_never_tested(stock_report):
    q = stock_report.correlations
    assert len(q.pairs) == 9
    assert not any("clicked" in a and "ctr" in b for a, b, _ in q.pairs.values())
    marked = q.part_whole
    assert marked.loc["published score"].all()
    assert not marked.loc["session length", "messages sent"]


def test_pairs_stand_in_their_order_with_the_adjusted_p_values(stock_report):
    data = stock_report.correlations.data
    assert data["p_value"].min() >= stock_report.judged("links").estimate.p_value - 1e-12
    strongest = data["correlation"].abs().max()
    assert f"{strongest:.2f}" in stock_report.correlations.finding().text


def test_messages_and_clicks_by_type_have_every_session_of_the_type(stock_report):
    q = stock_report.messages
    assert set(q.sessions) == {"blog", "podcast", "video", "none"}
    both = stock_report.measures.sessions["combination"] == "blog + video"
    assert np.isin(
        stock_report.measures.sessions.loc[both, "session_id"], q.sessions["blog"]["session_id"]
    ).all()
