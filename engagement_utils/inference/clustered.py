"""Shares and separation of events or pairs, where one user gives several of them."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from engagement_utils.inference.bootstrap import cluster_totals
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats, as_counts


def share(successes: ArrayLike, trials: ArrayLike, *, level: float = 0.95) -> Estimate:
    """Share sum(x) / sum(m) (0 to 1) of `trials` m with an interval that allows for users' own ways.

    One entry a user. Wilson's score interval on the effective number of trials n* = n / deff * (z / t)², with
    the design effect deff = v / (p (1 - p) / n), at least 1, v = k / (k - 1) * sum((x - p m)²) / n² over the
    k users, and t of k - 1 degrees of freedom (Korn and Graubard 1998, Survey Methodology 24:193-201; Dean
    and Pagano 2015, J. Survey Statistics and Methodology 3:484-503). It has a width at 0 and 1 too, where
    resampling has none.

    Returns:
        `n` is the number of users with a trial; no interval below two of them.
    """
    x, m = as_counts(successes, "successes"), as_counts(trials, "trials")
    x, m = x[m > 0], m[m > 0]
    users, n = x.size, m.sum()
    label = "Wilson interval on effective trials, users as clusters"
    if users == 0:
        return Estimate.unknown(0, level, label)
    p = float(x.sum() / n)
    if users < 2:
        return Estimate(p, None, None, users, level, None, label)
    variance = users / (users - 1) * float(np.sum((x - p * m) ** 2)) / n**2
    design = max(1.0, variance / (p * (1 - p) / n)) if 0 < p < 1 else 1.0
    tail = (1 + level) / 2
    effective = n / design * (stats.norm.ppf(tail) / stats.t.ppf(tail, users - 1)) ** 2
    low, high = proportion_confint(p * effective, effective, alpha=1 - level, method="wilson")
    return Estimate(p, float(low), float(high), users, level, None, label)


def clustered_auc(
    values: ArrayLike, positive: ArrayLike, clusters: ArrayLike, *, level: float = 0.95
) -> Estimate:
    """Area under the ROC curve for clustered data, ties counting half.

    Obuchowski 1997, Biometrics 53:567-578: var = S10 / m + S01 / n + 2 S11 / (m n), from the clusters' sums
    of the structural components (DeLong's, where every cluster is one unit). Interval and two-sided test
    against 0.5 on the logit scale, with t quantiles. `n` is the number of clusters with a positive unit or
    of those with a negative one, whichever is smaller.
    """
    x, y = np.asarray(values, dtype="float64"), np.asarray(positive, dtype=bool)
    codes = np.unique(np.asarray(clusters), return_inverse=True)[1]
    label = "clustered AUC, logit interval"
    n = min(np.unique(codes[y]).size, np.unique(codes[~y]).size)
    if n == 0:
        return Estimate.unknown(0, level, label)
    v = np.empty(x.size)
    v[y] = _placement(x[y], x[~y])
    v[~y] = 1 - _placement(x[~y], x[y])
    auc = float(v[y].mean())
    if n < 2 or not 0 < auc < 1:
        return Estimate(auc, None, None, n, level, None, label)
    ten, one = cluster_totals(codes, np.where(y, v - auc, 0.0), np.where(y, 0.0, v - auc))
    m10, m01, all_ = np.unique(codes[y]).size, np.unique(codes[~y]).size, ten.size
    m, k = int(y.sum()), int((~y).sum())
    s10 = m10 / ((m10 - 1) * m) * np.sum(ten**2)
    s01 = m01 / ((m01 - 1) * k) * np.sum(one**2)
    s11 = all_ / (all_ - 1) * np.sum(ten * one)
    variance = s10 / m + s01 / k + 2 * s11 / (m * k)
    if not variance > 0:
        return Estimate(auc, None, None, n, level, None, label)
    logit, error = np.log(auc / (1 - auc)), np.sqrt(variance) / (auc * (1 - auc))
    half = stats.t.ppf((1 + level) / 2, n - 1) * error
    low, high = 1 / (1 + np.exp(-(logit - half))), 1 / (1 + np.exp(-(logit + half)))
    p = float(2 * stats.t.sf(abs(logit / error), n - 1))
    return Estimate(auc, float(low), float(high), n, level, p, label)


def _placement(values: Floats, others: Floats) -> Floats:
    """Share of `others` below each value, ties counting half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, values, side="left")
    return (below + np.searchsorted(ordered, values, side="right")) / (2 * ordered.size)
