"""Means, their differences, ratios of sums and quantiles, each with an interval."""

import warnings
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from engagement_utils.inference.bootstrap import cluster_bootstrap, cluster_totals
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import as_sample, bounds

NAN = float("nan")


def mean(values: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Arithmetic mean with Student's t interval: mean ± t(n-1) s / sqrt(n) (`scipy.stats.ttest_1samp`)."""
    sample = as_sample(values)
    value = float(sample.mean()) if sample.size else NAN
    if sample.size < 2 or np.ptp(sample) == 0:
        return Estimate(value, None, None, sample.size, level, None, "t interval")
    ci = stats.ttest_1samp(sample, 0.0).confidence_interval(level)
    return Estimate(value, *bounds(ci.low, ci.high), sample.size, level, None, "t interval")


def mean_difference(a: ArrayLike, b: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Difference of two means, first minus second, with Welch's t interval and test of no difference.

    Welch 1947, Biometrika 34:28-35, through `scipy.stats.ttest_ind(equal_var=False)`: the groups may differ
    in size and spread. `n` is the size of the smaller group.
    """
    first, second = as_sample(a, "a"), as_sample(b, "b")
    n = min(first.size, second.size)
    value = float(first.mean() - second.mean()) if n else NAN
    if n < 2 or (np.ptp(first) == 0 and np.ptp(second) == 0):
        return Estimate(value, None, None, n, level, None, "Welch t interval")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # one group without spread: the other one's counts
        result = stats.ttest_ind(first, second, equal_var=False)
        ci = result.confidence_interval(level)
    return Estimate(
        value, *bounds(ci.low, ci.high), n, level, float(result.pvalue), "Welch t interval and test"
    )


def ratio_of_sums(
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    clusters: ArrayLike | None = None,
    method: Literal["bootstrap", "delta"] = "bootstrap",
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Estimate:
    """R = sum(numerator) / sum(denominator), such as seconds watched over seconds offered.

    The independent units are `clusters` (users), or the single entries without them. "bootstrap" resamples
    clusters (`bootstrap.cluster_bootstrap`); "delta" takes the linearised residuals e = y - R x of the
    cluster totals, var(R) = n / (n - 1) * sum(e²) / sum(x)², with a t interval on n - 1 (Cochran 1977,
    Sampling Techniques, section 6.3), for very many clusters or a fast answer.
    """
    y, x = as_sample(numerator, "numerator"), as_sample(denominator, "denominator")
    if y.size != x.size:
        msg = f"{y.size} numerators and {x.size} denominators; the same number is expected"
        raise ValueError(msg)
    if clusters is not None:
        y, x = cluster_totals(clusters, y, x)
    n = y.size
    if n == 0 or x.sum() == 0:
        return Estimate.unknown(n, level, f"ratio of sums, {method}")
    if method == "bootstrap":
        return cluster_bootstrap(
            lambda num, den: num / den, y, x, level=level, resamples=resamples, seed=seed
        )
    ratio = float(y.sum() / x.sum())
    label = "ratio of sums, delta method"
    if n < 2:
        return Estimate(ratio, None, None, n, level, None, label)
    half = stats.t.ppf((1 + level) / 2, n - 1) * np.sqrt(n / (n - 1) * np.sum((y - ratio * x) ** 2)) / x.sum()
    return Estimate(ratio, *bounds(ratio - half, ratio + half), n, level, None, label)


def quantile(values: ArrayLike, q: float, *, level: float = 0.95) -> Estimate:
    """The q-quantile (linear interpolation, as pandas and numpy) with a distribution-free interval.

    The bounds are order statistics whose ranks come from the binomial distribution (Conover 1999, Practical
    Nonparametric Statistics, section 3.2; `scipy.stats.quantile_test`). None where n is too small for
    `level`.
    """
    sample = as_sample(values)
    if sample.size == 0:
        return Estimate.unknown(0, level, "order statistics")
    ci = stats.quantile_test(sample, p=q).confidence_interval(level)
    value = float(np.quantile(sample, q))
    return Estimate(value, *bounds(ci.low, ci.high), sample.size, level, None, "order statistics")
