"""Is there structure to find, and how many clusters? Silhouette, gap statistic, bootstrap stability.

All of them are compared with one population that has no segments: counts whose power-transformed logarithms
are normal with the data's own means and covariance. It has the skew, the scale and the correlations of the
data and the same roundness to whole numbers, but one cloud; k-means cuts it into stable halves as well,
which is why none of the three is believed by itself.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats
from sklearn import config_context
from sklearn.cluster import KMeans
from sklearn.metrics import euclidean_distances, silhouette_score
from sklearn.preprocessing import PowerTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from engagement_utils.contacts.features import COUNTED, FEATURES, features
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats

STABLE = 0.75  # mean Jaccard overlap of a cluster with its like in resamples: Hennig 2007, section 4
SUBSTANTIAL = 0.25  # silhouette below which there is "no substantial structure": Kaufman and Rousseeuw 1990
SMALLEST = 100  # contacts below which nothing is said
MAX_ROWS = 1_000
REFERENCES = 199  # populations that the best number of segments is held against: a p-value down to 1 in 200


@dataclass(frozen=True)
class Structure:
    """What speaks for clusters.

    Attributes:
        table: a row a k: k, silhouette, gap, gap_se, stability, stable (the least stable cluster's Jaccard),
            p_value (of a gap as large from one population); no row where there are too few contacts.
        k: the number of clusters with the largest silhouette among those that are stable and substantial, 1
            where none is.
        rows: contacts looked at.
    """

    table: pd.DataFrame
    k: int
    rows: int

    def estimate(self, k: int, level: float) -> Estimate:
        """Gap at `k` with its p-value; nan where k was not looked at."""
        row = self.table[self.table["k"] == k]
        if row.empty:
            return Estimate.unknown(self.rows, level, "gap statistic")
        gap, se, p = (float(row[c].iloc[0]) for c in ("gap", "gap_se", "p_value"))
        half = float(stats.norm.ppf((1 + level) / 2)) * se
        return Estimate(gap, gap - half, gap + half, self.rows, level, p, "gap against one population")


# on a thousand rows threads only wait for each other, and many small fits make that the whole time
@threadpool_limits.wrap(limits=1)
@config_context(assume_finite=True, skip_parameter_validation=True)
def structure(
    social: pd.DataFrame,
    names: Sequence[str] = FEATURES,
    *,
    k_max: int = 8,
    references: int = 20,
    resamples: int = 10,
    seed: int = 0,
) -> Structure:
    """Look for clusters in the features `names` of `social`, on at most 1,000 rows drawn at random.

    Gap(k) = mean log W*(k) - log W(k), W the within-cluster sum of squares relative to k = 1, W* that of the
    references (Tibshirani, Walther and Hastie 2001, JRSS B 63:411-423, with the one-population reference in
    the manner of Liu et al. 2008, JASA 103:1281-1293). p: share of references with a W(k) at most as large,
    +1 corrected. For the k that stands the other checks further references are drawn, up to 199, since a
    p-value that cannot fall below 1 / 21 decides nothing among a report's other tests.
    Stability: Jaccard overlap of clusters with those of bootstrap resamples (Hennig 2007, CSDA 52:258-271).
    """
    rng = np.random.default_rng(seed)
    rows = np.sort(rng.permutation(len(social))[:MAX_ROWS])
    counts = social.iloc[rows][list(COUNTED)].astype("float64")
    x = StandardScaler().fit_transform(features(counts, names))
    distinct = np.unique(x, axis=0).shape[0]
    if len(rows) < SMALLEST or distinct <= k_max:
        return Structure(_empty(), 1, len(rows))
    ks = list(range(2, k_max + 1))
    observed = _log_within(x, ks, seed)
    clouds = one_population(counts, references, rng)
    drawn = np.array(
        [_log_within(StandardScaler().fit_transform(features(c, names)), ks, seed) for c in clouds]
    )
    table = []
    apart = euclidean_distances(x)
    for i, k in enumerate(ks):
        labels = KMeans(k, n_init=3, random_state=seed).fit_predict(x)
        jaccard = _stability(x, labels, k, resamples, rng)
        table.append(
            {
                "k": k,
                "silhouette": float(silhouette_score(apart, labels, metric="precomputed")),
                "gap": float(drawn[:, i].mean() - observed[i]),
                "gap_se": float(drawn[:, i].std(ddof=1) * np.sqrt(1 + 1 / references)),
                "stability": float(jaccard.mean()),
                "stable": float(jaccard.min()),
                "p_value": float((1 + np.sum(drawn[:, i] <= observed[i])) / (1 + references)),
            }
        )
    frame = pd.DataFrame(table)
    good = frame[(frame["stable"] >= STABLE) & (frame["silhouette"] >= SUBSTANTIAL)]
    if good.empty:
        return Structure(frame, 1, len(rows))
    k = int(good.sort_values("silhouette", kind="stable")["k"].iloc[-1])
    more = one_population(counts, REFERENCES - references, rng)
    scaled = (StandardScaler().fit_transform(features(c, names)) for c in more)
    held = np.concatenate([drawn[:, ks.index(k)], *(_log_within(x, [k], seed) for x in scaled)])
    p = float((1 + np.sum(held <= observed[ks.index(k)])) / (1 + held.size))
    frame.loc[frame["k"] == k, "p_value"] = p
    return Structure(frame, k, len(rows))


def _empty() -> pd.DataFrame:
    names = ("k", "silhouette", "gap", "gap_se", "stability", "stable", "p_value")
    return pd.DataFrame({n: pd.Series(dtype="float64") for n in names})


def one_population(counts: pd.DataFrame, n: int, rng: np.random.Generator) -> list[pd.DataFrame]:
    """`n` tables of counts as `counts`, drawn from one population with its skew and correlations."""
    logs = np.log1p(counts.to_numpy())
    varying = np.ptp(logs, axis=0) > 0
    power = PowerTransformer(method="yeo-johnson").fit(logs[:, varying])
    normal = power.transform(logs[:, varying])
    covariance = np.atleast_2d(np.cov(normal, rowvar=False))
    low, high = logs[:, varying].min(axis=0), logs[:, varying].max(axis=0)
    tables = []
    for _ in range(n):
        z = rng.multivariate_normal(normal.mean(axis=0), covariance, size=len(counts), method="cholesky")
        drawn = np.array(logs[0][None, :].repeat(len(counts), axis=0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # beyond the transform's range there is no inverse
            back = power.inverse_transform(z)
        # the data's own extreme stands in
        drawn[:, varying] = np.clip(np.where(np.isfinite(back), back, high), low, high)
        tables.append(pd.DataFrame(np.round(np.expm1(drawn)), columns=counts.columns))
    return tables


def _log_within(x: Floats, ks: list[int], seed: int) -> Floats:
    """log of the within-cluster sum of squares over the total, for each k."""
    total = float(((x - x.mean(axis=0)) ** 2).sum())
    return np.array([np.log(KMeans(k, n_init=1, random_state=seed).fit(x).inertia_ / total) for k in ks])


def _stability(
    x: Floats, labels: NDArray[np.int64], k: int, resamples: int, rng: np.random.Generator
) -> Floats:
    """Mean Jaccard overlap of each cluster with the most similar one of a resample's solution."""
    overlap = np.zeros((resamples, k))
    for b in range(resamples):
        drawn = np.unique(rng.integers(0, len(x), len(x)))
        other = KMeans(k, n_init=1, random_state=b).fit_predict(x[drawn])
        cross = np.zeros((k, k))
        np.add.at(cross, (labels[drawn], other), 1)
        union = cross.sum(axis=1, keepdims=True) + cross.sum(axis=0, keepdims=True) - cross
        overlap[b] = np.divide(cross, union, out=np.zeros_like(cross), where=union > 0).max(axis=1)
    return overlap.mean(axis=0)
