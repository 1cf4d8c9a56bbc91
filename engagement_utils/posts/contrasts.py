"""Differences between groups of posts, beside the other factors: intervals on scores, p-values on ranks."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from numpy.typing import NDArray
from scipy import stats

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import bounds
from engagement_utils.posts.design import Design, Floats, independent, orthonormal
from engagement_utils.posts.permuting import Contrasts, p_values, permuted, residuals

LABEL = "linear model, HC3 interval; permutation of residual ranks"


@dataclass(frozen=True)
class Fit:
    """Scores by group in a linear model with the other factors beside.

    The first columns of `model` stand for the groups (a mean each, at the mean of the other factors), or hold
    one numeric variable behind an intercept. Variances are HC3 (MacKinnon and White 1985, J. Econometrics
    29:305-325), so groups may differ in spread.
    """

    groups: tuple[Any, ...]
    counts: NDArray[np.int64]
    model: Floats
    score: Floats
    ranked: Floats
    level: float = 0.95

    @cached_property
    def fitted(self) -> Any:
        """statsmodels' result."""
        return sm.OLS(self.score, self.model).fit(cov_type="HC3", use_t=True)

    @property
    def residual_sd(self) -> float:
        """Standard deviation of the scores around the model."""
        return float(np.sqrt(self.fitted.scale))

    def value(self, weights: Floats, n: int, critical: float | None = None) -> Estimate:
        """A contrast of the first columns, without p-value; `critical` replaces Student's quantile."""
        full = np.zeros(self.model.shape[1])
        full[: weights.size] = weights
        with np.errstate(all="ignore"):
            error = float(np.sqrt(full @ self.fitted.cov_params() @ full))
        if critical is None:
            critical = float(stats.t.ppf((1 + self.level) / 2, self.fitted.df_resid))
        centre = float(full @ self.fitted.params)
        low, high = bounds(centre - critical * error, centre + critical * error)
        return Estimate(centre, low, high, n, self.level, None, LABEL)

    def p(self, weights: Floats, *, resamples: int, seed: int) -> list[float]:
        """p-values of contrasts (rows of `weights`), two-sided, by permutation on the ranks."""
        full = np.zeros((len(weights), self.model.shape[1]))
        full[:, : weights.shape[1]] = weights
        inverse = np.linalg.pinv(self.model)
        basis = orthonormal(independent(self.model))
        statistic = Contrasts(
            basis,
            inverse.T @ full.T,
            np.linalg.norm(full @ inverse, axis=1),
            max(1, len(self.score) - basis.shape[1]),
        )
        left = residuals(self.ranked, basis)
        draws = permuted(left, {"t": statistic}, resamples=resamples, seed=seed)["t"]
        draws[0] = statistic_of(statistic, self.ranked)
        return [float(p) for p in p_values(draws)]

    def sets(self, first: Sequence[int], second: Sequence[int]) -> Floats:
        """Weights of "posts of groups `first` less those of groups `second`", each group by its posts."""
        weights = np.zeros(len(self.groups))
        for members, sign in ((list(first), 1.0), (list(second), -1.0)):
            weights[members] += sign * self.counts[members] / self.counts[members].sum()
        return weights

    def smaller(self, first: Sequence[int], second: Sequence[int]) -> int:
        """Posts of the smaller of two sets of groups."""
        return int(min(self.counts[list(first)].sum(), self.counts[list(second)].sum()))

    def scheffe(self) -> float:
        """The critical value that holds for every contrast of the groups, chosen after the fact as well.

        sqrt((k - 1) F(level; k - 1, n - p)), Scheffé 1953, Biometrika 40:87-104.
        """
        k = len(self.groups) - 1
        return float(np.sqrt(k * stats.f.ppf(self.level, k, self.fitted.df_resid)))


def statistic_of(statistic: Contrasts, y: Floats) -> Floats:
    """|t| of the contrasts in the data themselves, whose permuted counterparts use the model's residuals."""
    left = residuals(y, statistic.basis)
    error = np.sqrt(max(float(left @ left), 1e-300) / statistic.freedom)
    return np.abs(y @ statistic.weights) / (error * statistic.scale)


def by_groups(
    design: Design,
    codes: NDArray[np.int64],
    groups: Sequence[Any],
    beside: Sequence[str],
    level: float = 0.95,
) -> Fit:
    """A fit with a mean for each group; `codes` number each post's group, `beside` name other factors."""
    means = np.eye(len(groups))[codes]
    others = independent(design.columns(*beside), after=means)
    model = np.column_stack([means, others])
    return Fit(
        tuple(groups),
        np.bincount(codes, minlength=len(groups)),
        model,
        design.score,
        design.ranked,
        level,
    )


def by_number(design: Design, x: Floats, beside: Sequence[str], level: float = 0.95) -> Fit:
    """A fit with one numeric variable: columns intercept and `x`, centred."""
    front = np.column_stack([np.ones(design.n), x - x.mean()])
    others = independent(design.columns(*beside), after=front)
    model = np.column_stack([front, others])
    return Fit(("intercept", "slope"), np.full(2, design.n), model, design.score, design.ranked, level)


def pairs(fit: Fit, *, resamples: int, seed: int) -> pd.DataFrame:
    """Every pair of groups: first, second, difference, low, high, p, sds (difference in residual sd), n."""
    rows, weights = [], []
    for i, j in combinations(range(len(fit.groups)), 2):
        w = fit.sets([i], [j])
        e = fit.value(w, fit.smaller([i], [j]))
        if e.value < 0:  # the better one first
            i, j, w = j, i, -w
            e = fit.value(w, fit.smaller([i], [j]))
        weights.append(w)
        rows.append((fit.groups[i], fit.groups[j], e.value, e.low, e.high, e.value / fit.residual_sd, e.n))
    frame = pd.DataFrame(rows, columns=["first", "second", "difference", "low", "high", "sds", "n"])
    return frame.assign(p=fit.p(np.array(weights), resamples=resamples, seed=seed) if rows else [])


@dataclass(frozen=True)
class Leaders:
    """The groups that stand above the others: the split, by their means, that stands out most.

    `estimate` is their mean less the others', with Scheffé's interval, which allows for the choice.
    """

    groups: tuple[Any, ...]
    others: tuple[Any, ...]
    estimate: Estimate


def leaders(fit: Fit) -> Leaders:
    """The best split of the groups into better and other ones; at least two groups."""
    order = np.argsort(-np.asarray(fit.fitted.params)[: len(fit.groups)], kind="stable")
    critical = fit.scheffe()
    splits = []
    for cut in range(1, len(order)):
        first, second = sorted(order[:cut]), sorted(order[cut:])
        e = fit.value(fit.sets(first, second), fit.smaller(first, second), critical)
        reach = (e.high - e.value) if e.high is not None else np.inf
        splits.append((e.value / reach if reach > 0 else 0.0, first, second, e))
    _, first, second, e = max(splits, key=lambda s: s[0])
    return Leaders(tuple(fit.groups[i] for i in first), tuple(fit.groups[i] for i in second), e)
