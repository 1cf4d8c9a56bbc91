"""Clustered shares and the clustered AUC: against Wilson, scikit-learn, DeLong, and simulated data."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from engagement_utils.inference.clustered import clustered_auc, share
from engagement_utils.inference.proportions import proportion


def test_many_users_with_one_trial_each_give_wilsons_interval():
    x = np.repeat([1.0, 0.0], [600, 1400])
    clustered, plain = share(x, np.ones(2000)), proportion(600, 2000)
    assert clustered.value == plain.value
    assert clustered.interval == pytest.approx(plain.interval, abs=2e-4)


def test_users_of_one_mind_widen_the_interval():
    alike = share([10, 10, 0, 0, 0, 10, 0, 0], [10] * 8)
    mixed = share([4, 3, 4, 4, 3, 4, 4, 4], [10] * 8)
    assert alike.value == mixed.value
    assert alike.high - alike.low > 1.5 * (mixed.high - mixed.low)


def test_nothing_and_everything_have_a_width():
    none, everything = share([0, 0, 0], [5, 5, 5]), share([5, 5, 5], [5, 5, 5])
    assert (none.low, everything.high) == (0.0, 1.0)
    assert none.high > 0.2
    assert everything.low < 0.8


def test_one_user_and_no_user_have_no_interval():
    assert share([1], [4]).interval is None
    assert (share([1], [4]).value, share([1], [4]).n) == (0.25, 1)
    assert share([], []).n == 0
    assert share([0, 1], [0, 2]).n == 1  # a user without a trial is none


def test_coverage_under_clustering():
    """Users have chances of their own: 95 % intervals hold the truth in 93 to 99 % of samples."""
    rng = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        m = rng.integers(1, 12, 40)
        x = rng.binomial(m, rng.beta(1.2, 4.8, 40))
        e = share(x, m)
        covered += e.low <= 0.2 <= e.high
    assert 0.93 <= covered / 400 <= 0.99


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


def test_the_variance_has_the_covariance_within_clusters():
    """Obuchowski's 2 S11 / (m n): where both kinds of a user rise together, it lowers the error."""
    rng = np.random.default_rng(7)
    users = np.repeat(np.arange(60), 4)
    x = rng.normal(size=60)[users] + 0.3 * rng.normal(size=240)
    y = np.tile([True, False], 120)
    within = clustered_auc(x, y, users)
    apart = clustered_auc(x, y, np.where(y, users, users + 60))  # the same sums, nothing shared
    assert within.value == apart.value
    assert within.high - within.low < 0.6 * (apart.high - apart.low)
