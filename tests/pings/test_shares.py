"""Clustered shares: they contain Wilson's interval, have a width at 0, and cover what they claim."""

import numpy as np
import pytest
from engagement_utils.pings.shares import share

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
