"""Watching and acting: every viewed pair counts once, and the words follow the verdict."""

import pandas as pd
import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from tests.report.anew import anew


def estimate(value, low, high, n=50, p=None):
    return Estimate(value, low, high, n, 0.95, p)


def test_bands_count_every_viewed_pair_once(golden_report):
    acting = anew(golden_report, "acting").acting
    viewed = pd.DataFrame(
        {"user_id": list("aabb"), "view_ratio": [0.0, 0.25, 0.7499, 1.0], "acted": [False, True, True, True]}
    )
    acting.__dict__.pop("bands", None)
    acting.viewed = viewed
    assert acting.bands["pairs"].tolist() == [1, 1, 1, 1]
    assert acting.bands["acted"].tolist() == [0, 1, 1, 1]


def test_golden_pairs(golden_report):
    viewed = golden_report.acting.viewed
    assert len(viewed) == 102
    assert set(viewed["acted"]) == {True, False}


@pytest.mark.parametrize(
    ("e", "verdict", "words"),
    [
        (estimate(0.7, 0.6, 0.8, p=0.001), SUPPORTED, "Watching goes with acting"),
        (estimate(0.3, 0.2, 0.4, p=0.001), SUPPORTED, "Acting goes with shorter watching"),
        (estimate(0.5, 0.4, 0.6, p=0.9), CHANCE, "does not reliably predict"),
        (estimate(0.7, 0.6, 0.8, n=3, p=0.001), TOO_LITTLE, "too little to say"),
    ],
)
def test_words_for_every_verdict(golden_report, e, verdict, words):
    finding = anew(golden_report, "acting", auc=e).acting.finding()
    assert (finding.verdict, words in finding.text) == (verdict, True)


def test_watching_that_goes_with_less_acting_asks_for_nothing(golden_report):
    assert anew(golden_report, "acting", auc=estimate(0.3, 0.2, 0.4, p=0.001)).acting.action() is None
