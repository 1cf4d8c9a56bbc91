"""Resonance: how far a post beats what its kind and time lead one to expect, by a model that has not seen it.

The model is additive with one variance a factor: effects of a factor's levels are drawn from N(0, tau_f²), so
a factor that does nothing is shrunk to nothing (mixed model equations: Henderson 1975, Biometrics 31:423-447;
variances by the fixed point of MacKay 1992, Neural Computation 4:415-447).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import Floats, bounds
from engagement_utils.posts.factors import Design

EXPECTED_BY = ("format", "domain", "post_length", "weekday", "hour")  # what a post's expectation stands on
FOLDS = 5
STEPS = 30
TINY = 1e-6  # share of the scores' variance below which a factor's variance is no variance


@dataclass(frozen=True)
class Resonance:
    """Post by post, in the order of the design.

    Attributes:
        expected: by a model fitted on the other folds; excess: score less expected.
        explained: share of the variance of scores that all factors explain out of sample.
        shares: by factor, how much of that is lost without it; negative where the factor only adds noise.
    """

    expected: Floats
    excess: Floats
    explained: Estimate
    shares: Mapping[str, Estimate]


@dataclass(frozen=True)
class _Moments:
    """Sums over posts that a fit needs: X'X, X'y, y'y, n. Sums of folds add up."""

    gram: Floats
    cross: Floats
    square: float
    n: int

    def __sub__(self, other: "_Moments") -> "_Moments":
        return _Moments(
            self.gram - other.gram, self.cross - other.cross, self.square - other.square, self.n - other.n
        )


def resonance(design: Design) -> Resonance:
    """Cross-fit the expectation in five folds, and the share of variance of each factor beside all others."""
    level, seed = design.settings.level, design.settings.seed
    blocks, x = _one_hot(design)
    y = design.score - design.score.mean()
    fold = np.random.default_rng(seed).permutation(design.n) % FOLDS
    parts = [_moments(x[fold == k], y[fold == k]) for k in range(FOLDS)]
    whole = _moments(x, y)
    everything = tuple(blocks)
    models = {"all": everything, "expected": tuple(f for f in EXPECTED_BY if f in blocks)}
    models |= {f"without {f}": tuple(g for g in everything if g != f) for f in everything}
    predicted = {name: np.empty(design.n) for name in models}
    baseline = np.empty(design.n)
    for k, part in enumerate(parts):
        test, others = fold == k, whole - part
        penalties = _penalties(others, blocks)
        baseline[test] = others.cross[0] / others.n
        for name, used in models.items():
            beta = _solve(others, blocks, used, penalties)
            predicted[name][test] = x[test] @ beta
    loss = {name: (y - p) ** 2 for name, p in predicted.items()}
    variance = float(np.mean((y - baseline) ** 2))
    shares = {f: _share(loss[f"without {f}"] - loss["all"], variance, level) for f in everything}
    expected = predicted["expected"] + design.score.mean()
    return Resonance(
        expected,
        design.score - expected,
        _share((y - baseline) ** 2 - loss["all"], variance, level),
        shares,
    )


def _share(gain: Floats, variance: float, level: float) -> Estimate:
    """Mean gain in squared error over the variance, with a t interval over posts."""
    value = float(gain.mean() / variance)
    half = stats.t.ppf((1 + level) / 2, gain.size - 1) * gain.std(ddof=1) / np.sqrt(gain.size) / variance
    low, high = bounds(value - half, value + half)
    label = f"{FOLDS}-fold cross-fitted share of variance, t interval"
    return Estimate(value, low, high, gain.size, level, None, label)


def _one_hot(design: Design) -> tuple[dict[str, slice], Floats]:
    """An intercept, then a column a level (the length: its spline) for each factor."""
    columns, blocks, at = [np.ones((design.n, 1))], {}, 1
    for name, factor in design.factors.items():
        if factor.levels:
            block = np.eye(len(factor.levels))[factor.codes]
        else:
            centred = factor.columns - factor.columns.mean(axis=0)
            block = np.linalg.qr(centred)[0] * np.sqrt(design.n)
        columns.append(block)
        blocks[name] = slice(at, at + block.shape[1])
        at += block.shape[1]
    return blocks, np.concatenate(columns, axis=1)


def _moments(x: Floats, y: Floats) -> _Moments:
    return _Moments(x.T @ x, x.T @ y, float(y @ y), len(y))


def _penalties(m: _Moments, blocks: Mapping[str, slice]) -> Floats:
    """sigma² / tau_f² for each column (0 for the intercept), by MacKay's fixed point."""
    variance = m.square / m.n
    sigma2 = variance
    tau2 = dict.fromkeys(blocks, 0.1 * variance)
    penalty = np.zeros(len(m.cross))
    for _ in range(STEPS):
        for name, at in blocks.items():
            penalty[at] = sigma2 / tau2[name]
        inverse = np.linalg.inv(m.gram + np.diag(np.maximum(penalty, 1e-9)))
        beta = inverse @ m.cross
        free = 1.0
        changed = 0.0
        for name, at in blocks.items():
            size = at.stop - at.start
            gamma = max(size - penalty[at.start] * float(np.trace(inverse[at, at])), 1e-9)
            new = max(float(beta[at] @ beta[at]) / gamma, TINY * variance)
            changed = max(changed, abs(np.log(new / tau2[name])))
            tau2[name] = new
            free += gamma
        left = m.square - 2 * beta @ m.cross + beta @ m.gram @ beta
        sigma2 = max(float(left) / max(m.n - free, 1.0), 1e-9 * variance)
        if changed < 0.01:
            break
    for name, at in blocks.items():
        penalty[at] = sigma2 / tau2[name]
    return penalty


def _solve(m: _Moments, blocks: Mapping[str, slice], used: Sequence[str], penalties: Floats) -> Floats:
    """Coefficients of the model with these factors; 0 for the columns of the others."""
    at = np.r_[0, *(np.arange(blocks[f].start, blocks[f].stop) for f in used)].astype(int)
    beta = np.zeros(len(m.cross))
    gram = m.gram[np.ix_(at, at)] + np.diag(np.maximum(penalties[at], 1e-9))
    beta[at] = np.linalg.solve(gram, m.cross[at])
    return beta
