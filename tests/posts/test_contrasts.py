"""Differences between groups: against statsmodels, and with known answers."""

from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from engagement_utils.posts.contrasts import by_groups, leaders, pairs, splits
from engagement_utils.posts.factors import Design

Designs = Callable[..., Design]


def test_fit_is_statsmodels_with_hc3(design: Designs) -> None:
    d = design(posts=300)
    f = d.factors["format"]
    fit = by_groups(d, f.codes, f.levels, ("domain", "post_length"))
    expected = sm.OLS(d.score, fit.model).fit(cov_type="HC3", use_t=True)
    np.testing.assert_allclose(fit.coefficients, expected.params)
    np.testing.assert_allclose(fit.covariance, expected.cov_params(), rtol=1e-6)
    weights = fit.sets([0], [1, 2])
    e = fit.value(weights, 10)
    full = np.zeros(fit.model.shape[1])
    full[: weights.size] = weights
    low, high = expected.t_test(full).conf_int()[0]
    assert (e.low, e.high) == pytest.approx((low, high))


def test_a_post_alone_in_its_group_has_the_spread_of_all(design: Designs) -> None:
    d = design(posts=200)
    codes = np.r_[2, np.arange(199) % 2]
    fit = by_groups(d, codes, range(3), ())
    alone = fit.value(np.array([0.0, 0.0, 1.0]), 1)
    assert alone.high is not None
    assert alone.high - alone.value == pytest.approx(stats.t.ppf(0.975, 197) * fit.residual_sd)
    assert all(np.isfinite(s.estimate.value) and s.estimate.interval for s in splits(fit))


def test_simultaneous_value_lies_between_students_and_scheffes(design: Designs) -> None:
    d = design(posts=400)
    f = d.factors["domain"]
    fit = by_groups(d, f.codes, f.levels, ())
    one = fit.sets([0], [1])[None, :]
    assert fit.simultaneous(one) == pytest.approx(stats.t.ppf(0.975, fit.freedom), abs=0.05)
    everything = splits(fit)
    assert len(everything) == 15
    e = everything[0].estimate
    assert e.high is not None
    half = (e.high - e.value) / (fit.value(one[0], 1).value or 1)
    assert half != 0
    scheffe = np.sqrt(4 * stats.f.ppf(0.95, 4, fit.freedom))
    weights = np.array([fit.sets([0], [1, 2, 3, 4]), fit.sets([0, 1], [2, 3, 4])])
    assert 1.97 < fit.simultaneous(weights) < scheffe


def test_many_groups_are_split_in_order(design: Designs) -> None:
    d = design(posts=600)
    codes = np.arange(600) % 14
    fit = by_groups(d, codes, range(14), ())
    assert len(splits(fit)) == 13


def test_leaders_are_the_planted_groups(design: Designs) -> None:
    d = design(posts=2000, sd=5.0)
    f = d.factors["format"]
    found = leaders(by_groups(d, f.codes, f.levels, d.adjusters(("format",))))
    assert set(found.first) == {"Dashboard", "Walkthrough"}
    assert found.estimate.low is not None
    assert found.estimate.high is not None
    assert found.estimate.low < 10 < found.estimate.high


def test_pairs_name_the_higher_group_first_and_share_their_permutations(design: Designs) -> None:
    d = design(posts=600, sd=5.0)
    f = d.factors["format"]
    fit = by_groups(d, f.codes, f.levels, ())
    found = pairs(fit)
    assert len(found) == 10
    assert all(x.estimate.value >= 0 for x in found)
    one = next(x for x in found if {*x.first, *x.second} == {"Dashboard", "Recap"})
    i, j = f.levels.index(*one.first), f.levels.index(*one.second)
    assert one.estimate == fit.compare([i], [j])
    assert fit.compare([i], []) is None
