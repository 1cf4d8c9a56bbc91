"""How unequally something is spread over items: Gini, top share, Lorenz curve, and what chance gives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from engagement_utils.inference.bootstrap import BATCH, bootstrap
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats, as_counts

EXACT_EVENTS = 200_000  # events times items dealt one by one; above it, by their normal limit


@dataclass(frozen=True)
class Lorenz:
    """The poorest `population[i]` of the items hold `share[i]` of the total; `low`, `high` are its band."""

    population: Floats
    share: Floats
    low: Floats
    high: Floats
    n: int


@dataclass(frozen=True)
class AgainstChance:
    """A concentration beside what equally attractive items would show.

    Attributes:
        observed: the measure in the data.
        expected: its mean where every item draws events with the same chance.
        low, high: the range that holds `level` of the values under that chance.
        p_value: share of the simulations at least as concentrated (with the +1 correction), one-sided.
        n: events.
    """

    observed: float
    expected: float
    low: float
    high: float
    p_value: float
    n: int
    level: float = 0.95

    @property
    def estimate(self) -> Estimate:
        """The excess over chance; its interval is the observed measure less the range under chance."""
        label = "simulation of equally attractive items"
        value, low, high = self.observed - self.expected, self.observed - self.high, self.observed - self.low
        return Estimate(value, low, high, self.n, self.level, self.p_value, label)


def _gini(values: Floats, axis: int = -1) -> Floats:
    x = np.sort(np.moveaxis(values, axis, -1), axis=-1)
    n = x.shape[-1]
    return x @ (2.0 * np.arange(1, n + 1) - n - 1) / (n * x.sum(axis=-1))


def _corrected_gini(values: Floats, axis: int = -1) -> Floats:
    n = values.shape[axis]
    return _gini(values, axis) * n / (n - 1)


def _top(values: Floats, k: int) -> Floats:
    """Share of the largest k along the last axis."""
    n = values.shape[-1]
    if k >= n:
        return np.ones(values.shape[:-1])
    return np.partition(values, n - k, axis=-1)[..., n - k :].sum(axis=-1) / values.sum(axis=-1)


def gini(
    values: ArrayLike, *, corrected: bool = True, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Estimate:
    """Gini coefficient of non-negative item totals: 0 all equal, 1 all in one item. BCa interval over items.

    G = sum((2 i - n - 1) x_(i)) / (n sum(x)), times n / (n - 1) where `corrected`, against its bias in
    small samples (Deltas 2003, Review of Economics and Statistics 85:226-234). Items without anything count:
    pass their zeros.
    """
    sample = as_counts(values)
    if sample.size < 2 or sample.sum() == 0:
        return Estimate.unknown(sample.size, level, "Gini coefficient")
    statistic = _corrected_gini if corrected else _gini
    return bootstrap(statistic, sample, level=level, resamples=resamples, seed=seed)


def top_share(
    values: ArrayLike, k: int, *, level: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Estimate:
    """Share of the total (0 to 1) that the k largest of the n items hold, with a BCa interval over items.

    The interval treats the items as a sample of items to come; the share in the sample leans upward, since
    its top is chosen after the fact. Whether it is more than chance is `against_chance`'s question.
    """
    sample = as_counts(values)
    if k < 1:
        msg = f"k = {k}; at least 1 is expected"
        raise ValueError(msg)
    if sample.size <= k or sample.sum() == 0:
        value = 1.0 if sample.size > 0 and sample.sum() > 0 else float("nan")
        return Estimate(value, None, None, sample.size, level, None, f"share of the top {k}")

    def share(x: Floats, axis: int = -1) -> Floats:
        return _top(np.moveaxis(x, axis, -1), k)

    return bootstrap(share, sample, level=level, resamples=resamples, seed=seed)


def lorenz(
    values: ArrayLike, *, points: int = 51, level: float = 0.95, resamples: int = 1000, seed: int = 0
) -> Lorenz:
    """Lorenz curve at `points` evenly spaced shares of the items, with a pointwise percentile bootstrap band.

    L(p) = sum of the smallest p n totals / sum of all, linear between items (Lorenz 1905).

    Raises:
        ValueError: a negative total, or nothing to share out.
    """
    sample = as_counts(values)
    if sample.size < 2 or sample.sum() == 0:
        msg = f"{sample.size} items with a total of {sample.sum():g}; two items, a total above 0 expected"
        raise ValueError(msg)
    n = sample.size
    population = np.linspace(0, 1, points)
    position = population * n
    floor = np.minimum(position.astype(int), n - 1)
    part = position - floor

    def curve(x: Floats) -> Floats:
        cumulated = np.concatenate(
            [np.zeros((*x.shape[:-1], 1)), np.cumsum(np.sort(x, axis=-1), axis=-1)], axis=-1
        )
        at = cumulated[..., floor] * (1 - part) + cumulated[..., floor + 1] * part
        with np.errstate(invalid="ignore"):
            return at / cumulated[..., -1:]

    rng = np.random.default_rng(seed)
    batch = max(1, BATCH // n)
    draws = np.concatenate(
        [
            curve(sample[rng.integers(0, n, (min(batch, resamples - i), n))])
            for i in range(0, resamples, batch)
        ]
    )
    low, high = np.nanquantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Lorenz(population, curve(sample), low, high, n)


def _dealt(events: Floats, chances: Floats, resamples: int, rng: np.random.Generator) -> Floats:
    """(resamples, items) totals after every event went to an item by `chances`."""
    items, m = chances.size, events.size
    if m > EXACT_EVENTS:
        # mean and covariance of the multinomial deal: p sum(v), sum(v²) (diag(p) - p p')
        z = rng.standard_normal((resamples, items)) * np.sqrt(chances)
        noise = z - chances * z.sum(axis=1, keepdims=True)
        return np.maximum(0.0, events.sum() * chances + np.sqrt(np.sum(events**2)) * noise)
    edges = np.cumsum(chances)[:-1]
    totals = np.empty((resamples, items))
    batch = max(1, BATCH // m)
    for start in range(0, resamples, batch):
        size = min(batch, resamples - start)
        item = np.searchsorted(edges, rng.random(size * m), side="right")
        cell = item + np.repeat(np.arange(size) * items, m)
        dealt = np.bincount(cell, weights=np.tile(events, size), minlength=size * items)
        totals[start : start + size] = dealt.reshape(size, items)
    return totals


def against_chance(
    totals: ArrayLike,
    events: ArrayLike | int,
    *,
    k: int | None = None,
    chances: ArrayLike | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> AgainstChance:
    """Is the concentration more than equally attractive items would show?

    Under the null every event goes to an item at random, with its own value (a multinomial deal; above
    200,000 events its normal limit with the same mean and covariance). A handful of events on many items
    looks concentrated by chance alone, so "a few items get most" is worth saying only against this.

    Args:
        totals: what each item got; items without anything count with 0.
        events: the value of every single event, or their number where all are worth 1. Where users come back
            to an item, pass the (user, item) totals: they are the independent units.
        k: for the share of the top k; without it the corrected Gini coefficient.
        chances: each item's chance of an event, such as its share of impressions; without it all equal.
    """
    sample = as_counts(totals, "totals")
    values = np.ones(events) if isinstance(events, int | np.integer) else as_counts(events, "events")
    if sample.size < 2 or values.size == 0 or values.sum() == 0:
        msg = f"{sample.size} items and {values.size} events; two items, events above 0 expected"
        raise ValueError(msg)
    p = np.full(sample.size, 1.0) if chances is None else as_counts(chances, "chances")
    if p.size != sample.size or p.sum() == 0:
        msg = f"{p.size} chances for {sample.size} items; one an item, not all 0, is expected"
        raise ValueError(msg)
    draws = _dealt(values, p / p.sum(), resamples, np.random.default_rng(seed))
    null = _corrected_gini(draws) if k is None else _top(draws, k)
    observed = float(_corrected_gini(sample) if k is None else _top(sample, k))
    low, high = np.quantile(null, [(1 - level) / 2, (1 + level) / 2])
    at_least = int(np.count_nonzero(null >= observed - 1e-12))
    return AgainstChance(
        observed,
        float(null.mean()),
        float(low),
        float(high),
        (1 + at_least) / (1 + resamples),
        values.size,
        level,
    )
