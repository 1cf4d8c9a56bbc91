from typing import Any, Literal

import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import orders


def pvalue(rng: np.random.Generator, kind: Literal["independent", "pairings"], batch: int) -> float:
    values = np.random.default_rng(5).normal(size=30)

    def half(*parts: Any, axis: int) -> Any:
        return parts[0][..., :9].sum(axis=axis)

    data = [values[:12], values[12:]] if kind == "independent" else [values]
    test = stats.permutation_test(
        data, half, permutation_type=kind, vectorized=True, n_resamples=499, batch=batch, rng=rng
    )
    return float(test.pvalue)


@pytest.mark.parametrize("kind", ["independent", "pairings"])
@pytest.mark.parametrize("batch", [100, 499])
def test_tests_draw_what_they_would_alone(kind: Literal["independent", "pairings"], batch: int) -> None:
    alone = pvalue(np.random.default_rng(3), kind, batch)
    shared = [pvalue(orders.generator(30, 499, 3, kind), kind, batch) for _ in range(2)]
    assert shared == [alone, alone]


@pytest.mark.parametrize("kind", ["independent", "pairings"])
def test_scipy_takes_the_orders_that_are_dealt(kind: Literal["independent", "pairings"]) -> None:
    """Fails when `scipy.stats.permutation_test` draws its orders in another way: then nothing is shared."""
    dealt = orders.generator(30, 499, 3, kind)
    pvalue(dealt, kind, 100)
    assert list(dealt._rows) == []  # type: ignore[attr-defined]
    held = orders.orders.cache_info().hits
    pvalue(orders.generator(30, 499, 3, kind), kind, 100)
    assert orders.orders.cache_info().hits == held + 1


def test_orders_are_what_shuffling_of_values_gives() -> None:
    values = np.random.default_rng(1).normal(size=8)
    shuffled = np.random.default_rng(4).permuted(np.tile(values, (50, 1)), axis=1)
    assert np.array_equal(values[orders.orders(8, 50, 4)], shuffled)


def test_large_tests_hold_no_orders() -> None:
    size = orders.HELD // 999 + 1
    found = orders.generator(size, 999, 0, "pairings").permutation(5)
    assert np.array_equal(found, np.random.default_rng(0).permutation(5))
