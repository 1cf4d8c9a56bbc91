import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import means as module
from engagement_utils.inference.means import mean, mean_difference, quantile, ratio_of_sums
from tests.inference.signatures import defaults

A = np.array([0.42, 0.31, 0.55, 0.37, 0.61, 0.48])
B = np.array([0.22, 0.35, 0.18, 0.41, 0.30, 0.27, 0.33, 0.12])


def test_mean_by_the_formula() -> None:
    e = mean(A)
    half = stats.t.ppf(0.975, 5) * A.std(ddof=1) / np.sqrt(6)
    assert (e.value, e.n) == (A.mean(), 6)
    assert e.interval == pytest.approx((A.mean() - half, A.mean() + half))


@pytest.mark.parametrize(("x", "value"), [([], np.nan), ([5.0], 5), ([2.0, 2.0], 2)])
def test_mean_without_spread(x: list[float], value: float) -> None:
    e = mean(x)
    assert e.value == pytest.approx(value, nan_ok=True)
    assert e.interval is None


def test_welch_by_the_formula() -> None:
    e = mean_difference(A, B)
    va, vb = A.var(ddof=1) / 6, B.var(ddof=1) / 8
    df = (va + vb) ** 2 / (va**2 / 5 + vb**2 / 7)
    half = stats.t.ppf(0.975, df) * np.sqrt(va + vb)
    d = A.mean() - B.mean()
    assert e.interval == pytest.approx((d - half, d + half))
    assert e.p_value == pytest.approx(2 * stats.t.sf(d / np.sqrt(va + vb), df))
    assert e.n == 6


def test_one_group_without_spread_still_compares() -> None:
    e = mean_difference([1.0, 1.0, 1.0], [2.0, 3.0, 4.0])
    assert e.interval is not None
    assert mean_difference([1.0], B).interval is None
    assert mean_difference([1.0, 1.0], [2.0, 2.0]).interval is None


def test_ratio_of_sums_methods_agree() -> None:
    rng = np.random.default_rng(0)
    users = rng.integers(0, 60, 500)
    duration = rng.integers(5, 60, 500).astype(float)
    watched = duration * rng.beta(4, 2, 60)[users]
    boot = ratio_of_sums(watched, duration, clusters=users)
    delta = ratio_of_sums(watched, duration, clusters=users, method="delta")
    assert boot.value == pytest.approx(watched.sum() / duration.sum())
    assert boot.n == delta.n == len(set(users))
    assert boot.interval == pytest.approx(delta.interval, abs=0.012)


def test_ratio_of_nothing() -> None:
    assert np.isnan(ratio_of_sums([], []).value)
    assert np.isnan(ratio_of_sums([1.0, 2.0], [0.0, 0.0]).value)
    with pytest.raises(ValueError, match="2 numerators and 1 denominators"):
        ratio_of_sums([1.0, 2.0], [1.0])


def test_quantile_bounds_are_order_statistics() -> None:
    x = np.random.default_rng(0).lognormal(size=102)
    e = quantile(x, 0.5)
    ranks = [int(np.searchsorted(np.sort(x), b)) + 1 for b in e.interval or ()]
    assert e.value == np.median(x)
    # binomial(102, 0.5): ranks 42 and 61 hold at least 95 %
    assert stats.binom.cdf(ranks[1] - 1, 102, 0.5) - stats.binom.cdf(ranks[0] - 1, 102, 0.5) >= 0.95
    assert quantile(x[:4], 0.5).interval is None


def test_what_is_taken_where_nothing_is_said() -> None:
    found = defaults(module)
    assert (found["level"], found["resamples"], found["seed"]) == ({0.95}, {2000}, {0})


def test_the_delta_method_by_its_formula() -> None:
    y, x = np.array([1.0, 4.0, 2.0, 7.0]), np.array([2.0, 5.0, 6.0, 9.0])
    e = ratio_of_sums(y, x, method="delta", level=0.9)
    r = 14 / 22
    half = stats.t.ppf(0.95, 3) * np.sqrt(4 / 3 * np.sum((y - r * x) ** 2)) / 22
    assert (e.value, e.n) == (pytest.approx(r), 4)
    assert e.interval == pytest.approx((r - half, r + half))
    two = ratio_of_sums(y[:2], x[:2], method="delta")
    assert two.interval is not None
    assert ratio_of_sums(y[:1], x[:1], method="delta").interval is None


def test_two_values_are_the_fewest() -> None:
    assert mean([1.0, 3.0]).interval is not None
    assert mean_difference([1.0, 3.0], [2.0, 5.0]).interval is not None
    assert mean([1.0]).value == 1.0
    assert np.isnan(mean([]).value)
    assert np.isnan(mean_difference([], [1.0]).value)
    assert mean_difference([4.0], [1.0, 1.0]).value == 3.0
    assert mean([2.0, 2.0]).interval is None
