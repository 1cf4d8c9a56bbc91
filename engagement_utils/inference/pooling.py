"""Shrinkage: small groups borrow from the others, so that chance does not fill the top of a list."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats
from statsmodels.stats.meta_analysis import combine_effects

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import as_counts, as_sample

METHOD = "empirical Bayes"


@dataclass(frozen=True)
class Shrunken:
    """A group's value before and after pooling.

    Attributes:
        raw: as observed in the group alone.
        value: pulled towards the mean of all groups.
        low, high: interval of the group's true value at `level`.
        n: units in the group.
        weight: share of `value` that comes from the group's own data (0 to 1).
    """

    raw: float
    value: float
    low: float
    high: float
    n: int
    weight: float
    level: float = 0.95

    @property
    def estimate(self) -> Estimate:
        """The shrunken value as an `Estimate`."""
        return Estimate(self.value, self.low, self.high, self.n, self.level, None, METHOD)


def shrink(
    values: ArrayLike,
    variances: ArrayLike,
    counts: ArrayLike,
    *,
    tau: Literal["paule-mandel", "dersimonian-laird"] = "paule-mandel",
    level: float = 0.95,
) -> list[Shrunken]:
    """Normal-normal empirical Bayes with known variances, in the order given.

    y_i ~ N(theta_i, v_i), theta_i ~ N(mu, tau²); tau² by Paule-Mandel or DerSimonian-Laird
    (`statsmodels.stats.meta_analysis.combine_effects`). Morris 1983, JASA 78:47-55, for k groups:
    B_i = (k-3)/(k-1) v_i / (v_i + tau²), value = (1 - B_i) y_i + B_i mu, and its variance
    v_i (1 - B_i (k-1)/k) + 2/(k-3) B_i² (y_i - mu)² (v + tau²) / (v_i + tau²), v the mean v_i: the second
    term stands for not knowing tau², so the interval keeps a width where tau² is 0. Below four groups nothing
    can be learnt about tau² and the groups are left as they are (weight 1).

    Args:
        variances: of each value (squared standard errors), above 0.

    Raises:
        ValueError: lengths differ, or a variance that is not above 0.
    """
    y, v, n = as_sample(values, "values"), as_sample(variances, "variances"), as_counts(counts)
    if not y.size == v.size == n.size:
        msg = f"{y.size} values, {v.size} variances, {n.size} counts; the same number is expected"
        raise ValueError(msg)
    if v.size and v.min() <= 0:
        msg = f"a variance of {v.min():g} found, more than 0 expected"
        raise ValueError(msg)
    k = y.size
    b, mu, extra = np.zeros(k), np.zeros(k), np.zeros(k)
    if k > 3:
        with np.errstate(all="ignore"):  # equal values: heterogeneity statistics that are not used here
            fit = combine_effects(y, v, method_re="iterated" if tau == "paule-mandel" else "chi2")
        tau2 = max(0.0, float(fit.tau2))
        weights = 1 / (v + tau2)
        mu = np.full(k, np.sum(weights * y) / weights.sum())
        b = v / (v + tau2) * ((k - 3) / (k - 1))  # Morris' correction: B is overestimated on average
        extra = 2 / (k - 3) * b**2 * (v.mean() + tau2) / (v + tau2) * (y - mu) ** 2
    value = (1 - b) * y + b * mu
    sd = np.sqrt(v * (1 - b * (k - 1) / max(k, 1)) + extra)
    half = stats.norm.ppf((1 + level) / 2) * sd
    rows = zip(y, value, value - half, value + half, n, 1 - b, strict=True)
    return [
        Shrunken(float(a), float(m), float(lo), float(hi), int(c), float(w), level)
        for a, m, lo, hi, c, w in rows
    ]


def shrink_means(
    groups: Sequence[ArrayLike],
    *,
    tau: Literal["paule-mandel", "dersimonian-laird"] = "paule-mandel",
    level: float = 0.95,
) -> list[Shrunken]:
    """Group means, shrunk; the variance within groups is pooled, so that a group of one has a variance too.

    v_i = s² / n_i with s² = sum of squares within groups / (N - k). Values of one group are independent
    units.

    Raises:
        ValueError: an empty group, or no spread within any group (nothing to judge the means by).
    """
    samples = [as_sample(g, f"group {i + 1}") for i, g in enumerate(groups)]
    n = np.array([s.size for s in samples])
    if samples and n.min() == 0:
        msg = f"group {int(n.argmin()) + 1} is empty; leave it out"
        raise ValueError(msg)
    within = sum(float(np.sum((s - s.mean()) ** 2)) for s in samples)
    if not within > 0:
        msg = "no spread within any group; at least one group with two different values is expected"
        raise ValueError(msg)
    s2 = within / (n.sum() - n.size)
    return shrink([s.mean() for s in samples], s2 / n, n, tau=tau, level=level)
