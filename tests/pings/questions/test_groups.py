"""Groups: bands, what is planted is found, what is not stays silent, small groups are not judged."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.pings.questions.groups import MAX_GROUPS, NONE, duration_band
from tests.report.anew import anew


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


def asked(report, frame):
    """The question asked of these pings."""
    question = anew(report, "groups").groups
    question.__dict__.pop("groupings", None)
    question.measures = type("Pings", (), {"totals": frame, "settings": report.measures.settings})()
    return question


def told(question, by):
    table = question.table_of(question.groupings[by])
    return table.loc[table["verdict"] == SUPPORTED, "group"].tolist()


def test_a_planted_category_is_found_and_the_others_shrink(golden_report):
    rng = np.random.default_rng(0)
    category = np.repeat([f"k{i}" for i in range(6)], 12)
    scores = rng.gamma(4, 2, 72) + np.where(category == "k3", 12.0, 0.0)
    q = asked(golden_report, pings(scores, category))
    table = q.table_of(q.groupings["category"])
    assert table["group"].iloc[0] == "k3"
    assert q.judged("groups_category").estimate.p_value < 0.001 * 10
    assert "k3" in told(q, "category")
    assert told(q, "main_hashtag") == []
    middle = scores.mean()
    assert (abs(table["shrunken"] - middle) <= abs(table["raw"] - middle) + 1e-9).all()
    assert "k3 leads" in q.said["groups_category"].heading


def test_nothing_planted_is_rarely_called(golden_report):
    called = 0
    for seed in range(3):
        rng = np.random.default_rng(seed)
        q = asked(golden_report, pings(rng.gamma(2, 3, 60), np.repeat(list("abcde"), 12)))
        called += sum(len(told(q, by)) for by in q.groupings)
    assert called <= 1


def test_groups_count_only_behind_a_grouping_that_tells_pings_apart(golden_report):
    """A group's p-value is never below its grouping's."""
    q = asked(golden_report, pings(np.random.default_rng(1).gamma(2, 3, 60), np.repeat(list("abcde"), 12)))
    for by in q.groupings:
        judged = q.judged(f"groups_{by}")
        ps = [b.estimate.p_value for b in judged.behind.values() if b.estimate.p_value is not None]
        assert all(p >= judged.estimate.p_value for p in ps)


def test_small_groups_and_missing_names_are_kept_apart(golden_report):
    category = ["big"] * 20 + ["small"] * 3 + [None] * 4
    q = asked(golden_report, pings(np.arange(27.0), category))
    table = q.table_of(q.groupings["category"])
    verdicts = table.set_index("group")["verdict"]
    assert verdicts["small"] == verdicts[NONE] == TOO_LITTLE
    assert table["pings"].sum() == 27


def test_groupings_of_many_groups_are_cut_to_the_largest(golden_report):
    creators = ["big"] * 10 + [f"c{i}" for i in range(100)]
    groups = asked(golden_report, pings(np.arange(110.0), "k", creators)).groupings["creator_id"]
    assert len(groups.samples) == MAX_GROUPS
    assert "big" in groups.samples


def test_equal_scores_have_nothing_to_shrink(golden_report):
    q = asked(golden_report, pings(np.ones(12), ["a"] * 6 + ["b"] * 6))
    assert q.groupings["category"].shrunken == {}
    assert told(q, "category") == []
    assert q.judged("groups_category").too_little


@pytest.mark.parametrize(
    ("p", "n", "verdict", "words"),
    [
        (0.001, 40, SUPPORTED, "Engagement differs by category"),
        (0.8, 40, CHANCE, "Categories do not differ by more than chance"),
        (0.8, 4, TOO_LITTLE, "too few to compare categories"),
    ],
)
def test_words_for_every_verdict(golden_report, p, n, verdict, words):
    found = golden_report.groups.groupings
    changed = {
        by: type(g)(**{**vars(g), "overall": Estimate(0.3, None, None, n, 0.95, p)})
        for by, g in found.items()
        if by == "category"
    }
    q = anew(golden_report, "groups", groupings=changed).groups
    finding = q.finding("groups_category")
    assert (finding.verdict, words in finding.text) == (verdict, True)
    assert q.finding("groups").verdict == verdict
