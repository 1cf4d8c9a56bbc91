"""The top list: ties, what scores are made of, other users and other weights."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.pings.measures import EVENT_WEIGHTS
from engagement_utils.pings.ranking import WATCHING, ranked, ranking, score_parts, top_pings, weighting


def totals(scores, events=None):
    frame = pd.DataFrame({"ping_id": [f"p{i}" for i in range(len(scores))], "engagement_score": scores})
    return frame.assign(
        events=events if events is not None else 1,
        watch_ratio=0.0,
        creator_id="c",
        main_hashtag="t",
        category="k",
        duration_sec=10.0,
        created_at=pd.Timestamp("2024-01-01"),
    )


def test_ties_to_nine_decimals_stand_in_the_order_of_their_ids():
    frame = ranked(totals([1.0, 0.1 + 0.2, 0.3, 0.3 + 1e-12, 2.0]))
    assert frame["ping_id"].tolist() == ["p4", "p0", "p1", "p2", "p3"]
    assert frame["rank"].tolist() == [1, 2, 3, 4, 5]


def test_pings_without_events_are_not_in_the_top():
    assert top_pings(totals([0.0, 0.0, 3.0], [0, 2, 1]), 10)["ping_id"].tolist() == ["p2", "p1"]


def test_parts_add_up_to_the_score(golden_report):
    parts = golden_report.top_pings.parts
    scores = golden_report.measures.totals.set_index("ping_id")["engagement_score"]
    assert parts.sum(axis=1).to_numpy() == pytest.approx(scores[parts.index].to_numpy(), abs=1e-8)
    assert list(parts) == [*EVENT_WEIGHTS, WATCHING]


def test_a_ping_that_every_user_loves_holds_its_place():
    users = [f"u{i}" for i in range(30)]
    rng = np.random.default_rng(0)
    rows = [(u, "p0", 5.0) for u in users]
    rows += [(rng.choice(users), f"p{rng.integers(1, 20)}", 1.0) for _ in range(60)]
    pairs = pd.DataFrame(rows, columns=["user_id", "ping_id", "score"])
    sums = pairs.groupby("ping_id")["score"].sum()
    r = ranking(totals([sums.get(f"p{i}", 0.0) for i in range(20)]), pairs, 3, level=0.95)
    first = r.frame.iloc[0]
    assert (first["ping_id"], first["probability"], first["rank_high"]) == ("p0", 1.0, 1)
    assert len(r.firm(0.95)) == 1  # the others are alike
    assert 1 / 3 < r.kept.value < 0.9
    assert r.kept.low <= r.kept.value <= r.kept.high


def amounts_of(rows):
    columns = [*EVENT_WEIGHTS, WATCHING]
    frame = pd.DataFrame(rows, columns=columns, index=pd.Index([f"p{i}" for i in range(len(rows))]))
    return frame, frame @ pd.Series({**EVENT_WEIGHTS, WATCHING: 1.0})


def test_other_weights_reorder_what_hangs_on_them():
    # impression, view, like, comment, share, follow, watching: p0 is watched, p1 acted on, p2 mostly shown
    amounts, scores = amounts_of([[0, 10, 0, 0, 0, 0, 9.0], [0, 0, 9, 0, 0, 0, 0.0], [9, 2, 2, 0, 0, 0, 1.0]])
    w = weighting(totals(scores.tolist()), amounts, EVENT_WEIGHTS, 1, spread=1.0, level=0.95)
    top = w.schemes.set_index("scheme")["top"]
    assert top.to_dict() == {
        "actions only": "p1",
        "watching only": "p0",
        "equal weights": "p0",
        "all events": "p2",
    }
    chances = w.frame.set_index("ping_id")["probability"]
    assert 0.3 < chances["p0"] < 0.9
    assert chances["p2"] < 0.1


def test_small_spread_leaves_the_top_as_it_is(golden_report):
    totals = golden_report.measures.totals
    amounts, _ = score_parts(
        totals,
        golden_report.top_pings.parts.drop(columns=WATCHING)
        .rename_axis(columns="event_type")
        .stack()
        .rename("events")
        .reset_index(),
        dict.fromkeys(EVENT_WEIGHTS, 1.0),
    )
    w = weighting(totals, amounts, dict.fromkeys(EVENT_WEIGHTS, 1.0), 10, spread=1e-6, level=0.95)
    assert w.kept.value == 1.0
    assert len(w.firm(0.95)) == 10
