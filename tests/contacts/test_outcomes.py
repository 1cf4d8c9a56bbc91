"""Closing, likelihood, rules and comparisons against answers known from elsewhere."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from engagement_utils.contacts.closing import curve, difference_at, log_rank, with_closing
from engagement_utils.contacts.comparing import compare
from engagement_utils.contacts.features import COUNTED
from engagement_utils.contacts.likelihood import calibration
from engagement_utils.contacts.privacy import SMALLER
from engagement_utils.contacts.rules import WORDS, rules
from engagement_utils.contacts.touch import journeys, with_offline

# Freireich et al. 1963, Blood 21:699-716: weeks of remission under 6-MP (censored ones apart) and placebo
ENDED = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def remission():
    weeks = pd.Series([*ENDED, *CENSORED, *PLACEBO], dtype="float64")
    ended = pd.Series([True] * len(ENDED) + [False] * len(CENSORED) + [True] * len(PLACEBO))
    group = pd.Series(["6-MP"] * 21 + ["placebo"] * 21)
    return weeks, ended, group


def test_curves_and_log_rank_of_a_published_trial():
    weeks, ended, group = remission()
    treated = curve("6-MP", weeks[group == "6-MP"], ended[group == "6-MP"])
    # Kaplan-Meier and Greenwood's errors as textbooks print them for these data
    for week, share, error in ((6, 0.8571, 0.0764), (10, 0.7529, 0.0963), (23, 0.4482, 0.1346)):
        closed, se = treated.at(week)
        assert 1 - closed == pytest.approx(share, abs=1e-4)
        assert se == pytest.approx(error, abs=1e-4)
    assert (treated.n, treated.until) == (21, 35)
    p = log_rank(weeks, ended, group)
    assert p == pytest.approx(4.17e-5, rel=0.01)  # chi-squared 16.79 on one degree
    other = curve("placebo", weeks[group == "placebo"], ended[group == "placebo"])
    e = difference_at(treated, other, 10, p)
    assert e.value == pytest.approx(0.2471 - 13 / 21, abs=1e-4)
    assert (e.high - e.low) / 2 == pytest.approx(1.96 * np.hypot(0.0963, 0.1060), abs=1e-3)
    assert e.n == 21


def test_censoring_is_not_taken_for_staying_open():
    rng = np.random.default_rng(3)
    n = 4000
    days, followed = rng.exponential(60, n), rng.uniform(0, 120, n)
    closed = pd.Series(days <= followed)
    c = curve("x", pd.Series(np.minimum(days, followed)), closed)
    share, error = c.at(90)
    truth = 1 - np.exp(-90 / 60)
    assert abs(share - truth) < 3 * error
    assert closed.mean() < truth - 0.2  # what dropping the censoring would say


def test_buckets_and_classes_at_their_limits():
    days = [0, 29, 30, 90, 91, 180, 181]
    start = pd.Timestamp("2024-01-01")
    frame = pd.DataFrame(
        {"create_date": start, "close_date": start + pd.to_timedelta(days, unit="D"), "stage": "lead"}
    )
    found = with_closing(frame, pd.Timestamp("2025-01-01"))
    assert found["days_to_close"].tolist() == days
    assert found["speed"].tolist() == ["fast", "fast", "medium", "medium", "slow", "slow", "slow"]
    assert found["bucket"].tolist() == [
        *["under 30 days"] * 2,
        *["30 to 90 days"] * 2,
        *["91 to 180 days"] * 2,
        "above 180 days",
    ]


def test_calibration_by_other_means():
    rng = np.random.default_rng(1)
    p = rng.uniform(0, 1, 3000)
    y = rng.random(3000) < 0.6 * p  # promises too much
    c = calibration(pd.Series(p), pd.Series(y), 10)
    assert c.auc == pytest.approx(roc_auc_score(y, p), abs=1e-12)
    assert c.brier == pytest.approx(brier_score_loss(y, p), abs=1e-12)
    assert c.excess.low < 0.2 < c.excess.high
    assert c.excess.low > 0
    band = np.minimum((p * 10).astype(int), 9)
    assert c.table["contacts"].tolist() == np.bincount(band).tolist()
    assert c.table["predicted"].to_numpy() == pytest.approx([p[band == i].mean() for i in range(10)])
    assert c.table["share"].to_numpy() == pytest.approx([y[band == i].mean() for i in range(10)])


def test_small_bands_of_likelihood_are_joined():
    p = pd.Series([0.05] * 12 + [0.15] * 4 + [0.25] * 8 + [0.95] * 3)
    c = calibration(p, pd.Series([False] * 26 + [True]), 10)
    assert c.table["band"].tolist() == ["0% to 10%", "10% to 100%"]
    assert c.table["contacts"].tolist() == [12, 15]
    assert np.isnan(calibration(p, pd.Series([False] * 27), 10).auc)
    assert calibration(p.head(9), pd.Series([False] * 9), 10) is None


@pytest.fixture(scope="module")
def ruled():
    """2,000 contacts whose segment is a rule: at least 6 sessions, and among the others at least 3 forms."""
    rng = np.random.default_rng(4)
    counts = {n: rng.integers(0, 12, 2000) for n in COUNTED}
    social = pd.DataFrame(counts)
    first = (social["num_sessions"] >= 6) | (social["forms_submitted"] >= 3)
    return social, np.where(first, 0, 1)


def holds(rule, social):
    """Which contacts a rule in words means."""
    names = {words: name for name, words in WORDS.items()}
    inside = pd.Series(True, index=social.index)
    for part in rule.split(" and "):
        word, low, high = re.fullmatch(r"(\D+) (?:at least (\d+)|(?:at most |\d+ to )(\d+))", part).groups()
        both = re.search(r"(\d+) to (\d+)", part)
        low = both[1] if both else low
        column = social[names[word]]
        inside &= (column >= int(low or 0)) & (column <= int(high or 10**9))
    return inside


def test_rules_rebuild_a_segment_that_is_a_rule(ruled):
    social, labels = ruled
    found = rules(social, labels, ["1A", "1B"], 10)
    assert found.fidelity.value == 1
    assert found.fidelity.n == 1000  # on the half that did not make the tree
    assert (found.table["right"] == 1).all()
    assert "sessions at most 5 and forms submitted at most 2" in set(found.table["rule"])


def test_the_words_of_rules_are_what_the_tree_does(ruled):
    social, labels = ruled
    rng = np.random.default_rng(5)
    noisy = np.where(rng.random(labels.size) < 0.2, 1 - labels, labels)
    found = rules(social, noisy, ["1A", "1B"], 10)
    low, high = found.fidelity.interval
    assert low < 0.8 < high
    masks = [holds(rule, social) for rule in found.table["rule"]]
    assert (sum(m.astype(int) for m in masks) == 1).all()  # every contact has one rule
    for mask, row in zip(masks, found.table.itertuples(), strict=True):
        assert mask.sum() == row.contacts >= 10
        assert row.right == pytest.approx((noisy[mask] == ["1A", "1B"].index(row.segment)).mean())


def test_a_comparison_merges_small_groups_and_leaves_out_what_stays_small():
    labels = pd.Series(["a"] * 40 + ["b"] * 30 + ["c"] * 6 + ["d"] * 5)
    y = np.arange(81) % 3 == 0
    found = compare("tag", "close", labels, y, 10)
    assert set(found.shares) == {"a", "b", SMALLER}
    assert found.shares[SMALLER].n == 11
    assert found.shares["a"].value == pytest.approx(y[:40].mean())
    e = found.differences["a"]
    assert e.value == pytest.approx(y[:40].mean() - y[40:].mean())


def test_offline_touches_and_journeys():
    frame = pd.DataFrame({"offline_original": [0, 1, 0, 2, 3], "offline_latest": [0, 0, 2, 3, 3]})
    found = with_offline(frame)
    assert found["offline_when"].tolist() == [
        "never",
        "original only",
        "latest only",
        "throughout",
        "throughout",
    ]
    assert found["offline_count"].tolist() == ["0", "1-2", "1-2", "3-5", "6+"]
    way = pd.DataFrame(
        {
            "original": ["direct"] * 12 + ["email"] * 3,
            "latest": "offline",
            "converted": [True] * 3 + [False] * 12,
        }
    )
    assert journeys(way, 10).to_numpy().tolist() == [["direct", "offline", 12, 0.25]]
