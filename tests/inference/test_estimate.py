"""A number with its uncertainty."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engagement_utils.inference import (
    bootstrap,
    concentration,
    means,
    permutation,
    pooling,
    proportions,
    ranks,
    shape,
)
from engagement_utils.inference.estimate import Estimate

X = np.random.default_rng(0).gamma(2.0, size=30)
Y = X + np.random.default_rng(1).normal(size=30)
FEW: dict[str, Any] = {"resamples": 99}
# every function that takes a level, once with an interval and once where there is none
LEVELLED: dict[str, Callable[[float], Any]] = {
    "bootstrap": lambda v: bootstrap.bootstrap(np.mean, X, level=v, **FEW),
    "bootstrap of one": lambda v: bootstrap.bootstrap(np.mean, [1.0], level=v),
    "bootstrap without spread": lambda v: bootstrap.bootstrap(np.mean, [1.0, 1.0], level=v),
    "cluster bootstrap": lambda v: bootstrap.cluster_bootstrap(lambda a: a, X, level=v, **FEW),
    "gini": lambda v: concentration.gini(X, level=v, **FEW),
    "gini of nothing": lambda v: concentration.gini([], level=v),
    "top share": lambda v: concentration.top_share(X, 3, level=v, **FEW),
    "top share of few": lambda v: concentration.top_share(X[:2], 3, level=v),
    "against chance": lambda v: concentration.against_chance(X, X, level=v, **FEW),
    "against chance, estimate": lambda v: concentration.against_chance(X, X, level=v, **FEW).estimate,
    "mean": lambda v: means.mean(X, level=v),
    "mean of one": lambda v: means.mean([1.0], level=v),
    "mean difference": lambda v: means.mean_difference(X, Y, level=v),
    "mean difference of one": lambda v: means.mean_difference([1.0], Y, level=v),
    "ratio": lambda v: means.ratio_of_sums(X, Y, level=v, **FEW),
    "ratio, delta": lambda v: means.ratio_of_sums(X, Y, method="delta", level=v),
    "ratio of one, delta": lambda v: means.ratio_of_sums([1.0], [2.0], method="delta", level=v),
    "ratio of nothing": lambda v: means.ratio_of_sums([], [], level=v),
    "quantile": lambda v: means.quantile(X, 0.5, level=v),
    "quantile of nothing": lambda v: means.quantile([], 0.5, level=v),
    "two groups": lambda v: permutation.two_groups(X, Y, level=v, **FEW),
    "two groups by rank": lambda v: permutation.two_groups(X, Y, by="rank", level=v, **FEW),
    "two equal groups": lambda v: permutation.two_groups([1.0], [1.0], level=v),
    "several groups": lambda v: permutation.several_groups([X, Y], level=v, **FEW),
    "several groups of one": lambda v: permutation.several_groups([[1.0], X], level=v, **FEW),
    "several equal groups": lambda v: permutation.several_groups([[1.0], [1.0]], level=v),
    "many in several groups": lambda v: permutation.several_groups(
        [np.arange(permutation.LARGE), [1.0]], level=v
    ),
    "correlation": lambda v: permutation.correlation(X, Y, level=v, **FEW),
    "correlation of one": lambda v: permutation.correlation([1.0], [1.0], level=v),
    "shrink": lambda v: pooling.shrink(X, X, np.ones(30), level=v)[0],
    "shrink, estimate": lambda v: pooling.shrink(X, X, np.ones(30), level=v)[0].estimate,
    "shrink means": lambda v: pooling.shrink_means([X, Y], level=v)[0],
    "proportion": lambda v: proportions.proportion(3, 10, level=v),
    "proportion of nothing": lambda v: proportions.proportion(0, 0, level=v),
    "difference": lambda v: proportions.proportion_difference(3, 10, 30, 50, level=v),
    "difference of nothing": lambda v: proportions.proportion_difference(0, 0, 30, 50, level=v),
    "rate": lambda v: proportions.rate(3, 2.0, level=v),
    "stability": lambda v: ranks.stability(X, np.stack([X, Y]), 3, level=v),
    "skewness": lambda v: shape.skewness(X, level=v, **FEW),
    "skewness of two": lambda v: shape.skewness([1.0, 2.0], level=v),
}


@pytest.mark.parametrize("name", LEVELLED)
def test_the_level_that_is_asked_for_is_the_one_that_is_stated(name: str) -> None:
    assert LEVELLED[name](0.8).level == 0.8


@pytest.mark.parametrize("name", [n for n in LEVELLED if getattr(LEVELLED[n](0.8), "low", None) is not None])
def test_a_lower_level_gives_a_narrower_interval(name: str) -> None:
    narrow, wide = LEVELLED[name](0.5), LEVELLED[name](0.95)
    assert narrow.high - narrow.low < wide.high - wide.low


def test_no_function_that_takes_a_level_is_left_out() -> None:
    modules = [bootstrap, concentration, means, permutation, pooling, proportions, ranks, shape]
    taking = {
        name
        for module in modules
        for name, f in inspect.getmembers(module, inspect.isfunction)
        if f.__module__ == module.__name__ and "level" in inspect.signature(f).parameters
    }
    code = {n: inspect.getsource(f) for n, f in LEVELLED.items()}
    assert {name for name in taking if not any(f".{name}(" in text for text in code.values())} == {"lorenz"}


def test_an_interval_needs_both_bounds() -> None:
    assert Estimate(1.0, 0.5, 2.0, 10).interval == (0.5, 2.0)
    assert Estimate(1.0, None, 2.0, 10).interval is None
    assert Estimate(1.0, 0.5, None, 10).interval is None


def test_another_p_value_changes_nothing_else() -> None:
    e = Estimate(1.0, 0.5, 2.0, 10, 0.9, 0.03, "t")
    assert e.with_p_value(0.06) == Estimate(1.0, 0.5, 2.0, 10, 0.9, 0.06, "t")
    assert e.with_p_value(None).p_value is None


def test_a_difference_turned_round() -> None:
    e = Estimate(2.0, -1.0, 5.0, 20, 0.9, 0.04, "t")
    assert e.turned() == Estimate(-2.0, -5.0, 1.0, 20, 0.9, 0.04, "t")
    assert e.turned().turned() == e
    assert Estimate(2.0, None, None, 1).turned() == Estimate(-2.0, None, None, 1)


def test_nothing_known_has_its_units_and_level() -> None:
    e = Estimate.unknown(3, 0.8, "t")
    assert np.isnan(e.value)
    assert (e.interval, e.n, e.level, e.p_value, e.method) == (None, 3, 0.8, None, "t")
