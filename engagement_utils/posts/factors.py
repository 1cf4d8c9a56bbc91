"""Posts as a linear model sees them: scores, ranks, and a block of columns for each factor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from engagement_utils.inference.linear import independent
from engagement_utils.inference.samples import Floats
from engagement_utils.posts.settings import Settings

CONTENT = ("format", "domain", "post_length")
TIME = ("weekday", "hour", "week", "month")
FEW = 5  # posts: a format or domain with fewer joins the rest
FEW_IN_TIME = 3
REST, NONE = "(rest)", "(none given)"
POSTS_A_COLUMN = 10  # a model has at most one column for so many posts (Harrell 2015, section 4.4)
KNOTS = 2  # inner knots of the length's spline


@dataclass(frozen=True)
class Factor:
    """One factor: `codes` number the level of each post, `levels` name them, `columns` are their dummies.

    The length is numeric: `levels` is empty, and `columns` hold its spline.
    """

    name: str
    levels: tuple[Any, ...]
    codes: NDArray[np.int64]
    columns: Floats


@dataclass(frozen=True)
class Design:
    """The posts of an analysis.

    Attributes:
        posts: one row a post, as `measures.sample` gives them.
        settings: level, permutations and seed of all that is made of it.
        score: as given; ranked: its normal scores (van der Waerden), what permutation tests stand on.
        factors: by name, in the order of `CONTENT` and `TIME`; those with fewer than two levels are left out.
    """

    posts: pd.DataFrame
    settings: Settings
    score: Floats
    ranked: Floats
    factors: Mapping[str, Factor]

    @classmethod
    def of(cls, posts: pd.DataFrame, settings: Settings) -> "Design":
        """The design of a sample of posts."""
        score = posts["score"].to_numpy(dtype="float64")
        ranks = (stats.rankdata(score) - 0.5) / len(score)
        factors = {}
        for name in (*CONTENT, *TIME):
            if name == "month" and "week" in factors:
                continue  # weeks say more of the same
            column = posts[name]
            factor = _spline(name, column) if name == "post_length" else _levels(name, column)
            if factor is not None:
                factors[name] = factor
        return cls(posts, settings, score, stats.norm.ppf(ranks), factors)

    @property
    def n(self) -> int:
        """Posts."""
        return len(self.score)

    def columns(self, *names: str) -> Floats:
        """The centred columns of these factors side by side, without those that follow from the others."""
        present = tuple(f for f in names if f in self.factors)
        if not present:
            return np.empty((self.n, 0))
        if present not in self._columns:
            x = np.concatenate([self.factors[f].columns for f in present], axis=1)
            self._columns[present] = independent(x - x.mean(axis=0))
        return self._columns[present]

    @cached_property
    def _columns(self) -> dict[tuple[str, ...], Floats]:
        """What `columns` gave, as tests ask for the same factors again."""
        return {}

    def adjusters(
        self, focus: Sequence[str], candidates: Sequence[str] = (*CONTENT, *TIME)
    ) -> tuple[str, ...]:
        """The other factors that a model of `focus` holds: in order, as long as the posts bear them."""
        used = 1 + sum(self.factors[f].columns.shape[1] for f in focus if f in self.factors)
        taken = []
        for name in candidates:
            if name in focus or name not in self.factors:
                continue
            more = self.factors[name].columns.shape[1]
            if (used + more) * POSTS_A_COLUMN <= self.n:
                taken.append(name)
                used += more
        return tuple(taken)


def _levels(name: str, column: "pd.Series[Any]") -> Factor | None:
    few = FEW if name in CONTENT else FEW_IN_TIME
    counts = column.value_counts()
    kept = sorted(counts.index[counts >= few])
    if not kept:
        return None
    place = {level: i for i, level in enumerate(kept)}
    codes = column.map(place).to_numpy(dtype="float64", na_value=np.nan).copy()
    levels: list[Any] = list(kept)
    for word, rows in ((REST, column.notna().to_numpy()), (NONE, column.isna().to_numpy())):
        left = np.isnan(codes) & rows
        if left.any():
            codes[left] = len(levels)
            levels.append(word)
    if len(levels) < 2:
        return None
    whole = codes.astype("int64")
    return Factor(name, tuple(levels), whole, np.eye(len(levels))[whole][:, 1:])


def _spline(name: str, column: "pd.Series[Any]") -> Factor | None:
    """A natural cubic spline of the length; posts without a length get its mean and a column of their own."""
    x = column.to_numpy(dtype="float64", na_value=np.nan)
    known = np.isfinite(x)
    if known.sum() < FEW or np.ptp(x[known]) == 0:
        return None
    filled = np.where(known, x, x[known].mean())
    z = (filled - filled.mean()) / filled.std()
    knots = np.quantile(z[known], np.linspace(0.05, 0.95, KNOTS + 2))
    columns = (
        [z, *(_natural(z, knots, k) for k in range(KNOTS))] if np.unique(knots).size == KNOTS + 2 else [z]
    )
    if not known.all():
        columns.append((~known).astype(float))
    return Factor(name, (), np.zeros(len(x), dtype="int64"), np.column_stack(columns))


def _natural(z: Floats, knots: Floats, k: int) -> Floats:
    """Basis function of a natural cubic spline (Hastie, Tibshirani and Friedman 2009, eq. 5.4)."""

    def d(i: int) -> Floats:
        cubes = np.maximum(z - knots[i], 0) ** 3 - np.maximum(z - knots[-1], 0) ** 3
        return cubes / (knots[-1] - knots[i])

    return d(k) - d(len(knots) - 2)
