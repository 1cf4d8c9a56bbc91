"""Change points of a weekly mean: where it leaves its level, and where it comes back."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import stats

from engagement_utils.inference.samples import Floats

SHORTEST = 2  # weeks of a stretch: one odd week is no change of level
MOST_WEEKS = 400  # of which all stretches can be compared


@dataclass(frozen=True)
class Segment:
    """A stretch of weeks with one level: weeks `first` to `last` (positions, inclusive), mean, sessions."""

    first: int
    last: int
    mean: float
    n: int


@dataclass(frozen=True)
class Changes:
    """Segments oldest first, and the p-value of each cut by the position of the week that it comes before."""

    segments: tuple[Segment, ...]
    p_values: dict[int, float]

    @property
    def cuts(self) -> tuple[int, ...]:
        """Positions of the weeks with which a new level begins."""
        return tuple(s.first for s in self.segments[1:])


def change_points(
    means: Floats,
    counts: Floats,
    sd: float,
    *,
    alpha: float = 0.01,
    resamples: int = 999,
    seed: int = 0,
) -> Changes:
    """Circular binary segmentation (Olshen, Venkatraman, Lucito and Wigler 2004, Biostatistics 5:557-572).

    In a stretch of weeks the pair of cuts (i, j) is sought whose inside differs most from its outside,
    Z = |mean inside - mean outside| / (sd sqrt(1 / n inside + 1 / n outside)), so that a dip is found as well
    as a step. It stands where its Z is larger than the largest Z of all but `alpha` of the stretches drawn
    without a change: weekly means normal with variance sd² / n. Then the parts are searched in turn.

    Args:
        means: of each week, oldest first; counts: sessions of each week, above 0.
        sd: standard deviation of a session within its week.

    Returns:
        one segment where nothing changes, `sd` is 0, or there are more than 400 weeks.
    """
    y, n = np.asarray(means, dtype=float), np.asarray(counts, dtype=float)
    cuts: dict[int, float] = {}
    if sd > 0 and y.size <= MOST_WEEKS:
        rng = np.random.default_rng(seed)
        _search(y, n, sd, 0, y.size, alpha, resamples, rng, cuts)
        _drop_weak(y, n, sd, cuts, alpha)
    edges = [0, *sorted(cuts), y.size]
    segments = [
        Segment(a, b - 1, float(np.average(y[a:b], weights=n[a:b])), int(n[a:b].sum()))
        for a, b in pairwise(edges)
    ]
    return Changes(tuple(segments), {c: cuts[c] for c in sorted(cuts)})


def _statistics(sums: Floats, n: Floats) -> tuple[Floats, list[tuple[int, int]]]:
    """Z of every pair of cuts, for sums (draws, weeks) in units of sd; and the pairs."""
    weeks = n.size
    pairs = [
        (i, j)
        for i in range(weeks)
        for j in range(i + SHORTEST, weeks + 1)
        if (i == 0 or i >= SHORTEST) and (j == weeks or weeks - j >= SHORTEST) and j - i < weeks
    ]
    if not pairs:
        return np.empty((sums.shape[0], 0)), []
    i, j = np.array(pairs).T
    total, whole = sums.sum(axis=1, keepdims=True), n.sum()
    cumulated = np.concatenate([np.zeros((sums.shape[0], 1)), np.cumsum(sums, axis=1)], axis=1)
    units = np.concatenate([[0.0], np.cumsum(n)])
    inside, size = cumulated[:, j] - cumulated[:, i], units[j] - units[i]
    difference = inside / size - (total - inside) / (whole - size)
    return np.abs(difference) / np.sqrt(1 / size + 1 / (whole - size)), pairs


def _search(
    y: Floats,
    n: Floats,
    sd: float,
    start: int,
    end: int,
    alpha: float,
    resamples: int,
    rng: np.random.Generator,
    cuts: dict[int, float],
) -> None:
    m = n[start:end]
    centred = (y[start:end] - np.average(y[start:end], weights=m)) * m / sd if m.size else m
    found, pairs = _statistics(centred[None, :], m)
    if not pairs:
        return
    best = int(found[0].argmax())
    null = np.sqrt(m) * rng.standard_normal((resamples, m.size))
    largest = np.concatenate([_statistics(part, m)[0].max(axis=1) for part in np.array_split(null, 10)])
    p = (1 + int(np.count_nonzero(largest >= found[0, best] - 1e-12))) / (1 + resamples)
    if p >= alpha:
        return
    i, j = pairs[best]
    inner = [start + c for c in (i, j) if 0 < c < m.size]
    cuts.update(dict.fromkeys(inner, p))
    edges = [start, *inner, end]
    for a, b in pairwise(edges):
        _search(y, n, sd, a, b, alpha, resamples, rng, cuts)


def _drop_weak(y: Floats, n: Floats, sd: float, cuts: dict[int, float], alpha: float) -> None:
    """Undo cuts whose two sides do not differ: the second edge of a pair may lie where nothing changes."""
    limit = stats.norm.isf(alpha / 2)
    while cuts:
        edges = [0, *sorted(cuts), y.size]
        z = {}
        for a, b, c in zip(edges, edges[1:], edges[2:], strict=False):
            left, right = np.average(y[a:b], weights=n[a:b]), np.average(y[b:c], weights=n[b:c])
            z[b] = abs(left - right) / (sd * np.sqrt(1 / n[a:b].sum() + 1 / n[b:c].sum()))
        weakest = min(z, key=lambda cut: z[cut])
        if z[weakest] >= limit:
            return
        del cuts[weakest]
