"""Shares of events or pairs, where one user gives several of them."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import as_counts


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
        return Estimate(float("nan"), None, None, 0, level, None, label)
    p = float(x.sum() / n)
    if users < 2:
        return Estimate(p, None, None, users, level, None, label)
    variance = users / (users - 1) * float(np.sum((x - p * m) ** 2)) / n**2
    design = max(1.0, variance / (p * (1 - p) / n)) if 0 < p < 1 else 1.0
    tail = (1 + level) / 2
    effective = n / design * (stats.norm.ppf(tail) / stats.t.ppf(tail, users - 1)) ** 2
    low, high = proportion_confint(p * effective, effective, alpha=1 - level, method="wilson")
    return Estimate(p, float(low), float(high), users, level, None, label)
