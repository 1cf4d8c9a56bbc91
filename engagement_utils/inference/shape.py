"""The shape of a distribution: which way it leans and where its mass lies."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from engagement_utils.inference.bootstrap import bootstrap
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats, as_sample

SkewClass = Literal["left-skewed", "right-skewed", "no clear skew"]


def _skew(values: Floats, axis: int = -1) -> Floats:
    return stats.skew(values, axis=axis, bias=False)


def skewness(values: ArrayLike, *, level: float = 0.95, resamples: int = 2000, seed: int = 0) -> Estimate:
    """Adjusted Fisher-Pearson skewness G1 = sqrt(n (n - 1)) / (n - 2) * m3 / m2^1.5, with a BCa interval.

    Negative where the long tail lies to the left of the mass: a measure bounded by 1 whose mass lies near 1
    is left-skewed. The sign's error is held (7 % on symmetric values, n = 100); the size of a strong skew is
    understated in small samples, and its interval covers it in 80 % instead of 95 %. Joanes and Gill 1998,
    The Statistician 47:183-189; `scipy.stats.skew(bias=False)`.
    """
    sample = as_sample(values)
    if sample.size < 3 or np.ptp(sample) == 0:
        return Estimate.unknown(sample.size, level, "adjusted Fisher-Pearson skewness")
    return bootstrap(_skew, sample, level=level, resamples=resamples, seed=seed)


def skew_class(skew: Estimate, *, minimum_n: int = 10) -> SkewClass:
    """The word for a skewness: a direction only where its interval leaves no doubt about the sign."""
    if skew.interval is None or skew.n < minimum_n or skew.interval[0] <= 0 <= skew.interval[1]:
        return "no clear skew"
    return "left-skewed" if skew.value < 0 else "right-skewed"
