"""Differences of shares in words."""

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report.wording import decimals, interval, number


def points(e: Estimate) -> str:
    """A difference of shares: "24 points (95% interval 22 to 26)"."""
    digits = decimals(e, 100.0)
    text = f"{number(e.value * 100, digits)} points"
    if e.interval is None:
        return text
    low, high = e.interval
    return f"{text} ({number(e.level * 100, 0)}% interval {interval(low * 100, high * 100, digits)})"
