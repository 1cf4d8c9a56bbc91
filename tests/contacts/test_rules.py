"""Rules that rebuild segments, where the segment is a rule."""

import re

import numpy as np
import pandas as pd
import pytest

from engagement_utils.contacts.features import COUNTED
from engagement_utils.contacts.rules import WORDS, rules


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
    found = rules(social, labels, ["1A", "1B"], 10, level=0.95)
    assert found.fidelity.value == 1
    assert found.fidelity.n == 1000  # on the half that did not make the tree
    assert (found.table["right"] == 1).all()
    assert "sessions at most 5 and forms submitted at most 2" in set(found.table["rule"])


def test_the_words_of_rules_are_what_the_tree_does(ruled):
    social, labels = ruled
    rng = np.random.default_rng(5)
    noisy = np.where(rng.random(labels.size) < 0.2, 1 - labels, labels)
    found = rules(social, noisy, ["1A", "1B"], 10, level=0.95)
    low, high = found.fidelity.interval
    assert low < 0.8 < high
    masks = [holds(rule, social) for rule in found.table["rule"]]
    assert (sum(m.astype(int) for m in masks) == 1).all()  # every contact has one rule
    for mask, row in zip(masks, found.table.itertuples(), strict=True):
        assert mask.sum() == row.contacts >= 10
        assert row.right == pytest.approx((noisy[mask] == ["1A", "1B"].index(row.segment)).mean())
