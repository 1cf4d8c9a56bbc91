"""Groups: bands, what is planted is found, what is not stays silent, small groups are not judged."""

import numpy as np
import pandas as pd
import pytest
from engagement_utils.pings.groups import MAX_GROUPS, NONE, duration_band, groupings


@pytest.mark.parametrize(
    ("edges", "seconds", "bands"),
    [
        (
            [30, 15, 45],
            [0, 14.9, 15, 29.5, 30, 45, None],
            ["under 15 s"] * 2 + ["15 to 29 s"] * 2 + ["30 to 44 s", "45 s and over", NONE],
        ),
        ([5, 6], [4, 5, 6], ["under 5 s", "5 s", "6 s and over"]),
        ([], [4, None], ["any duration", NONE]),
    ],
)
def test_bands_hold_their_lower_bound(edges, seconds, bands):
    assert duration_band(pd.Series(seconds, dtype="float64"), edges).tolist() == bands


def pings(scores, category, creator="c"):
    n = len(scores)
    return pd.DataFrame(
        {
            "ping_id": [f"p{i}" for i in range(n)],
            "engagement_score": scores,
            "category": category,
            "main_hashtag": [f"t{i % 6}" for i in range(n)],
            "creator_id": creator,
            "duration_sec": [10.0 + i % 40 for i in range(n)],
        }
    )


def test_a_planted_category_is_found_and_the_others_shrink():
    rng = np.random.default_rng(0)
    category = np.repeat([f"k{i}" for i in range(6)], 12)
    scores = rng.gamma(4, 2, 72) + np.where(category == "k3", 12.0, 0.0)
    found = groupings(pings(scores, category), [15, 30])
    by = found["category"]
    assert by.table["group"].iloc[0] == "k3"
    assert by.overall.p_value < 0.001
    assert "k3" in by.supported["group"].tolist()
    assert found["main_hashtag"].supported.empty
    middle = scores.mean()
    assert (abs(by.table["shrunken"] - middle) <= abs(by.table["raw"] - middle) + 1e-9).all()


def test_nothing_planted_is_rarely_called():
    called = 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        found = groupings(pings(rng.gamma(2, 3, 60), np.repeat(list("abcde"), 12)), [15, 30], seed=seed)
        called += sum(len(g.supported) for g in found.values())
    assert called <= 1


def test_small_groups_and_missing_names_are_kept_apart():
    category = ["big"] * 20 + ["small"] * 3 + [None] * 4
    by = groupings(pings(np.arange(27.0), category), [15])["category"]
    verdicts = by.table.set_index("group")["verdict"]
    assert verdicts["small"] == verdicts[NONE] == "too little data"
    assert by.table["pings"].sum() == 27


def test_groupings_of_many_groups_are_cut_to_the_largest():
    creators = ["big"] * 10 + [f"c{i}" for i in range(100)]
    by = groupings(pings(np.arange(110.0), "k", creators), [15])["creator_id"]
    assert len(by.table) == MAX_GROUPS
    assert "big" in by.table["group"].tolist()


def test_equal_scores_have_nothing_to_shrink():
    by = groupings(pings(np.ones(12), ["a"] * 6 + ["b"] * 6), [15])["category"]
    assert by.shrunken == ()
    assert by.supported.empty
