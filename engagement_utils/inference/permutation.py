"""Permutation tests: is a difference, or a correlation, more than the order of the labels explains?

All go through `scipy.stats.permutation_test`: exact where at most `resamples` distinct permutations exist,
otherwise random with the +1 correction (Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9:39), so that
no p-value is ever 0. Units are exchangeable under the null: test one value a user, not one an event.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats
from statsmodels.stats.nonparametric import rank_compare_2indep

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean_difference
from engagement_utils.inference.orders import Kind, generator
from engagement_utils.inference.samples import Floats, as_sample, bounds

RESAMPLES = 9999
BATCH = 100_000  # permuted values held at once: what fits the processor's cache is faster than more
# above this many units the permutation distribution is its limit, and the classical test gives the p-value
LARGE = 20_000


def _permute(
    data: Sequence[Floats],
    statistic: Callable[..., Any],
    kind: Kind,
    alternative: str,
    resamples: int,
    seed: int,
) -> tuple[float, str]:
    """p-value and how it was made."""
    units = sum(d.size for d in data)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # permuted groups without spread
        result = stats.permutation_test(
            data,
            statistic,
            permutation_type=kind,
            vectorized=True,
            n_resamples=resamples,
            batch=max(1, BATCH // units),
            alternative=alternative,
            rng=generator(units, resamples, seed, kind),
        )
    exact = result.null_distribution.size < resamples
    how = "exact" if exact else f"{resamples} permutations"
    return min(1.0, float(result.pvalue)), f"permutation test ({how})"


def _welch_t(a: Floats, b: Floats, axis: int) -> Any:
    difference = a.mean(axis=axis) - b.mean(axis=axis)
    if min(a.shape[axis], b.shape[axis]) < 2:
        return difference
    error = np.sqrt(a.var(axis=axis, ddof=1) / a.shape[axis] + b.var(axis=axis, ddof=1) / b.shape[axis])
    return np.where(difference == 0, 0.0, difference / error)


def _partitions(sizes: NDArray[np.int64]) -> int:
    """In how many ways values fall into groups of these sizes."""
    ways, left = 1, int(sizes.sum())
    for size in sizes.tolist():
        ways *= math.comb(left, size)
        left -= size
    return ways


def _permute_two(
    first: Floats, second: Floats, statistic: Callable[..., Any], resamples: int, seed: int
) -> tuple[float, str]:
    """`_permute` for two groups, of which one may have a single value."""
    if min(first.size, second.size) > 1:
        return _permute([first, second], statistic, "independent", "two-sided", resamples, seed)
    cut = first.size

    def of_pooled(values: Floats, axis: int) -> Any:
        return statistic(values[..., :cut], values[..., cut:], axis=-1)

    return _permute([np.concatenate([first, second])], of_pooled, "pairings", "two-sided", resamples, seed)


def two_groups(
    a: ArrayLike,
    b: ArrayLike,
    *,
    by: Literal["mean", "rank"] = "mean",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Compare two independent groups; two-sided p-value by permutation. `n` is the smaller group.

    "mean": value is the difference of means, first minus second (null 0), interval Welch's. The permuted
    statistic is Welch's t (Janssen 1997, Statistics and Probability Letters 36:9-21), and the p-value is the
    larger of the permutation's and Welch's: the first holds its level on skewed values, the second where a
    small group has the larger spread, so both do on either.

    "rank": value is the probability that a unit of the first group lies above one of the second, ties
    counting half (null 0.5), interval Brunner-Munzel's (2000, Biometrical J. 42:17-25;
    `statsmodels.stats.nonparametric.rank_compare_2indep`); the permuted statistic is the difference of the
    mean ranks.
    """
    first, second = as_sample(a, "a"), as_sample(b, "b")
    n = min(first.size, second.size)
    if n == 0 or np.ptp(np.concatenate([first, second])) == 0:
        value = float(first.mean() - second.mean()) if n and by == "mean" else 0.5 if n else float("nan")
        return Estimate(value, None, None, n, level, None, "permutation test")
    large = first.size + second.size > LARGE
    if by == "mean":
        e = mean_difference(first, second, level=level)
        if large:
            return e
        p, how = _permute_two(first, second, _welch_t, resamples, seed)
        p = max(p, e.p_value or 0.0)
        return Estimate(e.value, e.low, e.high, n, level, p, f"Welch t interval and test; {how}")
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # separated groups: no variance, so no interval
        compared = rank_compare_2indep(first, second)
        low, high = compared.conf_int(alpha=1 - level)
    # `clip` leaves what is undefined undefined, where `max` and `min` would make it 0 and 1
    low_, high_ = bounds(*np.clip([low, high], 0.0, 1.0))
    if large:
        p, how = float(compared.pvalue), "Brunner-Munzel test"
    else:
        ranks = stats.rankdata(np.concatenate([first, second]))
        p, how = _permute_two(
            ranks[: first.size],
            ranks[first.size :],
            lambda x, y, axis: x.mean(axis=axis) - y.mean(axis=axis),
            resamples,
            seed,
        )
    return Estimate(float(compared.prob1), low_, high_, n, level, p, f"Brunner-Munzel interval; {how}")


def several_groups(
    groups: Sequence[ArrayLike],
    *,
    by: Literal["mean", "rank"] = "mean",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Do any of several independent groups differ? Empty groups are left out.

    Value: eta squared, the share of the variance (of the values, or of their ranks) that lies between groups,
    0 to 1; it has no interval. p-value: permutation of the group labels, one-sided on the sum of squares
    between groups (the F test's order; with ranks, Kruskal-Wallis'). `n` is the number of all units, since
    the question is about all of them at once.
    """
    samples = [s for s in (as_sample(g, f"group {i + 1}") for i, g in enumerate(groups)) if s.size]
    pooled = np.concatenate(samples) if samples else np.empty(0)
    if len(samples) < 2 or np.ptp(pooled) == 0:
        return Estimate.unknown(pooled.size, level, "eta squared")
    if by == "rank":
        pooled = stats.rankdata(pooled)
    pooled = pooled - pooled.mean()
    sizes = np.array([s.size for s in samples])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])

    def between(values: Floats, axis: int = -1) -> Any:
        return np.sum(np.add.reduceat(values, starts, axis=-1) ** 2 / sizes, axis=-1)

    share = float(between(pooled) / np.sum(pooled**2))
    if pooled.size > LARGE:
        f = stats.f_oneway(*np.split(pooled, starts[1:]))
        return Estimate(share, None, None, pooled.size, level, float(f.pvalue), "eta squared; F test")
    if sizes.min() > 1 and _partitions(sizes) <= resamples:

        def of_parts(*parts: Floats, axis: int) -> Any:
            return between(np.concatenate(parts, axis=axis))

        p, how = _permute(np.split(pooled, starts[1:]), of_parts, "independent", "greater", resamples, seed)
    else:  # the values move over fixed labels: the same test, and a group may have one value
        p, how = _permute([pooled], between, "pairings", "greater", resamples, seed)
    return Estimate(share, None, None, pooled.size, level, p, f"eta squared; {how}")


def correlation(
    x: ArrayLike,
    y: ArrayLike,
    *,
    by: Literal["value", "rank"] = "value",
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Pearson's ("value") or Spearman's ("rank") correlation; two-sided p-value by permuting the pairs.

    Interval: Fisher's z, tanh(artanh(r) ± z se) with se = 1 / sqrt(n - 3), for ranks
    sqrt((1 + r² / 2) / (n - 3)) (Bonett and Wright 2000, Psychometrika 65:23-28). None below 4 pairs.
    """
    u, v = as_sample(x, "x"), as_sample(y, "y")
    if u.size != v.size:
        msg = f"{u.size} values against {v.size}; pairs are expected"
        raise ValueError(msg)
    n = u.size
    name = "Pearson" if by == "value" else "Spearman"
    if n < 2 or np.ptp(u) == 0 or np.ptp(v) == 0:
        return Estimate.unknown(n, level, f"{name} correlation")
    if by == "rank":
        u, v = stats.rankdata(u), stats.rankdata(v)
    u, v = (u - u.mean()) / u.std(), (v - v.mean()) / v.std()
    r = float(np.clip(np.mean(u * v), -1.0, 1.0))
    low = high = None
    if n > 3 and abs(r) < 1:
        error = np.sqrt((1 + r**2 / 2 if by == "rank" else 1.0) / (n - 3))
        half = stats.norm.ppf((1 + level) / 2) * error
        low, high = bounds(np.tanh(np.arctanh(r) - half), np.tanh(np.arctanh(r) + half))
    if n > LARGE:
        p, how = float(stats.pearsonr(u, v).pvalue), "t test"
    else:
        p, how = _permute(
            [u], lambda z, axis: np.mean(z * v, axis=axis), "pairings", "two-sided", resamples, seed
        )
    return Estimate(r, low, high, n, level, p, f"{name} correlation, Fisher z interval; {how}")
