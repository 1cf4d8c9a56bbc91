"""The measures on data whose answer is plain, and on edges that the golden tables do not have."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from engagement_utils.pings import measures
from engagement_utils.pings.measures import EVENT_WEIGHTS
from engagement_utils.tables.collecting import collect
from tests.pings.conftest import read

USERS = [("u1", "2024-01-01"), ("u2", "2024-01-01"), ("u3", "2024-01-30")]
PINGS = [
    ("p1", "c", "t", "k", 10, "2024-01-01"),
    ("p2", "c", "t", "k", 0, "2024-01-01"),
    ("p3", "c", "t", "k", None, "2024-01-01"),
    ("p4", "c", "t", "k", 20, "2024-01-01"),
]
NOON = "2024-02-01 12:00:00"


@pytest.fixture
def dataset(write, tmp_path):
    def made(events, weights=EVENT_WEIGHTS):
        return read(write(USERS, PINGS, events), tmp_path / "aside", weights=weights)

    return made


def score(dataset, events, weights=EVENT_WEIGHTS):
    tables = dataset(events, weights)
    return tables, measures.score_events(tables["interactions"], tables["pings"], weights)


def test_ratio_is_clipped_and_0_without_duration_or_watch_time(dataset):
    events = [
        ("u1", "p1", "view", 4, NOON),
        ("u1", "p1", "view", 25, NOON),
        ("u1", "p2", "view", 5, NOON),
        ("u1", "p3", "view", 5, NOON),
        ("u1", "p4", "view", None, NOON),
    ]
    frame = collect(score(dataset, events)[1], by=["ping_id", "watch_time_sec"])
    assert frame["watch_time_ratio"].tolist() == [0.4, 1.0, 0.0, 0.0, 0.0]
    assert frame["interaction_score"].tolist() == pytest.approx([0.6, 1.2, 0.2, 0.2, 0.2])


def test_weights_of_the_user_give_a_new_type_its_points(dataset):
    weights = {**EVENT_WEIGHTS, "save": 3.0, "like": 0.5}
    events = [("u1", "p1", "save", 0, NOON), ("u1", "p1", "like", 0, NOON)]
    frame = collect(score(dataset, events, weights)[1], by=["event_type"])
    assert frame["interaction_score"].tolist() == [0.5, 3.0]


def test_pair_engagement_sums_scores_and_clips_the_ratio_of_sums(dataset):
    events = [("u1", "p1", "view", 6, NOON), ("u1", "p1", "view", 7, NOON), ("u1", "p1", "share", 0, NOON)]
    row = collect(measures.pair_engagement(score(dataset, events)[1])).iloc[0]
    assert row["engagement_score"] == pytest.approx(0.2 + 0.6 + 0.2 + 0.7 + 2.0)
    assert row["watch_time_ratio"] == 1.0


def test_pings_and_users_without_events_count_with_0(dataset):
    tables, scored = score(dataset, [("u1", "p1", "like", 0, NOON)])
    totals = collect(measures.ping_totals(scored, tables["pings"]), by=["ping_id"])
    assert totals["engagement_score"].tolist() == [1.0, 0.0, 0.0, 0.0]
    assert totals["events"].tolist() == [1, 0, 0, 0]
    activity = measures.user_activity(
        scored, tables["users"], first_new=date(2024, 1, 25), completion=0.95, skip=0.1
    )
    users = collect(activity, by=["user_id"])
    assert users["n_interacted_pings"].tolist() == [1.0, 0.0, 0.0]
    assert users["is_new"].tolist() == [False, False, True]


def test_completed_half_and_skipped_views_include_their_bounds(dataset):
    events = [("u1", "p4", "view", seconds, NOON) for seconds in (2, 2.1, 10, 19, 18.9)]
    tables, scored = score(dataset, events)
    activity = measures.user_activity(
        scored, tables["users"], first_new=date(2024, 1, 25), completion=0.95, skip=0.1
    )
    row = collect(activity, by=["user_id"]).iloc[0]
    assert (row["views"], row["half"], row["completed"], row["skipped"]) == (5, 3, 1, 1)
    ratios = np.array([2, 2.1, 10, 19, 18.9]) / 20
    assert row["view_ratio3"] == pytest.approx(np.sum(ratios**3))


@pytest.mark.parametrize("seed", range(3))
def test_histogram_and_quantiles_are_numpys(dataset, seed):
    # whole seconds of 20: many values lie on inner edges
    seconds = np.random.default_rng(seed).integers(0, 21, 80)
    scored = score(dataset, [("u1", "p4", "view", int(s), NOON) for s in seconds])[1]
    counts, edges = np.histogram(seconds / 20, bins=10)
    found = measures.ratio_histogram(scored)
    assert found["count"].tolist() == counts.tolist()
    assert found["bin_left"].tolist() == edges[:-1].tolist()
    row = collect(measures.ratio_distribution(scored)).iloc[0]
    described = pd.Series(seconds / 20).describe(percentiles=[0.25, 0.5, 0.75, 0.9])
    for name, value in described.items():
        assert row[name] == pytest.approx(value, abs=1e-9)


def test_histogram_of_equal_ratios_and_of_none(dataset):
    equal = score(dataset, [("u1", "p1", "view", 10, NOON)] * 3)[1]
    assert measures.ratio_histogram(equal)["count"].sum() == 3
    none = score(dataset, [("u1", "p1", "like", 0, NOON)])[1]
    assert measures.ratio_histogram(none).empty


@pytest.mark.parametrize(
    ("last", "first_new"),
    [
        ("2024-02-29 22:41:17", date(2024, 2, 23)),  # midnight of the 22nd lies before the moment
        ("2024-02-29 00:00:00", date(2024, 2, 22)),
    ],
)
def test_new_from_compares_sign_up_at_midnight_with_the_moment(last, first_new):
    assert measures.new_from(pd.Timestamp(last), 7) == first_new


def test_stages_of_a_pair_and_its_user(dataset):
    events = [
        ("u1", "p1", "impression", 0, NOON),
        ("u1", "p1", "view", 5, NOON),
        ("u1", "p1", "view", 10, NOON),
        ("u1", "p1", "comment", 0, NOON),
        ("u1", "p4", "follow_creator", 0, NOON),
    ]
    pairs = measures.pair_stages(score(dataset, events)[1])
    frame = collect(pairs, by=["ping_id"])
    assert frame[["impression", "view", "reaction", "follow"]].to_numpy().tolist() == [
        [1, 1, 1, 0],
        [0, 0, 0, 1],
    ]
    assert frame["view_ratio"].iloc[0] == pytest.approx(0.75)
    user = collect(measures.user_funnel(pairs)).iloc[0]
    assert (user["pairs"], user["view_of_impression"], user["reaction_of_view"]) == (2, 1, 1)
    assert user["follow_of_reaction"] == 0


def test_days_without_events_count_0(dataset):
    events = [("u1", "p1", "like", 0, "2024-02-01 23:59:59"), ("u1", "p1", "like", 0, "2024-02-04 00:00:00")]
    assert measures.events_by_day(score(dataset, events)[1])["events"].tolist() == [1, 0, 0, 1]


def test_engines_agree_beyond_the_published_tables(tables, scored, golden_report):
    """What the published analysis does not print is the same on every engine as on DuckDB."""
    pairs = collect(measures.pair_stages(scored), by=["user_id", "ping_id"])
    pd.testing.assert_frame_equal(pairs, golden_report.measures.pairs, check_dtype=False)
    by_type = collect(measures.events_by_type(scored), by=["event_type"])
    pd.testing.assert_frame_equal(by_type, golden_report.measures.by_type, check_dtype=False)
    totals = collect(measures.ping_totals(scored, tables["pings"]), by=["ping_id"])
    numbers = ["ping_id", "engagement_score", "watch_ratio", "events", "users"]
    pd.testing.assert_frame_equal(totals[numbers], golden_report.measures.totals[numbers], check_dtype=False)
