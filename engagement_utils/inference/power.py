"""How much data a difference needs, and which difference the data at hand can show."""

import math

from statsmodels.stats.power import TTestIndPower

MAX_SEARCH = 30  # below it the solver is unstable, so sizes are tried one by one


def _check(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            msg = f"{name} = {value:g}; more than 0 is expected"
            raise ValueError(msg)


def sample_size(
    difference: float, sd: float, *, power: float = 0.8, alpha: float = 0.05, ratio: float = 1.0
) -> int:
    """Units in the first group with which a two-sided t-test detects `difference` at standard deviation `sd`.

    The second group has `ratio` times as many. Power from the noncentral t distribution (Cohen 1988, chapter
    2; `statsmodels.stats.power.TTestIndPower`). `difference` and `sd` in the same unit.
    """
    difference = abs(difference)
    _check(difference=difference, sd=sd, ratio=ratio)
    test, effect = TTestIndPower(), difference / sd
    for n in range(2, MAX_SEARCH):
        if n * ratio >= 2 and test.power(effect, n, alpha, ratio=ratio) >= power:
            return n
    return math.ceil(float(test.solve_power(effect, None, alpha, power, ratio=ratio)))


def detectable_difference(
    n: int, sd: float, *, power: float = 0.8, alpha: float = 0.05, ratio: float = 1.0
) -> float:
    """Smallest difference, in the unit of `sd`, that groups of `n` and `ratio * n` units can show."""
    _check(sd=sd, ratio=ratio)
    if n < 2 or n * ratio < 2:
        msg = f"groups of {n} and {n * ratio:g}; at least 2 in each are expected"
        raise ValueError(msg)
    return float(TTestIndPower().solve_power(None, n, alpha, power, ratio=ratio)) * sd
