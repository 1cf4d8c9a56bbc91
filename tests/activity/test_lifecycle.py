"""Retention, stickiness and states: by hand on a few users, and the planted rate on many."""

import pandas as pd
import pytest

from engagement_utils.activity.lifecycle import active_days, lifecycle, repeated_users
from engagement_utils.activity.sample import generate
from engagement_utils.inference.verdict import DESCRIBED
from engagement_utils.tables.collecting import collect
from tests.activity.conftest import ENGINES, read, reported, written

# user -> days of March 2024 (the 4th is a Monday); weeks 4-10, 11-17, 18-24
DAYS = {"a": [4, 5, 12, 20], "b": [6, 20], "c": [13, 17], "d": [10, 24]}


def _sessions():
    rows, k = [], 0
    for user, days in DAYS.items():
        for day in days:
            k += 1
            rows.append(f"{user},s{k},2024-03-{day:02d} 23:30:00,10,{day % 2},3,0")
    return rows


def _life(table, interval="week", event="session"):
    first, last = pd.Timestamp("2024-03-04 23:30"), pd.Timestamp("2024-03-24 23:30")
    return lifecycle(table, first, last, event=event, interval=interval, level=0.95)


@pytest.fixture(params=ENGINES)
def activity(request, tmp_path):
    url = "duckdb://" if request.param == "duckdb" else request.getfixturevalue(f"{request.param}_url")
    return read(written(tmp_path, _sessions()), tmp_path, url)["activity"]


def test_states_and_retention_by_hand(activity):
    life = _life(activity)
    assert repeated_users(activity) == (4, 4)
    states = life.states.set_index("period")
    assert list(states.index) == [pd.Timestamp(f"2024-03-{d:02d}") for d in (4, 11, 18)]
    assert states["new"].tolist() == [3, 1, 0]
    assert states["returning"].tolist() == [0, 1, 1]
    assert states["resurrected"].tolist() == [0, 0, 2]
    assert states["dormant"].tolist() == [0, 2, 1]
    assert states["whole"].all()
    kept = life.retention.set_index("offset")
    # a, b and d could come back after two weeks, c only after one
    assert kept["users"].tolist() == [4, 4, 3]
    assert kept["active"].tolist() == [4, 1, 3]
    assert life.repeated == 3
    # a: 4 days in 3 weeks; b: 2 in 2; c: 2 in 1; d: 2 in 2
    assert life.sticky.value == pytest.approx((4 / 3 + 1 + 2 + 1) / 4 / 7)
    assert life.stickiness["share"].tolist() == pytest.approx([4 / 3 / 7, 3 / 2 / 7, 1 / 7])


def test_days_and_months_and_the_declared_event(tmp_path):
    table = read(written(tmp_path, _sessions()), tmp_path)["activity"]
    months = _life(table, "month")
    assert months.states["new"].tolist() == [4]
    assert not months.states["whole"].any()
    assert months.stickiness.empty
    days = collect(active_days(table, "session", "day"), by=["user_id", "period"])
    assert days["days"].eq(1).all()
    assert len(days) == sum(map(len, DAYS.values()))
    # sessions on odd days alone have a message
    talking = _life(table, event="message")
    assert talking.users == 2


def test_the_planted_rate_is_found(repeated_report):
    life = repeated_report.retention.life
    planted = generate.REPEATED.returning
    low, high = life.next_interval.interval
    assert low < planted < high
    later = life.retention[life.retention["offset"] > 0]
    assert ((later["low"] < planted) & (planted < later["high"])).mean() > 0.75
    assert repeated_report.findings["retention"].verdict == DESCRIBED
    assert repeated_report.retention.said["retention"].heading.endswith("come back in the next week")


def test_few_returning_users_are_said_to_be_few(tmp_path):
    retention = reported(written(tmp_path, _sessions()), tmp_path).retention
    assert retention.life is None
    assert "4 users of 4 have more than one session, fewer than the 10" in retention.finding().text
