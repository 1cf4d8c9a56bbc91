"""What every estimator expects of its input."""

import numpy as np
import pytest

from engagement_utils.inference.samples import as_counts, as_sample, bounds


def test_a_sample_is_finite_and_flat() -> None:
    assert as_sample([1, 2]).dtype == np.float64
    with pytest.raises(ValueError, match="a: 2 dimensions found, one expected"):
        as_sample([[1.0]], "a")
    with pytest.raises(ValueError, match="values: 2 of 3 values are not finite"):
        as_sample([1.0, np.nan, np.inf])


def test_counts_are_not_negative() -> None:
    assert as_counts([0, 2]).tolist() == [0.0, 2.0]
    assert as_counts([]).size == 0
    with pytest.raises(ValueError, match="counts: -1 found, at least 0 expected"):
        as_counts([1, -1])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, (0.0, 1.0)),
        (1, 1, (None, None)),
        (2, 1, (None, None)),
        (np.nan, 1, (None, None)),
        (0, np.inf, (None, None)),
    ],
)
def test_an_interval_has_finite_bounds_and_a_width(low: float, high: float, expected: object) -> None:
    assert bounds(low, high) == expected
