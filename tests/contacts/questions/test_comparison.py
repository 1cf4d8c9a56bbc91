"""Comparisons of groups: small ones are merged or left out, and each stands against all others."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.contacts.measures import with_offline
from engagement_utils.contacts.privacy import SMALLER
from engagement_utils.contacts.questions.comparison import compare


def test_a_comparison_merges_small_groups_and_leaves_out_what_stays_small():
    labels = pd.Series(["a"] * 40 + ["b"] * 30 + ["c"] * 6 + ["d"] * 5)
    y = np.arange(81) % 3 == 0
    found = compare(labels, y, 10, level=0.95)
    assert set(found.shares) == {"a", "b", SMALLER}
    assert found.shares[SMALLER].n == 11
    assert found.shares["a"].value == pytest.approx(y[:40].mean())
    e = found.differences["a"]
    assert e.value == pytest.approx(y[:40].mean() - y[40:].mean())


def test_offline_touches():
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


def test_ways_are_counted_from_original_to_latest(report):
    ways = report.offline.ways
    contacts = report.measures.contacts
    way = ways.iloc[0]
    inside = (contacts["original"] == way["original"]) & (contacts["latest"] == way["latest"])
    assert way["contacts"] == inside.sum() >= 10
    assert way["share"] == pytest.approx(contacts.loc[inside, "converted"].mean())


def test_what_stands_out_is_a_group_that_chance_does_not_explain(report):
    for question in (report.platform, report.geography, report.entry, report.period):
        told = question.told
        assert (
            question.finding().verdict == "supported" if told else question.finding().verdict != "supported"
        )
        assert len(question.data) == len(question.groups.shares)
