"""Likelihood to close: one scale from 0 to 1, and its calibration against what happened."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.proportions import proportion


@dataclass(frozen=True)
class Calibration:
    """Predicted beside observed.

    Attributes:
        table: a row a band of likelihood: band, contacts, predicted (mean), share, low, high.
        excess: mean likelihood less the share that converted, over all contacts judged.
        auc: chance that a contact who converted had the higher likelihood than one who did not.
        brier: mean squared difference of likelihood and outcome.
    """

    table: pd.DataFrame
    excess: Estimate
    auc: float
    brier: float


def to_unit(values: "pd.Series[float]") -> tuple["pd.Series[float]", int]:
    """Likelihoods from 0 to 1, and how many values could not be used.

    HubSpot writes them from 0 to 1 or from 0 to 100. A column with more than half of its values above 1 is in
    per cent; in any other one a value above 1 cannot be used.
    """
    known = values.dropna()
    scale = 100.0 if len(known) and float((known > 1).mean()) > 0.5 else 1.0
    unit = values / scale
    bad = unit > 1
    return unit.mask(bad), int(bad.sum())


def calibration(
    likelihood: "pd.Series[float]", converted: "pd.Series[bool]", minimum: int, *, level: float
) -> Calibration | None:
    """Calibration in tenths of likelihood; small bands are joined to the next one.

    None where fewer than ten contacts have a likelihood.
    """
    known = likelihood.notna()
    p, y = likelihood[known].to_numpy(dtype=float), converted[known].to_numpy(dtype=bool)
    if p.size < max(10, minimum):
        return None
    band = np.minimum((p * 10).astype(int), 9)
    edges = _edges(band, minimum)
    rows = []
    for low, high in edges:
        inside = (band >= low) & (band < high)
        share = proportion(int(y[inside].sum()), int(inside.sum()), level=level)
        name = f"{low * 10}% to {high * 10}%"
        rows.append((name, share.n, float(p[inside].mean()), share.value, share.low, share.high))
    table = pd.DataFrame(rows, columns=["band", "contacts", "predicted", "share", "low", "high"])
    return Calibration(table, mean(p - y, level=level), _auc(p, y), float(np.mean((p - y) ** 2)))


def _edges(band: np.ndarray, minimum: int) -> list[tuple[int, int]]:
    """Ranges of tenths with at least `minimum` contacts each."""
    sizes = np.bincount(band, minlength=10)
    edges: list[tuple[int, int]] = []
    start = total = 0
    for i, size in enumerate(sizes):
        total += int(size)
        if total >= minimum:
            edges.append((start, i + 1))
            start, total = i + 1, 0
    if total:
        edges[-1] = (edges[-1][0], 10)
    return edges


def _auc(p: np.ndarray, y: np.ndarray) -> float:
    """Mann-Whitney: (rank sum of the converted - n1 (n1 + 1) / 2) / (n1 n0)."""
    n1 = int(y.sum())
    if n1 in (0, y.size):
        return float("nan")
    ranks = pd.Series(p).rank().to_numpy()
    return float((ranks[y].sum() - n1 * (n1 + 1) / 2) / (n1 * (y.size - n1)))
