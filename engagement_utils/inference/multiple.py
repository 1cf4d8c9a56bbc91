"""Many tests at once: the false discovery rate."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from engagement_utils.inference.estimate import Estimate


def adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini-Hochberg adjusted p-values, in the order given; None stays None and does not count as a test.

    p(i) * m / i, made monotone from above (Benjamini and Hochberg 1995, JRSS B 57:289-300;
    `scipy.stats.false_discovery_control`). Calling all with an adjusted p below q discoveries keeps the
    expected share of false ones under q, for independent and for positively dependent tests.
    """
    tested = [i for i, p in enumerate(p_values) if p is not None and np.isfinite(p)]
    result: list[float | None] = [None] * len(p_values)
    if tested:
        raw = np.array([p_values[i] for i in tested], dtype=float)
        for i, p in zip(tested, stats.false_discovery_control(raw), strict=True):
            result[i] = float(p)
    return result


def adjust(estimates: Sequence[Estimate]) -> list[Estimate]:
    """The estimates with p-values adjusted together; intervals stay as they are, each at its own level."""
    ps = adjusted([e.p_value for e in estimates])
    return [e.with_p_value(p) for e, p in zip(estimates, ps, strict=True)]
