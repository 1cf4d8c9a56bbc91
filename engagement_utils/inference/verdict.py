"""What an estimate lets one say: the verdicts that every finding carries.

Only `report.report` judges: a domain states estimates, and the report that holds them says what they carry.
"""

from typing import Literal, get_args

from engagement_utils.inference.estimate import Estimate

Verdict = Literal["supported", "not distinguishable from chance", "too little data", "described"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
SUPPORTED, CHANCE, TOO_LITTLE, DESCRIBED = VERDICTS


def judge(
    estimate: Estimate, *, null: float | None = 0.0, alpha: float = 0.05, minimum_n: int = 10
) -> Verdict:
    """Whether the estimate differs from `null` by more than chance explains.

    1. Too little data: `n` (for a comparison, of the smaller group) is below `minimum_n`; or something was to
       be tested, and there is neither an interval nor a p-value. Ten is where t and bootstrap intervals start
       to hold their level on the skewed measures of audiences; below it even a small p-value hangs on two or
       three units.
    2. With a p-value: supported where it is below `alpha`. The p-value goes before the interval, because it
       may be adjusted for the report's other tests and the interval never is.
    3. Without one: supported where the interval excludes `null`; described where there is no `null`.
    4. Otherwise not distinguishable from chance.

    Args:
        null: the value that "no difference" has, on the estimate's scale (1 for ratios, 0.5 for a
            probability of superiority); used only where there is no p-value. None: nothing is tested.
    """
    if estimate.n < minimum_n:
        return TOO_LITTLE
    if estimate.p_value is not None:
        return SUPPORTED if estimate.p_value < alpha else CHANCE
    if null is None:
        return DESCRIBED
    if estimate.interval is None:
        return TOO_LITTLE
    low, high = estimate.interval
    return CHANCE if low <= null <= high else SUPPORTED
