"""Shares and rates of counted things."""

from scipy import stats
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    test_proportions_2indep,
)
from statsmodels.stats.rates import confint_poisson

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.samples import bounds

SMALLEST_EXPECTED = 5  # Cochran's rule: below it the score test's distribution is not yet close to its limit


def _check(successes: float, trials: float) -> None:
    if not 0 <= successes <= trials:
        msg = f"{successes} successes in {trials} trials; 0 <= successes <= trials is expected"
        raise ValueError(msg)


def proportion(successes: int, trials: int, *, level: float = 0.95) -> Estimate:
    """Share of `successes` in `trials` (0 to 1) with Wilson's score interval.

    Wilson 1927, JASA 22:209-212; recommended for small n by Brown, Cai and DasGupta 2001. The trials are
    taken as independent: for several events a user use `means.ratio_of_sums` with clusters.
    """
    _check(successes, trials)
    if trials == 0:
        return Estimate.unknown(0, level, "Wilson score interval")
    low, high = proportion_confint(successes, trials, alpha=1 - level, method="wilson")
    return Estimate(
        successes / trials, float(low), float(high), int(trials), level, None, "Wilson score interval"
    )


def proportion_difference(
    successes1: int, trials1: int, successes2: int, trials2: int, *, level: float = 0.95
) -> Estimate:
    """Difference of two independent shares, first minus second, with p-value of no difference.

    Interval: Newcombe's hybrid score (1998, Statistics in Medicine 17:873-890, method 10). p-value: score
    test (Farrington-Manning), or Fisher's exact test where an expected count is below 5.
    """
    _check(successes1, trials1)
    _check(successes2, trials2)
    n = int(min(trials1, trials2))
    if n == 0:
        return Estimate.unknown(0, level, "Newcombe interval")
    low, high = confint_proportions_2indep(
        successes1, trials1, successes2, trials2, method="newcomb", compare="diff", alpha=1 - level
    )
    overall = (successes1 + successes2) / (trials1 + trials2)
    if n * min(overall, 1 - overall) < SMALLEST_EXPECTED:
        table = [[successes1, trials1 - successes1], [successes2, trials2 - successes2]]
        p, test = float(stats.fisher_exact(table).pvalue), "Fisher's exact test"
    else:
        result = test_proportions_2indep(
            successes1, trials1, successes2, trials2, method="score", compare="diff"
        )
        p, test = float(result.pvalue), "score test"
    low_, high_ = bounds(low, high)
    value = successes1 / trials1 - successes2 / trials2
    return Estimate(value, low_, high_, n, level, p, f"Newcombe interval; {test}")


def rate(events: int, exposure: float, *, level: float = 0.95) -> Estimate:
    """Events a unit of exposure (a day, a thousand views) with the exact Poisson interval.

    Garwood 1936, Biometrika 28:437-442: chi-square quantiles. `n` is the number of events; the events are
    taken as independent.
    """
    if exposure <= 0 or events < 0:
        msg = f"{events} events in {exposure} of exposure; events >= 0 and exposure > 0 are expected"
        raise ValueError(msg)
    low, high = confint_poisson(events, exposure, method="exact-c", alpha=1 - level)
    low_, high_ = bounds(0.0 if events == 0 else low, high)
    return Estimate(events / exposure, low_, high_, int(events), level, None, "exact Poisson interval")
