"""When sessions begin."""

import pytest


def test_every_session_has_its_hour(stock_report):
    q = stock_report.session_times
    moments = stock_report.measures.sessions["timestamp"]
    assert q.counts.to_numpy().sum() == 1000
    assert q.counts.loc["Sat"].sum() == (moments.dt.day_of_week == 5).sum()
    assert q.counts[20].sum() == (moments.dt.hour == 20).sum()
    assert q.weekend.value == pytest.approx((moments.dt.day_of_week >= 5).mean())


def test_quarters_add_up_and_the_fullest_is_named(stock_report):
    q = stock_report.session_times
    assert q.data["sessions"].sum() == 1000
    assert q.data.set_index("band")["share"].idxmax() == q.busiest
    assert q.busiest.split(" (")[0] in q.action().text
