"""Day parts: neighbouring hours with similar scores, grouped by exact segmentation of the day's circle."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagement_utils.inference.samples import Floats

SHORTEST = 2  # hours
MOST = 6  # parts
HOURS = 24


@dataclass(frozen=True)
class Parts:
    """The day cut into parts.

    Attributes:
        starts: first hour of each part, rising; the last part ends at the first one's start. One part: (0,);
            none where hours are not known.
        bic: of the best cut into 1, 2, ... parts, less that of the whole day; the lowest is chosen.
    """

    starts: tuple[int, ...] = ()
    bic: tuple[float, ...] = ()

    @property
    def lengths(self) -> tuple[int, ...]:
        """Hours of each part."""
        ends = [*self.starts[1:], *(start + HOURS for start in self.starts[:1])]
        return tuple(b - a for a, b in zip(self.starts, ends, strict=True))

    def part_of(self, hour: int) -> int:
        """Number of the part that an hour belongs to."""
        return int(np.searchsorted(self.starts, hour, side="right") - 1) % len(self.starts)


def day_parts(hour: NDArray[np.int64], values: Floats) -> Parts:
    """Cut the day where the means of `values` change.

    For every number of parts the cut with the least sum of squares within parts (Fisher 1958, JASA
    53:789-798, by dynamic programming, from every hour as the first one); the number of parts with the lowest
    n log(RSS / n) + q log n, where k > 1 parts have q = 2 k parameters, means and borders (Yao 1988,
    Statistics and Probability Letters 6:181-189), and the whole day has one.

    Args:
        hour: 0 to 23 of each post; values: of each post, such as scores less what their content explains.
    """
    n = np.bincount(hour, minlength=HOURS).astype(np.float64)
    sums = np.bincount(hour, weights=values, minlength=HOURS)
    cost = _costs(n, sums)
    total = float(np.sum(values**2)) - float(np.sum(np.divide(sums**2, n, out=np.zeros(HOURS), where=n > 0)))
    best: dict[int, tuple[float, tuple[int, ...]]] = {1: (float(cost[0, HOURS]), (0,))}
    for first in range(HOURS):
        for k, (loss, cuts) in _linear(cost, first).items():
            if k not in best or loss < best[k][0] - 1e-9:
                best[k] = (loss, tuple(sorted(c % HOURS for c in cuts)))
    posts = float(n.sum())

    def bic(k: int) -> float:
        left = max(best[k][0] + total, 1e-12)
        return posts * np.log(left / posts) + (1 if k == 1 else 2 * k) * np.log(posts)

    values_by_k = [bic(k) for k in sorted(best)]
    chosen = int(np.argmin(values_by_k)) + 1
    return Parts(best[chosen][1], tuple(v - values_by_k[0] for v in values_by_k))


def _costs(n: NDArray[Any], sums: NDArray[Any]) -> Floats:
    """(24, 25): sum of squares between the hours of a run, by its first hour and its length."""
    squares = np.divide(sums**2, n, out=np.zeros(HOURS), where=n > 0)
    cost = np.zeros((HOURS, HOURS + 1))
    for first in range(HOURS):
        order = (first + np.arange(HOURS)) % HOURS
        count, total, square = n[order].cumsum(), sums[order].cumsum(), squares[order].cumsum()
        mean_square = np.divide(total**2, count, out=np.zeros(HOURS), where=count > 0)
        cost[first, 1:] = np.maximum(square - mean_square, 0.0)
    return cost


def _linear(cost: Floats, first: int) -> dict[int, tuple[float, list[int]]]:
    """Best cuts of the 24 hours from `first` into 2 to `MOST` parts: k -> loss, first hours of the parts."""
    loss = np.full((MOST + 1, HOURS + 1), np.inf)
    back = np.zeros((MOST + 1, HOURS + 1), dtype=int)
    loss[0, 0] = 0.0
    for k in range(1, MOST + 1):
        for end in range(k * SHORTEST, HOURS + 1):
            begins = np.arange((k - 1) * SHORTEST, end - SHORTEST + 1)
            options = loss[k - 1, begins] + cost[(first + begins) % HOURS, end - begins]
            at = int(np.argmin(options))
            loss[k, end], back[k, end] = options[at], begins[at]
    found = {}
    for k in range(2, MOST + 1):
        ends = [HOURS]
        for part in range(k, 0, -1):
            ends.append(int(back[part, ends[-1]]))
        starts = [first + begin for begin, _ in pairwise(reversed(ends))]
        found[k] = (float(loss[k, HOURS]), starts)
    return found
