from itertools import combinations

import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import permutation as module
from engagement_utils.inference.permutation import correlation, several_groups, two_groups
from tests.inference.signatures import defaults

A = np.array([5.1, 6.3, 7.7, 8.2])
B = np.array([1.0, 2.5, 3.6, 4.4, 6.0])


def test_ranks_are_enumerated_when_small() -> None:
    e = two_groups(A, B, by="rank")
    ranks = stats.rankdata(np.concatenate([A, B]))
    observed = abs(ranks[:4].mean() - ranks.mean())
    every = [abs(ranks[list(c)].mean() - ranks.mean()) for c in combinations(range(9), 4)]
    assert "exact" in e.method
    assert e.p_value == pytest.approx(np.mean(np.array(every) >= observed - 1e-12))
    assert e.value == np.mean(A[:, None] > B[None])


def test_mean_is_the_larger_of_permutation_and_welch() -> None:
    e = two_groups(A, B)
    assert e.value == pytest.approx(A.mean() - B.mean())
    assert e.p_value >= stats.ttest_ind(A, B, equal_var=False).pvalue
    assert "exact" in e.method
    assert e.n == 4


def test_random_permutations_never_give_zero() -> None:
    e = two_groups(np.arange(30.0), np.arange(30.0) + 1000, by="rank", resamples=199)
    assert e.p_value == pytest.approx(2 / 200)
    assert two_groups(np.arange(30.0), np.arange(30.0) + 9, seed=1, resamples=199) == two_groups(
        np.arange(30.0), np.arange(30.0) + 9, seed=1, resamples=199
    )


def test_a_group_of_one() -> None:
    rest = np.random.default_rng(0).normal(size=199)
    for by in ("mean", "rank"):
        e = two_groups([50.0], rest, by=by)  # type: ignore[arg-type]
        # the largest of 200: 1/200 on each side
        assert e.p_value == pytest.approx(0.01, abs=0.004)
        assert e.n == 1


@pytest.mark.parametrize(("a", "b"), [([], [1.0]), ([2.0, 2.0], [2.0])])
def test_nothing_to_compare(a: list[float], b: list[float]) -> None:
    assert two_groups(a, b).p_value is None


def test_several_groups_against_the_f_test() -> None:
    rng = np.random.default_rng(1)
    groups = [rng.normal(m, 1, n) for m, n in ((0, 12), (0.5, 9), (0.9, 15))]
    e = several_groups(groups)
    f = stats.f_oneway(*groups)
    everything = np.concatenate(groups)
    between = sum(g.size * (g.mean() - everything.mean()) ** 2 for g in groups)
    assert e.value == pytest.approx(between / np.sum((everything - everything.mean()) ** 2))
    assert e.p_value == pytest.approx(f.pvalue, abs=0.02)
    assert e.n == 36


def test_several_ranks_against_kruskal() -> None:
    rng = np.random.default_rng(2)
    groups = [rng.lognormal(m, 1, 14) for m in (0, 0.4, 0.8)]
    assert several_groups(groups, by="rank").p_value == pytest.approx(stats.kruskal(*groups).pvalue, abs=0.02)


def test_several_small_groups_are_enumerated() -> None:
    e = several_groups([[1.0, 2.0], [5.0, 6.0], [9.0, 10.0]])
    assert "exact" in e.method
    assert e.p_value == pytest.approx(6 / 90)


def test_several_groups_with_single_values_and_empty_ones() -> None:
    e = several_groups([[1.0, 2.0, 3.0], [], [9.0], [4.0, 5.0]], resamples=499)
    assert e.n == 6
    assert 0 < e.p_value <= 1  # type: ignore[operator]
    assert several_groups([[1.0, 2.0]]).p_value is None


def test_correlations_against_scipy() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=60)
    y = 0.4 * x + rng.normal(size=60)
    pearson, spearman = correlation(x, y), correlation(x, y, by="rank")
    reference = stats.pearsonr(x, y)
    assert pearson.value == pytest.approx(reference.statistic)
    assert pearson.interval == pytest.approx(tuple(reference.confidence_interval()))
    assert pearson.p_value == pytest.approx(reference.pvalue, abs=0.01)
    assert spearman.value == pytest.approx(stats.spearmanr(x, y).statistic)
    assert correlation([1.0, 1.0], [1.0, 2.0]).p_value is None
    with pytest.raises(ValueError, match="pairs"):
        correlation([1.0], [1.0, 2.0])


def test_very_many_units_take_the_limit() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=15_000), rng.normal(0.05, 1, size=15_000)
    assert two_groups(a, b).p_value == pytest.approx(stats.ttest_ind(a, b, equal_var=False).pvalue)
    assert "F test" in several_groups([a, b]).method
    assert "Brunner" in two_groups(a, b, by="rank").method
    assert "t test" in correlation(np.concatenate([a, b]), np.concatenate([b, a])).method


def test_what_is_taken_where_nothing_is_said() -> None:
    found = defaults(module)
    assert (found["level"], found["resamples"], found["seed"]) == ({0.95}, {9999}, {0})


def test_groups_are_enumerated_where_their_partitions_are_few() -> None:
    # 420 partitions of eight values, but 40,320 orders
    groups = [[1.0, 2.0], [5.0, 6.5], [9.0, 10.0, 12.0, 7.0]]
    e = several_groups(groups)
    assert "exact" in e.method
    assert round(e.p_value * 420) == pytest.approx(e.p_value * 420)  # type: ignore[operator]
    assert "exact" in several_groups(groups, resamples=420 + 1).method
    assert "419 permutations" in several_groups(groups, resamples=419).method


@pytest.mark.parametrize(("units", "limit"), [(0, False), (1, True)])
def test_the_limit_is_for_more_units_than_the_largest(
    units: int, limit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LARGE", 10)
    a, b = np.arange(5.0), np.arange(5.0 + units) * 1.5
    assert ("permutation" not in two_groups(a, b).method) is limit
    assert ("permutation" not in two_groups(a, b, by="rank").method) is limit
    assert ("permutation" not in several_groups([a, b]).method) is limit
    x = np.arange(10.0 + units)
    assert ("permutation" not in correlation(x, x**2).method) is limit


def test_fishers_interval_by_its_formula() -> None:
    x, y = np.array([1.0, 2, 3, 4, 5, 6]), np.array([2.0, 1, 4, 3, 6, 7])
    for by, widened in (("value", 0.0), ("rank", 0.5)):
        e = correlation(x, y, by=by, level=0.9)  # type: ignore[arg-type]
        half = stats.norm.ppf(0.95) * np.sqrt((1 + widened * e.value**2) / 3)
        assert e.interval == pytest.approx(
            (np.tanh(np.arctanh(e.value) - half), np.tanh(np.arctanh(e.value) + half))
        )
    assert correlation(x[:4], y[:4]).interval is not None
    assert correlation(x[:3], y[:3]).interval is None
    assert correlation(x, 2 * x).interval is None
    assert correlation(x, 2 * x).value == 1.0


def test_a_probability_of_superiority_stays_between_0_and_1() -> None:
    e = two_groups([1.0, 2.0, 3.0, 9.0], [4.0, 5.0, 6.0, 7.0, 8.0], by="rank")
    assert e.interval is not None
    assert 0 <= e.interval[0] < e.value < e.interval[1] <= 1
    apart = two_groups(np.arange(5.0), np.arange(5.0) + 10, by="rank")
    assert (apart.value, apart.interval) == (0.0, None)


def test_equal_values_have_nothing_to_compare() -> None:
    assert two_groups([2.0, 2.0], [2.0]).value == 0.0
    assert two_groups([2.0, 2.0], [2.0], by="rank").value == 0.5
    assert np.isnan(two_groups([], [2.0]).value)
    assert np.isnan(several_groups([[1.0], [1.0]]).value)
    assert np.isnan(correlation([1.0], [1.0]).value)


def test_partitions_are_multinomial_coefficients() -> None:
    assert module._partitions(np.array([2, 2, 4])) == 420
    assert module._partitions(np.array([1, 1, 1])) == 6


def test_two_pairs_are_the_fewest() -> None:
    assert correlation([0.0, 1.0], [5.0, 6.0]).value == 1.0
    assert correlation([1.0, 2.0], [2.0, 1.0]).value == -1.0
    assert np.isnan(correlation([1.0, 2.0], [1.0, 1.0]).value)
    assert np.isnan(correlation([1.0, 1.0], [1.0, 2.0]).value)


def test_the_permuted_statistic_is_welchs_t() -> None:
    rng = np.random.default_rng(6)
    a, b = rng.normal(size=(3, 7)), rng.normal(1, 3, size=(3, 4))
    expected = stats.ttest_ind(a, b, axis=1, equal_var=False).statistic
    assert module._welch_t(a, b, axis=1) == pytest.approx(expected)
    assert module._welch_t(np.array([1.0, 2.0]), np.array([5.0, 6.0]), axis=0) == pytest.approx(-4 / 0.5**0.5)
    assert module._welch_t(np.array([1.0, 3.0]), np.array([5.0]), axis=0) == -3.0
    with np.errstate(invalid="ignore"):  # as where it is used
        assert module._welch_t(np.array([1.0, 1.0]), np.array([1.0, 1.0]), axis=0) == 0.0


def test_the_group_at_fault_is_counted_from_one() -> None:
    with pytest.raises(ValueError, match="group 2: 1 of 2 values are not finite"):
        several_groups([[1.0, 2.0], [np.nan, 1.0]])
    assert several_groups([]).n == 0
