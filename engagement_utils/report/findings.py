"""Findings from estimates, and the false discovery rate of a whole report."""

import math
from collections.abc import Mapping

from engagement_utils.inference import multiple
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import Verdict
from engagement_utils.report.outputs import Finding


def adjust(estimates: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """The report's estimates by topic, p-values adjusted together (Benjamini-Hochberg).

    Call it once a report with every estimate that was tested, before sentences are written and verdicts are
    judged; what has no p-value passes through.
    """
    return dict(zip(estimates, multiple.adjust(list(estimates.values())), strict=True))


def finding(
    topic: str,
    text: str,
    estimate: Estimate | None,
    verdict: Verdict,
    *,
    unit: str = "",
    main: bool = True,
    n: int = 0,
) -> Finding:
    """A sentence with its evidence.

    Args:
        estimate: None for a statement about the data themselves; `n` then is what stands behind it.

    Raises:
        ValueError: no sentence, or a "supported" without a number.
    """
    if not text.strip():
        msg = f"finding {topic!r} has no text"
        raise ValueError(msg)
    if estimate is None:
        return Finding(topic, text, None, None, n, None, verdict, unit, main)
    value = estimate.value if math.isfinite(estimate.value) else None
    if value is None and verdict == "supported":
        msg = f"finding {topic!r} is called supported, but its estimate is {estimate.value}"
        raise ValueError(msg)
    return Finding(topic, text, value, estimate.interval, estimate.n, estimate.p_value, verdict, unit, main)
