import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import linear
from engagement_utils.inference.linear import PartialF, independent, p_values, permuted, residuals, smallest


def test_permutation_agrees_with_scipys_on_one_factor() -> None:
    rng = np.random.default_rng(3)
    y, codes = rng.normal(size=60), np.arange(60) % 3
    y[codes == 0] += 0.45
    reduced = np.full((60, 1), 1 / np.sqrt(60))
    f = PartialF.of(reduced, np.eye(3)[codes][:, 1:])
    left = residuals(y, reduced)
    draws = permuted(left, {"f": f}, resamples=4999, seed=1)["f"]
    groups = [y[codes == g] for g in range(3)]
    observed = stats.f_oneway(*groups).statistic * 2 / 57
    assert draws[0] == pytest.approx(observed)
    expected = stats.permutation_test(
        groups,
        lambda *g, axis: stats.f_oneway(*g, axis=axis).statistic,
        alternative="greater",
        n_resamples=4999,
        vectorized=True,
        rng=np.random.default_rng(2),
    ).pvalue
    assert float(p_values(draws)) == pytest.approx(expected, abs=0.02)


def test_smallest_of_null_p_values_is_even_and_finds_one_effect() -> None:
    rng = np.random.default_rng(0)
    null = rng.normal(size=(400, 200))
    found = [
        smallest({"a": np.roll(null[:, i], -j), "b": np.roll(null[:, i + 1], -j)})
        for i in range(0, 200, 2)
        for j in (0, 7)
    ]
    assert np.mean(np.array(found) < 0.05) < 0.1
    strong = null[:, :2].copy()
    strong[0, 1] = 9
    assert smallest({"a": strong[:, 0], "b": strong[:, 1]}) <= 2 / 400 + 1e-9


def test_orders_that_are_held_are_those_that_are_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).normal(size=157)
    statistics = {"values": np.copy}
    held = permuted(values, statistics, resamples=600, seed=3)["values"]
    monkeypatch.setattr(linear, "HELD", 0)
    shuffled = permuted(values, statistics, resamples=600, seed=3)["values"]
    assert np.array_equal(held, shuffled)
    assert (np.sort(held, axis=1) == np.sort(values)).all()
    assert len(np.unique(held[1:], axis=0)) == 600


def test_dependent_columns_are_left_out() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3))
    doubled = np.column_stack([x, x[:, 0] + x[:, 1], np.zeros(50), rng.normal(size=50)])
    kept = independent(doubled)
    assert kept.shape[1] == 4
    assert np.linalg.matrix_rank(kept) == 4
    assert independent(x[:, :1], after=x).shape[1] == 0
