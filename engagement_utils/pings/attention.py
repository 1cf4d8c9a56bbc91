"""How engagement concentrates on pings, judged against equally attractive pings."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.errors import TableError
from engagement_utils.inference.concentration import (
    AgainstChance,
    Lorenz,
    against_chance,
    gini,
    lorenz,
    top_share,
)
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats


@dataclass(frozen=True)
class Attention:
    """Concentration of engagement over all pings, those without events included.

    Attributes:
        gini, top: Gini coefficient (corrected) and share of the `k` highest pings, intervals over pings.
        gini_chance, top_chance: the same beside what equally attractive pings would show.
        half: the fewest pings that hold half of the engagement.
        lorenz: the curve with its band; `lorenz_chance` is the mean curve under equal attractiveness.
    """

    pings: int
    k: int
    gini: Estimate
    top: Estimate
    gini_chance: AgainstChance
    top_chance: AgainstChance
    half: int
    lorenz: Lorenz
    lorenz_chance: Floats

    @property
    def excess(self) -> Estimate:
        """Observed less expected share of the top k; its interval says how far chance reaches."""
        return self.top_chance.estimate


def attention(
    totals: pd.DataFrame, pairs: pd.DataFrame, k: int, *, level: float = 0.95, seed: int = 0
) -> Attention:
    """Measure the concentration.

    Args:
        totals: one row a ping with engagement_score.
        pairs: one row a (user, ping) with score: what chance deals out, since one user's events at one ping
            belong together.

    Raises:
        TableError: fewer than two pings, or no event with a score above 0.
    """
    scores = totals["engagement_score"].to_numpy(dtype="float64")
    values = pairs.loc[pairs["score"] > 0, "score"].to_numpy(dtype="float64")
    if scores.size < 2 or values.size == 0:
        msg = (
            f"interactions: {scores.size} pings and {values.size} scored (user, ping) pairs found; "
            "two pings and one pair with a score above 0 are needed"
        )
        raise TableError(msg)
    k = min(k, scores.size - 1)
    ordered = np.sort(scores)[::-1]
    curve = lorenz(scores, level=level, seed=seed)
    return Attention(
        pings=scores.size,
        k=k,
        gini=gini(scores, level=level, seed=seed),
        top=top_share(scores, k, level=level, seed=seed),
        gini_chance=against_chance(scores, values, level=level, seed=seed),
        top_chance=against_chance(scores, values, k=k, level=level, seed=seed),
        half=int(np.searchsorted(ordered.cumsum(), ordered.sum() / 2) + 1),
        lorenz=curve,
        lorenz_chance=_chance_curve(values, scores.size, curve.population, seed),
    )


def _chance_curve(values: Floats, pings: int, population: Floats, seed: int) -> Floats:
    """Mean Lorenz curve of 200 deals of the pairs to equally attractive pings, at the shares `population`."""
    rng = np.random.default_rng(seed)
    grid = np.linspace(0, 1, pings + 1)
    curves = []
    for _ in range(200 if values.size < 100_000 else 5):
        dealt = np.bincount(rng.integers(0, pings, values.size), weights=values, minlength=pings)
        cumulated = np.concatenate([[0.0], np.cumsum(np.sort(dealt))]) / values.sum()
        curves.append(np.interp(population, grid, cumulated))
    return np.mean(curves, axis=0)
