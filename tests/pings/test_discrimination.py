"""The clustered AUC against scikit-learn, DeLong's variance, and simulated data."""

import numpy as np
import pandas as pd
import pytest
from engagement_utils.pings.discrimination import clustered_auc, discrimination
from sklearn.metrics import roc_auc_score


def test_value_is_the_area_under_the_curve_with_ties():
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, 8, 300) / 8, rng.random(300) < 0.3
    e = clustered_auc(x, y, rng.integers(0, 40, 300))
    assert e.value == pytest.approx(roc_auc_score(y, x))


def test_units_of_their_own_give_delongs_variance():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=200), rng.random(200) < 0.4
    e = clustered_auc(x, y, np.arange(200))
    positive, negative = x[y], x[~y]
    wins = (positive[:, None] > negative[None, :]).astype(float)
    variance = wins.mean(1).var(ddof=1) / positive.size + wins.mean(0).var(ddof=1) / negative.size
    logit = np.log(e.value / (1 - e.value))
    half = (np.log(e.high / (1 - e.high)) - logit) / 1.99  # t of 79 degrees of freedom
    assert half * e.value * (1 - e.value) == pytest.approx(np.sqrt(variance), rel=0.02)


def test_repeating_each_users_data_does_not_narrow_the_interval():
    rng = np.random.default_rng(2)
    x, y, users = rng.random(80), rng.random(80) < 0.5, np.repeat(np.arange(40), 2)
    once = clustered_auc(x, y, users)
    thrice = clustered_auc(np.tile(x, 3), np.tile(y, 3), np.tile(users, 3))
    assert thrice.interval == pytest.approx(once.interval, abs=0.02)
    independent = clustered_auc(np.tile(x, 3), np.tile(y, 3), np.arange(240))
    assert independent.high - independent.low < 0.7 * (once.high - once.low)


def test_false_alarms_come_at_their_rate_under_clustering():
    rng = np.random.default_rng(5)
    alarms = 0
    for _ in range(300):
        users = np.repeat(np.arange(40), 6)
        level, tendency = rng.normal(size=40)[users], rng.normal(size=40)[users]
        x = level + rng.normal(size=240)
        y = tendency + rng.normal(size=240) > 0.8
        alarms += clustered_auc(x, y, users).p_value < 0.05
    assert alarms / 300 < 0.09


@pytest.mark.parametrize(("y", "n"), [([True] * 4, 0), ([False] * 4, 0), ([True, False, False, False], 1)])
def test_no_interval_without_both_kinds(y, n):
    e = clustered_auc([0.1, 0.4, 0.2, 0.9], y, ["a", "b", "c", "d"])
    assert (e.n, e.interval) == (n, None)


def test_bands_count_every_viewed_pair_once():
    pairs = pd.DataFrame(
        {
            "user_id": list("aabbc"),
            "view": [1, 1, 1, 1, 0],
            "view_ratio": [0.0, 0.25, 0.7499, 1.0, None],
            "reaction": [0, 1, 0, 1, 1],
            "follow": [0, 0, 1, 0, 0],
        }
    )
    d = discrimination(pairs)
    assert (d.viewed, d.acted) == (4, 3)
    assert d.bands["pairs"].tolist() == [1, 1, 1, 1]
    assert d.bands["acted"].tolist() == [0, 1, 1, 1]
