import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import bootstrap as module
from engagement_utils.inference.bootstrap import (
    MAX_BCA,
    MAX_CLUSTERS,
    bootstrap,
    cluster_bootstrap,
    cluster_totals,
)
from tests.inference.signatures import defaults


def test_bca_is_scipys() -> None:
    x = np.random.default_rng(1).lognormal(size=40)
    e = bootstrap(np.mean, x, resamples=500, seed=3)
    ref = stats.bootstrap((x,), np.mean, n_resamples=500, rng=np.random.default_rng(3), axis=-1)
    assert (e.value, e.n) == (x.mean(), 40)
    assert e.interval == pytest.approx(tuple(ref.confidence_interval), rel=1e-12)


def test_seeds_repeat_and_differ() -> None:
    x = np.random.default_rng(1).normal(size=30)
    assert bootstrap(np.mean, x, seed=1) == bootstrap(np.mean, x, seed=1)
    assert bootstrap(np.mean, x, seed=1) != bootstrap(np.mean, x, seed=2)


def test_paired_samples_keep_their_pairs() -> None:
    x = np.random.default_rng(1).normal(size=50)

    def difference(a: np.ndarray, b: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.mean(a - b, axis=axis)

    paired = bootstrap(difference, x, x + np.linspace(0, 0.01, 50), paired=True)
    assert paired.interval is not None
    assert paired.interval[1] - paired.interval[0] < 0.01


@pytest.mark.parametrize("x", [[], [3.0], [2.0, 2.0, 2.0]])
def test_no_spread_no_interval(x: list[float]) -> None:
    e = bootstrap(np.mean, x)
    assert e.interval is None
    assert e.n == len(x)


def test_statistic_without_axis() -> None:
    x = np.arange(20.0)
    e = bootstrap(lambda v: float(np.median(v)), x, resamples=200)
    assert e.low < 9.5 < e.high  # type: ignore[operator]


def test_median_with_ties_falls_back_to_percentiles() -> None:
    x = np.array([1.0, 1, 1, 2, 2, 2, 2, 3, 3, 9])
    e = bootstrap(np.median, x)
    assert e.interval is not None
    assert "bootstrap" in e.method


def test_many_values_take_the_percentile_interval_quickly() -> None:
    e = bootstrap(np.mean, np.random.default_rng(0).normal(size=6000), resamples=100)
    assert e.method.startswith("percentile")
    assert e.interval is not None


def test_a_ratio_that_is_often_undefined_has_no_interval() -> None:
    e = cluster_bootstrap(lambda a, b: a / b, [1.0, 0, 0, 0], [1.0, 0, 0, 0])
    assert e.value == 1
    assert e.interval is None


def test_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="sample 1: 2 of 3 values are not finite"):
        bootstrap(np.mean, [1.0, np.nan, np.inf])


def test_cluster_totals_are_sums_by_sorted_cluster() -> None:
    watched, offered = cluster_totals(["b", "a", "b"], [1, 2, 3], [10, 20, 30])
    assert watched.tolist() == [2, 4]
    assert offered.tolist() == [20, 40]


def test_clusters_may_be_numbers_with_gaps_or_far_apart() -> None:
    for ids in ([7, 2, 7, 0], [-1, -9, -1, -30], [10**12, 5, 10**12, 1]):
        (sums,) = cluster_totals(ids, [1.0, 2.0, 3.0, 8.0])
        assert sums.tolist() == [8.0, 2.0, 4.0]


def test_clusters_of_alike_events_widen_the_interval() -> None:
    rng = np.random.default_rng(5)
    users = np.repeat(np.arange(30), 20)
    y = rng.normal(size=30)[users] + 0.1 * rng.normal(size=600)
    naive = cluster_bootstrap(lambda a, b: a / b, y, np.ones(600))
    honest = cluster_bootstrap(lambda a, b: a / b, *cluster_totals(users, y, np.ones(600)))
    assert honest.n == 30
    assert honest.high - honest.low > 3 * (naive.high - naive.low)  # type: ignore[operator]


def test_random_groups_leave_the_width_as_it_is() -> None:
    rng = np.random.default_rng(2)
    n = 4 * MAX_CLUSTERS
    x = rng.integers(1, 9, n).astype(float)
    y = x * 0.4 + rng.normal(size=n)
    e = cluster_bootstrap(lambda a, b: a / b, y, x, resamples=1000)
    se = np.sqrt(np.sum((y - e.value * x) ** 2)) / x.sum()
    assert e.n == n
    assert e.value == pytest.approx(y.sum() / x.sum(), rel=1e-9)
    assert (e.high - e.low) / (2 * 1.96 * se) == pytest.approx(1, abs=0.1)  # type: ignore[operator]


def test_totals_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="same number"):
        cluster_bootstrap(lambda a, b: a / b, [1.0, 2], [1.0])


def test_what_is_taken_where_nothing_is_said() -> None:
    found = defaults(module)
    assert found == {"level": {0.95}, "resamples": {2000}, "seed": {0}, "method": {"BCa"}, "paired": {False}}


def test_the_fallback_is_the_percentile_interval_at_the_level() -> None:
    x = np.array([1.0, 1, 1, 2, 2, 2, 2, 3, 3, 9])
    e = bootstrap(np.median, x, level=0.8, resamples=500, seed=3)
    draws = stats.bootstrap(
        (x,), np.median, n_resamples=500, rng=np.random.default_rng(3), axis=-1, method="percentile"
    ).bootstrap_distribution
    assert e.method == "percentile bootstrap, 500 resamples"
    assert e.interval == pytest.approx(tuple(np.quantile(draws, [0.1, 0.9])))


@pytest.mark.parametrize(("share", "known"), [(0.04, True), (0.06, False)])
def test_a_few_resamples_may_be_undefined(share: float, known: bool) -> None:
    def sometimes(x: np.ndarray, axis: int = -1) -> np.ndarray:
        value = x.mean(axis=axis)
        return np.where(np.arange(value.size).reshape(value.shape) < share * value.size, np.nan, value)

    e = bootstrap(sometimes, np.arange(20.0), resamples=1000, method="percentile")
    assert (e.interval is not None) is known


@pytest.mark.parametrize(("n", "method"), [(MAX_BCA, "BCa"), (MAX_BCA + 1, "percentile")])
def test_bca_is_for_samples_up_to_its_size(n: int, method: str) -> None:
    assert bootstrap(np.mean, np.arange(float(n)), resamples=20).method.startswith(method)


def test_two_values_are_the_fewest() -> None:
    assert bootstrap(np.mean, [1.0, 3.0], resamples=200).interval is not None
    assert bootstrap(np.mean, [1.0]).value == 1.0
    assert np.isnan(bootstrap(np.mean, []).value)
    two = bootstrap(lambda a, b, axis=-1: a.mean(axis=axis) - b.mean(axis=axis), [1.0, 3.0, 4.0], [1.0])
    assert two.n == 1
    assert two.interval is None


@pytest.mark.parametrize("more", [0, 1])
def test_clusters_are_pooled_only_above_their_most(more: int) -> None:
    sizes: list[int] = []

    def total(x: np.ndarray) -> np.ndarray:
        return x

    n = MAX_CLUSTERS + more
    e = cluster_bootstrap(total, np.ones(n), resamples=50)
    sizes.append(e.n)
    # equal clusters have a total without spread; two that were pooled weigh double
    assert sizes == [n]
    assert (e.interval is None) is (more == 0)


def test_an_estimate_is_the_statistic_of_whole_samples() -> None:
    def spread(a: np.ndarray, b: np.ndarray, axis: int = 0) -> np.ndarray:
        return a.max(axis=axis) - b.min(axis=axis)

    assert bootstrap(spread, [1.0, 4.0, 2.0], [3.0, 0.5], resamples=50, method="percentile").value == 3.5
