import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import ranks as module
from engagement_utils.inference.ranks import agreement, resampled_totals, stability
from tests.inference.signatures import defaults


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


def test_what_is_taken_where_nothing_is_said() -> None:
    assert defaults(module) == {"level": {0.95}, "resamples": {1000}, "seed": {0}}


def test_batches_of_resamples_are_one_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    users, items = np.repeat(np.arange(7), 3), np.tile(np.arange(3), 7)
    values = np.arange(21.0)
    _, whole = resampled_totals(users, items, values, resamples=50, seed=2)
    assert whole.shape == (50, 3)
    rng = np.random.default_rng(2)
    drawn = rng.integers(0, 7, (50, 7))
    by_hand = [[sum(values[3 * u + i] for u in row) for i in range(3)] for row in drawn]
    assert whole.tolist() == by_hand


def test_as_many_cells_as_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_CELLS", 20)
    resampled_totals([1, 2], [1, 2], [1.0, 2.0], resamples=10)
    with pytest.raises(ValueError, match="at most 20 cells"):
        resampled_totals([1, 2], [1, 2], [1.0, 2.0], resamples=11)


def test_ranges_of_ranks_are_at_their_level() -> None:
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(2000, 10))
    wide, narrow = (stability(np.arange(10.0), draws, 3, level=v) for v in (0.95, 0.5))
    assert set(wide.rank_low) == {1}
    assert set(wide.rank_high) == {10}
    assert set(narrow.rank_low) <= {3, 4}
    assert set(narrow.rank_high) <= {7, 8}
    assert wide.rank.tolist() == list(range(10, 0, -1))


def test_ties_rank_in_the_order_given_and_one_item_has_no_tau() -> None:
    assert stability([1.0, 2.0, 2.0], np.ones((1, 3)), 1).rank.tolist() == [3, 1, 2]
    one = agreement([1.0], [5.0], 1)
    assert np.isnan(one.tau)
    assert (one.shared, one.jaccard, one.rbo) == (1, 1.0, pytest.approx(1.0))
    with pytest.raises(ValueError, match="k = 0 of 3"):
        agreement([1.0, 2, 3], [1.0, 2, 3], 0)
    with pytest.raises(ValueError, match="2 scores against 3"):
        agreement([1.0, 2], [1.0, 2, 3], 1)
