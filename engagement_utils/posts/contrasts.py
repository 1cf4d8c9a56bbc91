"""Differences between groups of posts, beside the other factors: intervals on scores, p-values on ranks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.linear import (
    Contrasts,
    PartialF,
    independent,
    p_values,
    permuted,
    residuals,
    with_intercept,
)
from engagement_utils.inference.samples import Floats, bounds
from engagement_utils.posts.factors import Design

DRAWS = 10_000
ALONE = 1 - 1e-6  # leverage
MOST_FREE = 10  # groups of which every split is looked at
LABEL = "linear model, HC3 interval; permutation of residual ranks"


@dataclass(frozen=True)
class Difference:
    """Groups of posts, and others below them: the mean of the first less that of the second."""

    first: tuple[Any, ...]
    second: tuple[Any, ...]
    estimate: Estimate


@dataclass(frozen=True)
class Fit:
    """Scores by group in a linear model with the other factors beside.

    The first columns of `model` stand for the groups (a mean each, at the mean of the other factors), or hold
    one numeric variable behind an intercept. Variances are HC3 (MacKinnon and White 1985, J. Econometrics
    29:305-325), so groups may differ in spread.
    """

    design: Design
    groups: tuple[Any, ...]
    counts: NDArray[np.int64]
    model: Floats

    @cached_property
    def _factors(self) -> tuple[Floats, Floats]:
        """Q and the inverse of R: the model's columns are independent."""
        q, r = np.linalg.qr(self.model)
        return q, np.asarray(linalg.solve_triangular(r, np.eye(len(r))))

    @cached_property
    def inverse(self) -> Floats:
        """(coefficients, posts): coefficients are `inverse @ scores`."""
        q, r = self._factors
        return r @ q.T

    @property
    def freedom(self) -> int:
        """Posts less coefficients, at least 1."""
        return max(1, self.design.n - self.model.shape[1])

    @cached_property
    def coefficients(self) -> Floats:
        """Of the scores."""
        return self.inverse @ self.design.score

    @cached_property
    def left(self) -> Floats:
        """Scores less what the model expects."""
        return self.design.score - self.model @ self.coefficients

    @cached_property
    def covariance(self) -> Floats:
        """Of the coefficients, HC3: (X'X)^-1 X' diag(e² / (1 - h)²) X (X'X)^-1, h the leverages.

        A post that is alone in a column (h = 1) has no residual; it gets the variance of all.
        """
        q, r = self._factors
        leverage = np.sum(q**2, axis=1)
        with np.errstate(all="ignore"):
            weight = np.where(leverage > ALONE, self.residual_sd**2, (self.left / (1 - leverage)) ** 2)
        return r @ (q.T @ (q * weight[:, None])) @ r.T

    @property
    def residual_sd(self) -> float:
        """Standard deviation of the scores around the model."""
        return float(np.sqrt(self.left @ self.left / self.freedom))

    def value(self, weights: Floats, n: int, critical: float | None = None) -> Estimate:
        """A contrast of the first columns, without p-value; `critical` replaces Student's quantile."""
        level = self.design.settings.level
        full = np.zeros(self.model.shape[1])
        full[: weights.size] = weights
        with np.errstate(all="ignore"):
            error = float(np.sqrt(full @ self.covariance @ full))
        if critical is None:
            critical = float(stats.t.ppf((1 + level) / 2, self.freedom))
        centre = float(full @ self.coefficients)
        low, high = bounds(centre - critical * error, centre + critical * error)
        return Estimate(centre, low, high, n, level, None, LABEL)

    def p(self, weights: Floats) -> list[float]:
        """p-values of contrasts (rows of `weights`), two-sided, by permutation on the ranks."""
        full = np.zeros((len(weights), self.model.shape[1]))
        full[:, : weights.shape[1]] = weights
        basis, upper = self._factors
        scale = np.linalg.norm(full @ upper, axis=1)
        statistic = Contrasts(basis, self.inverse.T @ full.T, scale, self.freedom)
        ranked, s = self.design.ranked, self.design.settings
        draws = permuted(residuals(ranked, basis), {"t": statistic}, resamples=s.resamples, seed=s.seed)["t"]
        draws[0] = statistic(ranked[None, :])[0]  # of the data, not of the model's residuals
        return [float(p) for p in p_values(draws)]

    def sets(self, first: Sequence[int], second: Sequence[int]) -> Floats:
        """Weights of "posts of groups `first` less those of groups `second`", each group by its posts."""
        weights = np.zeros(len(self.groups))
        for members, sign in ((list(first), 1.0), (list(second), -1.0)):
            weights[members] += sign * self.counts[members] / self.counts[members].sum()
        return weights

    def less(self, first: Sequence[int], second: Sequence[int], critical: float | None = None) -> Estimate:
        """Groups `first` less groups `second`, without p-value; n is the smaller side."""
        n = int(min(self.counts[list(first)].sum(), self.counts[list(second)].sum()))
        return self.value(self.sets(first, second), n, critical)

    def difference(
        self, first: Sequence[int], second: Sequence[int], critical: float | None = None
    ) -> Difference:
        """Two sets of groups, the higher one first, without p-value."""
        e = self.less(first, second, critical)
        if e.value < 0:
            first, second = second, first
            e = self.less(first, second, critical)
        return Difference(tuple(self.groups[i] for i in first), tuple(self.groups[i] for i in second), e)

    def compare(self, first: Sequence[int], second: Sequence[int]) -> Estimate | None:
        """Groups `first` less groups `second`, with a p-value; None where either is empty."""
        if not len(first) or not len(second):
            return None
        return self.less(first, second).with_p_value(self.p(self.sets(first, second)[None, :])[0])

    def simultaneous(self, weights: Floats) -> float:
        """The critical value that holds for all of these contrasts (rows) at once: a quantile of max |t|.

        By 10,000 draws of the multivariate t distribution that the contrasts have (Hothorn, Bretz and
        Westfall 2008, Biometrical J. 50:346-363).
        """
        size = weights.shape[1]
        values, vectors = np.linalg.eigh(self.covariance[:size, :size])
        root = weights @ (vectors * np.sqrt(np.maximum(values, 0.0)))
        root /= np.maximum(np.linalg.norm(root, axis=1, keepdims=True), 1e-300)
        rng = np.random.default_rng(0)
        t = np.abs(rng.standard_normal((DRAWS, size)) @ root.T).max(axis=1)
        t /= np.sqrt(rng.chisquare(self.freedom, DRAWS) / self.freedom)
        return float(np.quantile(t, self.design.settings.level))


def by_groups(design: Design, codes: NDArray[np.int64], groups: Sequence[Any], beside: Sequence[str]) -> Fit:
    """A fit with a mean for each group; `codes` number each post's group, `beside` name other factors."""
    means = np.eye(len(groups))[codes]
    others = independent(design.columns(*beside), after=means)
    counts = np.bincount(codes, minlength=len(groups))
    return Fit(design, tuple(groups), counts, np.column_stack([means, others]))


def by_number(design: Design, x: Floats, beside: Sequence[str]) -> Fit:
    """A fit with one numeric variable: columns intercept and `x`, centred."""
    front = np.column_stack([np.ones(design.n), x - x.mean()])
    others = independent(design.columns(*beside), after=front)
    return Fit(design, ("intercept", "slope"), np.full(2, design.n), np.column_stack([front, others]))


def omnibus(design: Design, factor: str) -> float:
    """p-value of "this factor does nothing", beside the other factors that the posts bear."""
    reduced = with_intercept(design.columns(*design.adjusters((factor,))))
    statistic = PartialF.of(reduced, design.factors[factor].columns)
    if not statistic.tested.shape[1]:
        return 1.0
    s = design.settings
    left = residuals(design.ranked, reduced)
    return float(p_values(permuted(left, {"f": statistic}, resamples=s.resamples, seed=s.seed)["f"]))


def pairs(fit: Fit) -> list[Difference]:
    """Every pair of groups, with p-values; their permutations are shared."""
    sides = [([i], [j]) for i, j in combinations(range(len(fit.groups)), 2)]
    p = fit.p(np.array([fit.sets(*both) for both in sides]))
    found = [fit.difference(*both) for both in sides]
    return [replace(d, estimate=d.estimate.with_p_value(q)) for d, q in zip(found, p, strict=True)]


def splits(fit: Fit) -> list[Difference]:
    """Every split of the groups in two; above ten groups, of the ordered groups.

    Intervals hold for all splits at once.
    """
    k = len(fit.groups)
    order = np.argsort(-fit.coefficients[:k], kind="stable").tolist()
    if k <= MOST_FREE:
        firsts = [[i for i in range(k) if i == 0 or mask >> (i - 1) & 1] for mask in range(2 ** (k - 1) - 1)]
    else:
        firsts = [sorted(order[:cut]) for cut in range(1, k)]
    sides = [(first, [i for i in range(k) if i not in first]) for first in firsts]
    critical = fit.simultaneous(np.array([fit.sets(*both) for both in sides]))
    return [fit.difference(*both, critical) for both in sides]


def leaders(fit: Fit) -> Difference:
    """The groups that stand above the others: the split that stands out most, in standard errors.

    Its interval holds for all splits at once, so it allows for the choice.
    """

    def clarity(split: Difference) -> float:
        e = split.estimate
        return e.value / (e.high - e.value) if e.high is not None else 0.0

    return max(splits(fit), key=clarity)
