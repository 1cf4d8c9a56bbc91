"""Concentration: against equal attractiveness, with planted and without planted pull."""

import numpy as np
import pandas as pd
import pytest
from engagement_utils.pings.attention import attention

from engagement_utils.errors import TableError


def deal(chances, events, seed=0):
    rng = np.random.default_rng(seed)
    ping = rng.choice(len(chances), events, p=chances / chances.sum())
    pairs = pd.DataFrame({"ping_id": ping, "score": rng.choice([0.2, 1.0, 1.5], events)})
    sums = pairs.groupby("ping_id")["score"].sum().reindex(range(len(chances)), fill_value=0.0)
    return sums.rename("engagement_score").reset_index(), pairs


def test_few_events_on_many_pings_are_no_long_tail():
    a = attention(*deal(np.ones(60), 120), 10)
    assert a.gini.value > 0.3  # chance alone is uneven
    assert a.top_chance.p_value > 0.05
    assert a.top_chance.low <= a.top.value <= a.top_chance.high


def test_a_planted_long_tail_is_found():
    a = attention(*deal(1 / np.arange(1, 61), 2000), 10)
    assert a.top_chance.p_value < 0.01
    expected = (1 / np.arange(1, 11)).sum() / (1 / np.arange(1, 61)).sum()
    assert a.top.value == pytest.approx(expected, abs=0.05)
    assert a.half < 12
    assert (a.lorenz.share <= a.lorenz_chance + 1e-9).all()


def test_half_is_the_fewest_pings_that_hold_it():
    totals = pd.DataFrame({"engagement_score": [6.0, 5.0, 4.0, 3.0, 2.0]})
    assert attention(totals, pd.DataFrame({"score": [1.0] * 20}), 2).half == 2


@pytest.mark.parametrize(("scores", "pairs"), [([1.0], [1.0]), ([0.0, 0.0], [0.0]), ([0.0, 0.0], [])])
def test_nothing_to_concentrate_is_a_clear_error(scores, pairs):
    with pytest.raises(TableError, match="two pings"):
        attention(pd.DataFrame({"engagement_score": scores}), pd.DataFrame({"score": pairs}), 10)
