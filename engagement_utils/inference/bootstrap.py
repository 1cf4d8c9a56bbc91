"""Bootstrap intervals: of any statistic, and of statistics whose independent units are clusters of events."""

import inspect
import warnings
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats, as_sample, bounds

BATCH = 200_000  # resampled values held at once: what fits the processor's cache is faster than more
MAX_CLUSTERS = 2_000
# values above which the interval is the percentile one: BCa's jackknife takes n² steps, and its correction,
# of order 1 / sqrt(n), no longer shows
MAX_BCA = 5_000
# resamples without a value (such as a ratio whose denominator is 0) that still leave an interval
MAX_UNDEFINED = 0.05


def bootstrap(
    statistic: Callable[..., Any],
    *samples: ArrayLike,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    method: Literal["BCa", "percentile"] = "BCa",
    paired: bool = False,
) -> Estimate:
    """Bootstrap interval of `statistic(*samples)` by `scipy.stats.bootstrap`.

    A statistic with an `axis` parameter (`numpy.mean`) is computed for all resamples at once. BCa is the
    bias-corrected and accelerated interval (Efron 1987, JASA 82:171-185); where its acceleration is
    undefined, as for a median with ties, and above 5,000 values, the percentile interval is given instead and
    `method` says so. Time grows with resamples x n: a second for 2,000 x 10,000.

    Args:
        samples: one-dimensional, finite; resampled together where `paired`, else each on its own.

    Returns:
        `n` is the size of the smallest sample. No interval where a sample has fewer than two values, where
        the resamples have no spread, or where over 5 % of them have no value.

    Raises:
        ValueError: values that are not finite; paired samples of different sizes.
    """
    arrays = [as_sample(s, f"sample {i + 1}") for i, s in enumerate(samples)]
    n = min(a.size for a in arrays)
    vectorised = "axis" in inspect.signature(statistic).parameters
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # statistics of empty or constant data: the value says nan
        value = float(statistic(*arrays, axis=-1) if vectorised else statistic(*arrays)) if n else np.nan
        if max(a.size for a in arrays) > MAX_BCA:
            method = "percentile"
        label = f"{method} bootstrap, {resamples} resamples"
        if n < 2:
            return Estimate(value, None, None, n, level, None, label)
        result = stats.bootstrap(
            arrays,
            statistic,
            n_resamples=resamples,
            batch=max(1, BATCH // max(a.size for a in arrays)),
            vectorized=vectorised,
            paired=paired,
            axis=-1,
            confidence_level=level,
            method=method,
            rng=np.random.default_rng(seed),
        )
    draws = result.bootstrap_distribution
    defined = draws[np.isfinite(draws)]
    if defined.size < (1 - MAX_UNDEFINED) * draws.size or np.ptp(defined) == 0:
        return Estimate(value, None, None, n, level, None, label)
    low, high = bounds(*result.confidence_interval)
    if low is None:
        label = f"percentile bootstrap, {resamples} resamples"
        low, high = bounds(*np.quantile(defined, [(1 - level) / 2, (1 + level) / 2]))
    return Estimate(value, low, high, n, level, None, label)


def cluster_totals(clusters: ArrayLike, *values: ArrayLike) -> tuple[Floats, ...]:
    """The sum of each of `values` in every cluster, clusters in sorted order.

    `cluster_totals(user, watched, duration)` gives two arrays with one entry a user.
    """
    index = _numbered(np.asarray(clusters))
    return tuple(as_sample(np.bincount(index, weights=as_sample(v))) for v in values)


def _numbered(clusters: NDArray[Any]) -> NDArray[np.int64]:
    """The number of each entry's cluster, from 0, in sorted order."""
    if clusters.size and clusters.dtype.kind in "iu":
        low, high = int(clusters.min()), int(clusters.max())
        if low >= 0 and high < 8 * clusters.size:  # small numbers already: they need no sorting
            return np.asarray((np.cumsum(np.bincount(clusters) > 0) - 1)[clusters], dtype=np.int64)
    return np.asarray(np.unique(clusters, return_inverse=True)[1], dtype=np.int64)


def cluster_bootstrap(
    statistic: Callable[..., Any],
    *totals: ArrayLike,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    """Interval of a function of sums over events, with clusters (users) as the independent units.

    Events of one user resemble each other, so users are resampled and not events (Davison and Hinkley 1997,
    Bootstrap Methods, section 3.8). Above 2,000 clusters, these are first pooled at random into 2,000 groups
    of equal size (random groups: Wolter 2007, Introduction to Variance Estimation, chapter 2), which bounds
    time and memory and leaves the width of the interval as it is.

    Args:
        statistic: takes one sum for each of `totals` and returns a number, elementwise for arrays:
            `lambda watched, duration: watched / duration`.
        totals: one entry a cluster each, from `cluster_totals`.

    Returns:
        `n` is the number of clusters.
    """
    arrays = [as_sample(t, f"totals {i + 1}") for i, t in enumerate(totals)]
    n = arrays[0].size
    if any(a.size != n for a in arrays):
        msg = f"totals have {sorted({a.size for a in arrays})} clusters; the same number is expected"
        raise ValueError(msg)
    if n > MAX_CLUSTERS:
        index = np.random.default_rng(seed).permutation(n) % MAX_CLUSTERS
        arrays = [as_sample(np.bincount(index, weights=a)) for a in arrays]

    def of_sums(*resampled: Floats, axis: int) -> Any:
        return statistic(*(r.sum(axis=axis) for r in resampled))

    e = bootstrap(of_sums, *arrays, level=level, resamples=resamples, seed=seed, paired=True)
    return Estimate(e.value, e.low, e.high, n, level, None, f"cluster {e.method}")
