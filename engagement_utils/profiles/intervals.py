"""Prediction intervals by split conformal prediction, within groups of rows that are equally hard.

The bounds are empirical quantiles of errors that the model made on weeks it was not fitted to: the
ceil((n + 1) q)-th smallest of n. A group is a cell of how much is known of a profile; a small cell takes the
quantiles of all. Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World (Mondrian conformal
predictors); Lei et al. 2018, JASA 113:1094-1111 (split conformal).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from engagement_utils.inference.samples import Floats
from engagement_utils.report.wording import interval_name, percent

LEVELS = (0.8, 0.95)  # what forecasts' intervals aim at, whatever the report's level: files and API name them
INNER, OUTER = (interval_name(level) for level in LEVELS)  # "80% interval", "95% interval"
INTERVALS = f"{percent(LEVELS[0])} and {OUTER}s"
MINIMUM = 300  # errors that a cell needs for quantiles of its own
_WEIGHT_EDGES = (1.5, 3.0, 6.0, 9.0)  # weeks with posts, weighted by a half-life of 8 weeks: 12 at most
SMALL = float(np.log1p(30.0))  # below it engagement is a small number, and log(1 + y) is flat


def cells(rows: pd.DataFrame) -> NDArray[np.int64]:
    """The cell of each row: what is known, whether the last week is recorded, whether numbers are small."""
    return cell_of(*(rows[name].to_numpy(dtype=float) for name in ("weight", "recency", "anchor")))


def cell_of(weight: ArrayLike, recency: ArrayLike, anchor: ArrayLike) -> NDArray[np.int64]:
    """The same from the three features that it hangs on, of one row or of many."""
    known = np.searchsorted(_WEIGHT_EDGES, weight, side="right")
    stale = np.searchsorted((0.5, 2.5), recency)
    small = np.asarray(anchor) < SMALL
    return np.asarray(known * 6 + stale * 2 + small, dtype=np.int64)


CELLS = (len(_WEIGHT_EDGES) + 1) * 6


def ends(level: float) -> tuple[str, str]:
    """The columns of an interval's bounds: "low_80" and "high_80"."""
    name = f"{round(level * 100)}"
    return f"low_{name}", f"high_{name}"


BOUNDS = tuple(end for level in LEVELS for end in ends(level))


@dataclass(frozen=True)
class Calibration:
    """Quantiles of z's error: (cell, level, lower and upper). `counts` errors stand behind each cell."""

    offsets: Floats
    counts: NDArray[np.int64]

    @classmethod
    def fit(cls, rows: pd.DataFrame, errors: Floats) -> "Calibration":
        """From errors (actual minus forecast, as z) on rows that the model was not fitted to."""
        at = cells(rows)
        counts = np.bincount(at, minlength=CELLS)
        pooled = _bounds(errors)
        offsets = np.stack(
            [_bounds(errors[at == c]) if counts[c] >= MINIMUM else pooled for c in range(CELLS)]
        )
        return cls(offsets, counts)

    def bounds(self, rows: pd.DataFrame, z: Floats) -> Floats:
        """(row, level, lower and upper) in engagement per post, at least 0, and around the forecast."""
        return self.around(z, cells(rows))

    def around(self, z: Floats, at: NDArray[np.int64]) -> Floats:
        """The same for rows whose cells are known."""
        shifted = z[:, None, None] + self.offsets[at]
        ends = np.expm1(np.clip(shifted, 0, None))
        middle = np.expm1(np.clip(z, 0, None))[:, None]
        ends[:, :, 0] = np.minimum(ends[:, :, 0], middle)
        ends[:, :, 1] = np.maximum(ends[:, :, 1], middle)
        return ends


def _bounds(errors: Floats) -> Floats:
    """(level, lower and upper) conformal quantiles."""
    ordered = np.sort(errors)
    n = ordered.size
    out = np.empty((len(LEVELS), 2))
    for i, level in enumerate(LEVELS):
        k = int(np.ceil((n + 1) * (1 + level) / 2))
        upper = min(k, n) - 1
        out[i] = ordered[n - 1 - upper], ordered[upper]
    return out
