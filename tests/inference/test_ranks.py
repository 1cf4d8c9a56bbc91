import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference.ranks import agreement, resampled_totals, stability


def test_resampled_totals_are_weighted_sums() -> None:
    labels, draws = resampled_totals(["a", "a", "b"], ["y", "x", "x"], [1.0, 2.0, 10.0], resamples=400)
    assert labels.tolist() == ["x", "y"]
    # two users drawn twice: (2, 0), (1, 1) or (0, 2) times
    assert {tuple(d) for d in draws.tolist()} == {(4.0, 2.0), (12.0, 1.0), (20.0, 0.0)}
    assert np.mean(draws, axis=0) == pytest.approx([12, 1], abs=1)
    assert np.array_equal(
        draws, resampled_totals(["a", "a", "b"], ["y", "x", "x"], [1.0, 2.0, 10.0], resamples=400)[1]
    )


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        resampled_totals(np.zeros(3), np.arange(3), np.ones(3), resamples=10**8)


def test_stability_on_draws_by_hand() -> None:
    scores = np.array([3.0, 2.0, 1.0])
    draws = np.array([[3.0, 2, 1], [3, 1, 2], [1, 2, 3], [3, 2, 1]])
    out = stability(scores, draws, 1, level=0.5)
    assert out.rank.tolist() == [1, 2, 3]
    assert out.probability.tolist() == [0.75, 0.0, 0.25]
    assert out.overlap == 0.75
    assert (out.rank_low[0], out.rank_high[0]) == (1, 1)
    two = stability(scores, draws, 2)
    assert two.kept == pytest.approx((2 + 1 + 1 + 2) / 4)
    assert two.overlap == pytest.approx((1 + 1 / 3 + 1 / 3 + 1) / 4)


def test_a_clear_order_is_firm_and_noise_is_not() -> None:
    rng = np.random.default_rng(0)
    users = np.repeat(np.arange(200), 10)
    items = rng.integers(0, 40, 2000)
    for gap, firm in ((15.0, True), (0.0, False)):
        values = gap * (items < 10) + rng.normal(5, 1, 2000)
        labels, draws = resampled_totals(users, items, values, resamples=300)
        scores = np.bincount(items, weights=values)[labels]
        out = stability(scores, draws, 10)
        assert (out.overlap > 0.9) is firm


def test_agreement() -> None:
    a = np.arange(10.0)[::-1]
    same, reverse = agreement(a, a, 3), agreement(a, -a, 3)
    assert (same.shared, same.jaccard) == (3, 1)
    assert (same.tau, same.rbo) == pytest.approx((1, 1))
    assert (reverse.shared, reverse.jaccard, reverse.tau) == (0, 0, pytest.approx(-1))
    b = np.random.default_rng(0).normal(size=10)
    mixed = agreement(a, b, 4)
    assert mixed.tau == pytest.approx(stats.kendalltau(a, b).statistic)
    top_a, top_b = np.argsort(-a), np.argsort(-b)
    overlaps = [len(set(top_a[:d]) & set(top_b[:d])) / d for d in range(1, 11)]
    rbo = 0.1 * sum(0.9**i * o for i, o in enumerate(overlaps)) + 0.9**10 * overlaps[-1]
    assert mixed.rbo == pytest.approx(rbo)


def test_impossible_k() -> None:
    with pytest.raises(ValueError, match="k = 4 of 3"):
        agreement([1.0, 2, 3], [1.0, 2, 3], 4)
    with pytest.raises(ValueError, match="shape"):
        stability([1.0, 2.0], np.zeros((5, 3)), 1)
