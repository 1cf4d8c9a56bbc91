"""How fully views are watched: distribution of the ratio, its shape, completion and skip rate."""

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from engagement_utils.inference.bootstrap import cluster_bootstrap
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import ratio_of_sums
from engagement_utils.inference.shape import SkewClass, skew_class
from engagement_utils.pings.metrics import collect, ratio_distribution, ratio_histogram
from engagement_utils.pings.shares import share


@dataclass(frozen=True)
class Watching:
    """The watch-time ratio of views; every interval has users as its independent units.

    Attributes:
        distribution: as published: count, mean, std, min, 25%, 50%, 75%, 90%, max.
        histogram: bin_left, bin_right, count.
        skewness: adjusted Fisher-Pearson; `direction` is its word.
        mean: of the ratio over views.
        half, completed, skipped: share of views with a ratio of at least 0.5, at least `completion`, at most
            `skip`.
    """

    distribution: "pd.Series[float]"
    histogram: pd.DataFrame
    skewness: Estimate
    direction: SkewClass
    mean: Estimate
    half: Estimate
    completed: Estimate
    skipped: Estimate
    completion: float
    skip: float

    @property
    def views(self) -> int:
        """Number of view events."""
        return int(self.distribution["count"])


def _skewness(n: float, s1: float, s2: float, s3: float) -> float:
    """Adjusted Fisher-Pearson skewness from the number of values and their power sums; elementwise."""
    mean = s1 / n
    m2 = s2 / n - mean**2
    m3 = s3 / n - 3 * mean * s2 / n + 2 * mean**3
    return m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)


def watching(
    scored: ir.Table,
    activity: pd.DataFrame,
    *,
    completion: float,
    skip: float,
    level: float = 0.95,
    minimum_n: int = 10,
    seed: int = 0,
) -> Watching:
    """Describe how fully views are watched.

    Args:
        scored: from `metrics.score_events`.
        activity: the collected `metrics.user_activity`, made with the same `completion` and `skip`.
    """
    viewers = activity[activity["views"] > 0]
    views, ratio = viewers["views"], viewers["view_ratio"]
    moments = (views, ratio, viewers["view_ratio2"], viewers["view_ratio3"])
    skewness = cluster_bootstrap(_skewness, *moments, level=level, seed=seed)
    return Watching(
        distribution=collect(ratio_distribution(scored)).iloc[0],
        histogram=ratio_histogram(scored),
        skewness=skewness,
        direction=skew_class(skewness, minimum_n=minimum_n),
        mean=ratio_of_sums(ratio, views, level=level, seed=seed),
        half=share(viewers["half"], views, level=level),
        completed=share(viewers["completed"], views, level=level),
        skipped=share(viewers["skipped"], views, level=level),
        completion=completion,
        skip=skip,
    )
