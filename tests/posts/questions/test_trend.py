import re
from pathlib import Path

import pandas as pd

from engagement_utils.inference.verdict import SUPPORTED, TOO_LITTLE
from engagement_utils.posts.questions.trend import week_label
from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from tests.posts.conftest import report_of, written


def test_weeks_of_two_years_do_not_collide() -> None:
    assert week_label(pd.Timestamp("2024-12-30")) == "2025-W01"
    assert week_label(pd.Timestamp("2020-12-28")) == "2020-W53"


def test_planted_weeks_span_years(planted: PostReport) -> None:
    weeks = planted.measures.by["week"]["week"]
    assert len(weeks) == 105
    assert len({week_label(w) for w in weeks}) == 105


def test_events_are_compared_by_weeks(tmp_path: Path) -> None:
    frame = generate(Truth(posts=1200, hours=24 * 7 * 40))
    monday = frame["timestamp"].dt.normalize() - pd.to_timedelta(frame["timestamp"].dt.day_of_week, unit="D")
    weeks = sorted(monday.unique())
    chosen = weeks[1:41:3]
    frame.loc[monday.isin(chosen), "engagement_score"] += 9
    path = written(frame, tmp_path / "p.csv")
    row = report_of(path, events=tuple(pd.Timestamp(d).date() for d in chosen)).claims.data.iloc[4]
    assert row["verdict"] == SUPPORTED
    assert re.search(r"weeks with an event against the others: (8|9|10) ", row["evidence"])
    without = report_of(path).claims.data.iloc[4]
    assert without["verdict"] == TOO_LITTLE
    assert "no dates of announcements" in without["evidence"]


def test_weekly_means_that_chance_moves(stock: PostReport) -> None:
    heading = stock.trend.answer[0].plain
    assert heading == "Weekly means rise and fall no more than chance moves them"
    assert stock.findings["week"].main
    assert "so there is no spike to align" in stock.claims.data["evidence"][4]
