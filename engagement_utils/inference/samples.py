"""What every estimator expects of its input: one-dimensional, finite numbers."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def as_sample(values: ArrayLike, name: str = "values") -> Floats:
    """`values` as a one-dimensional float array.

    Raises:
        ValueError: more than one dimension, or NaN or infinity among the values; they are never dropped in
            silence, since what is missing decides what an estimate means.
    """
    sample = np.asarray(values, dtype=np.float64)
    if sample.ndim != 1:
        msg = f"{name}: {sample.ndim} dimensions found, one expected"
        raise ValueError(msg)
    wrong = int(np.count_nonzero(~np.isfinite(sample)))
    if wrong:
        msg = f"{name}: {wrong} of {sample.size} values are not finite; drop or fill them first"
        raise ValueError(msg)
    return sample


def as_counts(values: ArrayLike, name: str = "counts") -> Floats:
    """`values` as a one-dimensional array of numbers that are finite and not negative (else ValueError)."""
    sample = as_sample(values, name)
    if sample.size and sample.min() < 0:
        msg = f"{name}: {sample.min():g} found, at least 0 expected"
        raise ValueError(msg)
    return sample


def bounds(low: Any, high: Any) -> tuple[float | None, float | None]:
    """Both bounds as floats, or (None, None) where either is not finite or the interval has no width.

    An interval without width comes from data without spread: it would claim certainty where nothing is known.
    """
    low, high = float(low), float(high)
    if not (np.isfinite(low) and np.isfinite(high)) or low >= high:
        return None, None
    return low, high
