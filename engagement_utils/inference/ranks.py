"""How firm a ranking is: under resampling of the users behind it, and under other ways of scoring."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats

from engagement_utils.inference.samples import Floats, as_sample

Ints = NDArray[np.int64]
MAX_CELLS = 200_000_000  # draws times items held at once: 1.6 GB
PERSISTENCE = 0.9  # of rank-biased overlap: 86 % of its weight lies on the first ten ranks


@dataclass(frozen=True)
class Stability:
    """A ranking under resampling; arrays have one entry an item, in the order of the scores given.

    Attributes:
        rank: in the data, 1 is best; ties in the order given.
        probability: share of the resamples in which the item is among the top k.
        rank_low, rank_high: range of ranks that holds `level` of the resamples.
        overlap: mean Jaccard overlap of the resampled top k with the observed one (1 is the same set).
        kept: mean number of the observed top k that stay in it.
    """

    k: int
    rank: Ints
    probability: Floats
    rank_low: Ints
    rank_high: Ints
    overlap: float
    kept: float
    level: float = 0.95


@dataclass(frozen=True)
class Agreement:
    """Two rankings of the same items.

    Attributes:
        shared: items in both top k.
        jaccard: shared / (2 k - shared).
        tau: Kendall's tau-b over all items; nan for one item, or where one ranking is all ties.
        rbo: rank-biased overlap, 0 to 1, which weighs the top more.
    """

    k: int
    shared: int
    jaccard: float
    tau: float
    rbo: float


def _ranks(scores: Floats) -> Ints:
    """Rank along the last axis, 1 for the largest; ties in the order given."""
    order = np.argsort(-scores, axis=-1, kind="stable")
    ranks = np.empty(scores.shape, dtype=np.int64)
    np.put_along_axis(
        ranks, order, np.broadcast_to(np.arange(1, scores.shape[-1] + 1), scores.shape), axis=-1
    )
    return ranks


def _check_k(k: int, items: int) -> None:
    if not 1 <= k <= items:
        msg = f"k = {k} of {items} items; 1 <= k <= items is expected"
        raise ValueError(msg)


def resampled_totals(
    clusters: ArrayLike, items: ArrayLike, values: ArrayLike, *, resamples: int = 1000, seed: int = 0
) -> tuple[NDArray[Any], Floats]:
    """Totals of every item when the clusters (users) are drawn anew with replacement.

    One entry of `clusters`, `items`, `values` is an event, or a (user, item) total. Each resample weights the
    users by how often they were drawn: totals = weights (resamples x users) @ sums (users x items, sparse).

    Returns:
        The items' labels, sorted, and an array (resamples, items) in their order.

    Raises:
        ValueError: more than 200 million cells; keep the items that can reach the top.
    """
    users, u = np.unique(np.asarray(clusters), return_inverse=True)
    labels, i = np.unique(np.asarray(items), return_inverse=True)
    if resamples * labels.size > MAX_CELLS:
        msg = (
            f"{resamples} resamples of {labels.size} items; at most {MAX_CELLS} cells: keep the likely items"
        )
        raise ValueError(msg)
    sums = sparse.csr_matrix((as_sample(values), (u, i)), shape=(users.size, labels.size))
    rng = np.random.default_rng(seed)
    n = users.size
    batch = max(1, 4_000_000 // max(n, 1))
    parts = []
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        drawn = rng.integers(0, n, (size, n)) + n * np.arange(size)[:, None]
        weights = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        parts.append((sums.T @ weights.T.astype(np.float64)).T)
    return labels, np.concatenate(parts)


def stability(scores: ArrayLike, draws: ArrayLike, k: int, *, level: float = 0.95) -> Stability:
    """How the top k by `scores` (items,) holds in `draws` (resamples, items), such as `resampled_totals`.

    Rank intervals are bootstrap percentile intervals of the rank (Goldstein and Spiegelhalter 1996, JRSS A
    159:385-443): where they overlap, the order of two items is not to be read.
    """
    observed = as_sample(scores, "scores")
    drawn = np.asarray(draws, dtype=np.float64)
    if drawn.ndim != 2 or drawn.shape[1] != observed.size:
        msg = f"draws of shape {drawn.shape} for {observed.size} scores; (resamples, items) is expected"
        raise ValueError(msg)
    _check_k(k, observed.size)
    rank, ranks = _ranks(observed), _ranks(drawn)
    inside = ranks <= k
    kept = inside[:, rank <= k].sum(axis=1)
    low, high = np.quantile(ranks, [(1 - level) / 2, (1 + level) / 2], axis=0, method="inverted_cdf")
    return Stability(
        k=k,
        rank=rank,
        probability=inside.mean(axis=0),
        rank_low=low.astype(np.int64),
        rank_high=high.astype(np.int64),
        overlap=float(np.mean(kept / (2 * k - kept))),
        kept=float(kept.mean()),
        level=level,
    )


def agreement(scores: ArrayLike, alternative: ArrayLike, k: int) -> Agreement:
    """How far two scorings of the same items agree, in their top k and over all items.

    Kendall's tau-b: `scipy.stats.kendalltau`. Rank-biased overlap with persistence p = 0.9, extrapolated:
    (1 - p) sum p^(d-1) A_d + p^n A_n, A_d the overlap of the first d ranks / d (Webber, Moffat and Zobel
    2010, ACM Trans. Information Systems 28:20).
    """
    a, b = as_sample(scores, "scores"), as_sample(alternative, "alternative")
    if a.size != b.size:
        msg = f"{a.size} scores against {b.size}; the same items are expected"
        raise ValueError(msg)
    _check_k(k, a.size)
    rank_a, rank_b = _ranks(a), _ranks(b)
    depth = np.arange(1, a.size + 1)
    both = np.cumsum(np.bincount(np.maximum(rank_a, rank_b), minlength=a.size + 1)[1:])
    overlap = both / depth
    rbo = (1 - PERSISTENCE) * np.sum(PERSISTENCE ** (depth - 1) * overlap) + PERSISTENCE**a.size * overlap[-1]
    shared = int(both[k - 1])
    tau = float(stats.kendalltau(a, b).statistic) if a.size > 1 else float("nan")
    return Agreement(k, shared, shared / (2 * k - shared), tau, float(rbo))
