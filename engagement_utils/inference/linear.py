"""Permutation tests in linear models, many statistics at once, as products of matrices.

An omnibus test permutes the residuals of the model without the factor (Freedman and Lane 1983, J. Business &
Economic Statistics 1:292-298), a contrast those of the whole model (ter Braak 1992); both hold their level
beside other factors (Winkler et al. 2014, NeuroImage 92:381-397). Statistics that share their permutations
can be taken together: the smallest of their p-values has a distribution of its own (Westfall and Young 1993).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from engagement_utils.inference.orders import orders
from engagement_utils.inference.samples import Floats

BATCH = 4_000_000  # permuted values held at once
HELD = 20_000_000  # places held between tests: 80 MB
MAX_ROWS = 100
SURELY = 1e-3  # of a column's length: squared, it is far above the error of a product
SLACK = 1e-9  # relative: statistics that differ by less are equal

Statistic = Callable[[Floats], Floats]
"""From residuals (permutations, units), whose memory the next ones take, to one number each."""


@dataclass(frozen=True)
class PartialF:
    """How much of the residuals the tested columns explain, over what is left: the order of the partial F.

    Attributes:
        reduced: orthonormal basis of the model without the tested columns (units x p, intercept included).
        tested: orthonormal basis of the tested columns beside it.
    """

    reduced: Floats
    tested: Floats

    @classmethod
    def of(cls, reduced: Floats, columns: Floats) -> "PartialF":
        """Of an orthonormal `reduced` and any columns; those that follow from the model are left out."""
        rest = columns - reduced @ (reduced.T @ columns)
        u, s, _ = np.linalg.svd(rest, full_matrices=False)
        return cls(reduced, u[:, s > 1e-8 * max(1.0, float(np.linalg.norm(columns)))])

    def __call__(self, residuals: Floats) -> Floats:
        """One number a row of `residuals`."""
        explained, total = _squares(residuals @ self.tested), _squares(residuals)
        left = total - _squares(residuals @ self.reduced) - explained
        return explained / np.maximum(left, 1e-12 * total)


@dataclass(frozen=True)
class Contrasts:
    """|t| of linear contrasts of a whole model's coefficients.

    Attributes:
        basis: orthonormal basis of the model; weights: (n x c), so that `y @ weights` are their values.
        scale: square root of each contrast's unscaled variance.
        freedom: units less coefficients.
    """

    basis: Floats
    weights: Floats
    scale: Floats
    freedom: int

    def __call__(self, residuals: Floats) -> Floats:
        """(rows of `residuals`, contrasts)."""
        left = _squares(residuals) - _squares(residuals @ self.basis)
        error = np.sqrt(np.maximum(left, 1e-300) / self.freedom)
        return np.abs(residuals @ self.weights) / (error[:, None] * self.scale)


def _squares(x: Floats) -> Floats:
    """Sum of squares of each row."""
    return np.asarray(np.einsum("ij,ij->i", x, x))


def residuals(y: Floats, basis: Floats) -> Floats:
    """What the model with this orthonormal basis leaves of `y`."""
    return y - basis @ (basis.T @ y)


def with_intercept(columns: Floats) -> Floats:
    """Orthonormal basis of an intercept and `columns`, which are centred and independent."""
    return np.linalg.qr(np.column_stack([np.ones(len(columns)), columns]))[0]


def permuted(
    left: Floats, statistics: Mapping[str, Statistic], *, resamples: int, seed: int
) -> dict[str, Floats]:
    """Every statistic under permutations of the residuals `left`: (resamples + 1, ...), observed first."""
    found = {name: [f(left[None, :])] for name, f in statistics.items()}
    for shuffled in _shuffled(left, resamples, seed):
        for name, f in statistics.items():
            found[name].append(f(shuffled))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def _shuffled(left: Floats, resamples: int, seed: int) -> Iterator[Floats]:
    """`left` in `resamples` random orders, a batch of rows at a time, in the memory of the batch before."""
    batch = int(np.clip(BATCH // left.size, 1, MAX_ROWS))
    rng = np.random.default_rng(seed)
    held = left.size * resamples <= HELD
    rows = np.empty((batch, left.size)) if held else np.empty((0, 0))
    for start in range(0, resamples, batch):
        if held:
            part = orders(left.size, resamples, seed)[start : start + batch]
            # mode "raise" would use memory of its own
            yield left.take(part, mode="clip", out=rows[: len(part)])
        else:
            yield rng.permuted(np.tile(left, (min(batch, resamples - start), 1)), axis=1)


def p_values(draws: Floats) -> Floats:
    """Of the observed first row, one-sided upwards, with the +1 correction (Phipson and Smyth 2010)."""
    at_least = draws >= draws[:1] * (1 - SLACK) - 1e-300
    return at_least.mean(axis=0)


def smallest(draws: Mapping[str, Floats]) -> float:
    """p-value of the smallest of several p-values whose draws share their permutations."""
    ranked = []
    for values in draws.values():
        order = np.sort(values)
        ranked.append(1 - np.searchsorted(order, values * (1 - SLACK), side="left") / values.size)
    least = np.min(ranked, axis=0)
    return float(np.mean(least <= least[0] + 1e-12))


def independent(x: Floats, after: Floats | None = None) -> Floats:
    """The columns of `x` that follow neither from the columns before them nor from those of `after`."""
    front = after.shape[1] if after is not None else 0
    joined = np.column_stack([after, x]) if after is not None else x
    if not x.shape[1]:
        return x
    size = np.linalg.norm(joined, axis=0)
    unit = joined / np.maximum(size, 1e-300)
    if _surely_independent(unit):
        return x
    # what a column adds to those before it stands on the diagonal of R
    diagonal = np.abs(np.diag(np.linalg.qr(unit, mode="r")))
    added = np.zeros(joined.shape[1])
    added[: diagonal.size] = diagonal
    return x[:, ((size > 0) & (added > 1e-6))[front:]]


def _surely_independent(unit: Floats) -> bool:
    """Whether columns of length 1 all add much to those before: by their products, faster than by QR."""
    try:
        return bool(np.diag(np.linalg.cholesky(unit.T @ unit)).min() > SURELY)
    except np.linalg.LinAlgError:
        return False
