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


def test_large_tests_hold_no_orders() -> None:
    size = orders.HELD // 999 + 1
    found = orders.generator(size, 999, 0, "pairings").permutation(5)
    assert np.array_equal(found, np.random.default_rng(0).permutation(5))
