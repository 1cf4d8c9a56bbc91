"""Does watching go with acting? The probability that an acting pair was watched more fully."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from engagement_utils.inference.bootstrap import cluster_totals
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats
from engagement_utils.pings.shares import share

BANDS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Discrimination:
    """Watch-time ratio against acting (like, comment, share or follow) on viewed (user, ping) pairs.

    Attributes:
        auc: probability that of two random pairs the acting one has the higher ratio; 0.5 says nothing.
        viewed, acted: pairs with a view, and those of them with an action.
        bands: band, pairs, acted and the share acted with low and high, by quarter of the ratio.
    """

    auc: Estimate
    viewed: int
    acted: int
    bands: pd.DataFrame


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
        return Estimate(float("nan"), None, None, 0, level, None, label)
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


def discrimination(pairs: pd.DataFrame, *, level: float = 0.95) -> Discrimination:
    """Test whether acting pairs were watched more fully.

    Args:
        pairs: the collected `metrics.pair_stages`.
    """
    viewed = pairs[pairs["view"] == 1]
    ratio = viewed["view_ratio"].to_numpy(dtype="float64")
    acted = ((viewed["reaction"] + viewed["follow"]) > 0).to_numpy()
    auc = clustered_auc(ratio, acted, viewed["user_id"], level=level)
    band = np.clip(np.searchsorted(BANDS, ratio, side="right") - 1, 0, len(BANDS) - 2)
    rows = []
    for i, (low, high) in enumerate(pairwise(BANDS)):
        inside = band == i
        users = viewed["user_id"][inside]
        x, m = cluster_totals(users, acted[inside].astype(float), np.ones(int(inside.sum())))
        e = share(x, m, level=level)
        name = f"{low:.0%} to {high:.0%}" if i == len(BANDS) - 2 else f"{low:.0%} to under {high:.0%}"
        rows.append((name, int(m.sum()), int(x.sum()), e))
    bands = pd.DataFrame(rows, columns=["band", "pairs", "acted", "share"])
    return Discrimination(auc, len(viewed), int(acted.sum()), bands)
