"""How much data a difference needs, and which difference the data at hand can show."""

import math
from bisect import bisect_left

from scipy import optimize, stats


def _check(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            msg = f"{name} = {value:g}; more than 0 is expected"
            raise ValueError(msg)


def _power(effect: float, n: int, alpha: float, ratio: float) -> float:
    """Chance that a two-sided t-test of `n` against `ratio * n` units finds a standardised difference.

    From the noncentral t distribution (Cohen 1988, chapter 2). The far tail is that of the opposite effect,
    which stays a number where the distribution function near 0 does not.
    """
    freedom = n * (1 + ratio) - 2
    shift = effect * math.sqrt(n * ratio / (1 + ratio))
    critical = stats.t.isf(alpha / 2, freedom)
    return float(stats.nct.sf(critical, freedom, shift) + stats.nct.sf(critical, freedom, -shift))


def sample_size(
    difference: float, sd: float, *, power: float = 0.8, alpha: float = 0.05, ratio: float = 1.0
) -> int:
    """Units in the first group with which a two-sided t-test detects `difference` at standard deviation `sd`.

    The second group has `ratio` times as many. `difference` and `sd` are in the same unit.
    """
    difference = abs(difference)
    _check(difference=difference, sd=sd, ratio=ratio)
    effect = difference / sd

    def enough(n: int) -> bool:
        return _power(effect, n, alpha, ratio) >= power

    # power grows with n
    least = max(2, math.ceil(2 / ratio))
    most = least
    while not enough(most):
        most *= 2
    return least + bisect_left(range(least, most), True, key=enough)


def detectable_difference(
    n: int, sd: float, *, power: float = 0.8, alpha: float = 0.05, ratio: float = 1.0
) -> float:
    """Smallest difference, in the unit of `sd`, that groups of `n` and `ratio * n` units can show."""
    _check(sd=sd, ratio=ratio)
    if n < 2 or n * ratio < 2:
        msg = f"groups of {n} and {n * ratio:g}; at least 2 in each are expected"
        raise ValueError(msg)

    def lacking(effect: float) -> float:
        return power - _power(effect, n, alpha, ratio)

    most = 1.0
    while lacking(most) > 0:
        most *= 2
    return float(optimize.brentq(lacking, 0.0, most)) * sd
