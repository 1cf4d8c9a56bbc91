"""Time windows: which hours of which days stand out, judged by the best of all windows under chance.

A window is a run of 1 to 12 hours, over midnight too, on all days, Monday to Friday, the weekend or one day
of the week. All of them are looked at, and the best is compared with the best that permuted scores show, so
that looking at thousands of windows is no advantage (a scan statistic: Kulldorff 1997, Communications
in Statistics 26:1481-1496).
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.power import detectable_difference, sample_size
from engagement_utils.inference.samples import Floats

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAY_GROUPS: dict[str, tuple[int, ...]] = {
    "every day": tuple(range(7)),
    "Monday to Friday": tuple(range(5)),
    "Saturday and Sunday": (5, 6),
    **{name: (i,) for i, name in enumerate(DAY_NAMES)},
}
LONGEST = 12  # hours
SMALLEST = 10  # posts inside and outside
MOST = 3  # windows named
SLOTS = 12  # windows of two hours in a day: what the power calculation is about
THIRD = 1 / 3  # of the standard deviation: what is worth a decision, where nothing else is said


@dataclass(frozen=True)
class Window:
    """`length` hours from `start` (over midnight too) on the days of `DAY_GROUPS[days]`; 24: whole days."""

    days: str
    start: int
    length: int

    @property
    def words(self) -> str:
        """Such as "every day 09:00 to 11:00"."""
        if self.length == 24:
            return self.days
        return f"{self.days} {span(self.start, self.length)}"

    @property
    def mask(self) -> NDArray[np.bool_]:
        """(7, 24): the cells of the week that it holds."""
        cells = np.zeros((7, 24), dtype=bool)
        hours = (self.start + np.arange(self.length)) % 24
        cells[np.ix_(np.array(DAY_GROUPS[self.days]), hours)] = True
        return cells


def span(start: int, length: int) -> str:
    """ "09:00 to 11:00"."""
    return f"{start:02d}:00 to {(start + length) % 24:02d}:00"


def candidates(*, hours: bool, days: bool) -> list[Window]:
    """All windows, as far as the data know hours and days; the whole week is none."""
    groups = list(DAY_GROUPS) if days else ["every day"]
    found = (
        [Window(g, s, k) for g in groups for k in range(1, LONGEST + 1) for s in range(24)] if hours else []
    )
    if days:
        found += [Window(g, 0, 24) for g in groups if g != "every day"]
    return found


@dataclass(frozen=True)
class Scan:
    """A statistic for `inference.linear.permuted`: the largest standardised excess of any window, up or down.

    Attributes:
        windows: those with enough posts inside and outside.
        cells: posts x 168, sparse, one 1 a row; masks: 168 x windows.
        inside: posts in each window.
    """

    windows: list[Window]
    cells: sparse.csr_array
    masks: Floats
    inside: Floats

    @classmethod
    def of(cls, posts: pd.DataFrame) -> "Scan | None":
        """For posts with hour or weekday; None where no window has enough posts."""
        hour, day = posts["hour"], posts["weekday"]
        hours, days = bool(hour.notna().all()), bool(day.notna().all())
        windows = candidates(hours=hours, days=days)
        if not windows:
            return None
        n = len(posts)
        at = day.fillna(0).to_numpy(dtype="int64") * 24 + hour.fillna(0).to_numpy(dtype="int64")
        if hours and not days:
            at = at % 24
        cells = sparse.csr_array((np.ones(n), (np.arange(n), at)), shape=(n, 168))
        masks = np.array([w.mask.ravel() for w in windows], dtype=float).T
        if not days:
            masks[24:] = 0.0
        inside = np.asarray(cells.sum(axis=0)).ravel() @ masks
        fit = (inside >= SMALLEST) & (n - inside >= SMALLEST)
        if not fit.any():
            return None
        return cls([w for w, f in zip(windows, fit, strict=True) if f], cells, masks[:, fit], inside[fit])

    def excess(self, residuals: Floats) -> Floats:
        """(permutations, windows): mean inside less mean outside, in standard errors of equal spread."""
        n = residuals.shape[1]
        sums = np.asarray((self.cells.T @ residuals.T).T) @ self.masks
        mean = residuals.mean(axis=1, keepdims=True)
        spread = residuals.std(axis=1, keepdims=True)
        return (sums - self.inside * mean) / (spread * np.sqrt(self.inside * (n - self.inside) / n))

    def best(self, residuals: Floats) -> Floats:
        """The largest excess of any window."""
        return self.excess(residuals).max(axis=1)

    def widest(self, residuals: Floats) -> Floats:
        """The largest excess or shortfall."""
        return np.abs(self.excess(residuals)).max(axis=1)

    def inside_of(self, window: Window) -> NDArray[np.bool_]:
        """Which posts fall into a window."""
        column = self.masks[:, self.windows.index(window)]
        return np.asarray(self.cells @ column).ravel() > 0


def compare(inside: NDArray[np.bool_], left: Floats, critical: float, level: float) -> Estimate:
    """Mean of `left` inside less outside; the interval reaches `critical` standard errors to each side.

    `critical` is the quantile at `level` of the largest standardised difference of any window.

    The spread is that of all posts, as in the statistic whose permutations give `critical`: a window of ten
    posts has no reliable spread of its own.
    """
    a, b = left[inside], left[~inside]
    error = float(left.std(ddof=1)) * np.sqrt(1 / a.size + 1 / b.size)
    value = float(a.mean() - b.mean())
    half, n = critical * error, min(a.size, b.size)
    label = "scan of all windows: simultaneous interval by permutation"
    return Estimate(value, value - half, value + half, n, level, None, label)


def leading(scan: Scan, ranked: Floats) -> list[Window]:
    """The best windows that do not overlap, by their excess in the ranks, best first; at most `MOST`."""
    excess = scan.excess(ranked[None, :])[0]
    chosen: list[Window] = []
    taken = np.zeros((7, 24), dtype=bool)
    for i in np.argsort(-excess, kind="stable"):
        window = scan.windows[int(i)]
        if excess[i] > 0 and not (window.mask & taken).any():
            chosen.append(window)
            taken |= window.mask
        if len(chosen) == MOST:
            break
    return chosen


@dataclass(frozen=True)
class Plan:
    """What so many posts can and cannot show of a two-hour window against the rest of the day.

    Attributes:
        worthwhile: difference looked for, in the score's unit; without one, a third of `sd`, the standard
            deviation of scores around the model.
        detectable: difference that these posts would show with a chance of 80 %.
        needed: posts that would show `worthwhile` with that chance; `more` than there are, at least 0.
    """

    worthwhile: float
    detectable: float
    needed: int
    more: int

    @classmethod
    def of(cls, n: int, sd: float, worthwhile: float | None, alpha: float) -> "Plan":
        """For `n` posts; the day's twelve windows share `alpha`."""
        looked_for = worthwhile or float(f"{sd * THIRD:.2g}")
        shared, ratio = alpha / SLOTS, SLOTS - 1.0
        exact = SLOTS * sample_size(looked_for, sd, alpha=shared, ratio=ratio)
        step = 10 ** max(0, len(str(exact)) - 2)
        needed = math.ceil(exact / step) * step  # two digits are all that such a plan bears
        least = detectable_difference(max(2, n // SLOTS), sd, alpha=shared, ratio=ratio)
        return cls(looked_for, least, needed, max(0, needed - n))
