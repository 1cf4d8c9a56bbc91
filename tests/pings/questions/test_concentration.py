"""Concentration: against equal attractiveness, with planted and without planted pull."""

import numpy as np
import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from tests.report.anew import anew

OWN = ("gini", "gini_chance", "top", "top_chance", "curve", "chance_curve", "scores", "_dealt")


def deal(report, chances, events, seed=0):
    """The question asked of `events` pairs dealt to pings with these chances."""
    rng = np.random.default_rng(seed)
    ping = rng.choice(len(chances), events, p=chances / chances.sum())
    dealt = rng.choice([0.2, 1.0, 1.5], events)
    question = anew(report, "concentration").concentration
    for name in OWN:
        question.__dict__.pop(name, None)
    question.scores = np.bincount(ping, weights=dealt, minlength=len(chances))
    question._dealt = dealt
    return question


def test_few_events_on_many_pings_are_no_long_tail(golden_report):
    q = deal(golden_report, np.ones(60), 120)
    assert q.gini.value > 0.3  # chance alone is uneven
    assert q.top_chance.p_value > 0.05
    assert q.top_chance.low <= q.top.value <= q.top_chance.high


def test_a_planted_long_tail_is_found(golden_report):
    q = deal(golden_report, 1 / np.arange(1, 61), 2000)
    assert q.top_chance.p_value < 0.01
    expected = (1 / np.arange(1, 11)).sum() / (1 / np.arange(1, 61)).sum()
    assert q.top.value == pytest.approx(expected, abs=0.05)


def test_half_of_the_engagement(golden_report):
    q = anew(golden_report, "concentration", scores=np.array([6.0, 2.0, 1.0, 1.0])).concentration
    assert q.half == 1


def estimate(value, low, high, n=50, p=None):
    return Estimate(value, low, high, n, 0.95, p)


@pytest.mark.parametrize(
    ("n", "p", "verdict", "words"),
    [
        (50, 0.001, SUPPORTED, "Engagement is concentrated beyond chance"),
        (50, 0.9, CHANCE, "no long tail beyond chance"),
        (4, 0.9, TOO_LITTLE, "too few pings"),
    ],
)
def test_words_for_every_verdict(golden_report, n, p, verdict, words):
    chance = golden_report.concentration.top_chance
    changed = type(chance)(**{**vars(chance), "p_value": p})
    top = estimate(0.5, 0.4, 0.6, n)
    finding = anew(golden_report, "concentration", top=top, top_chance=changed).concentration.finding()
    assert (finding.verdict, words in finding.text) == (verdict, True)
