"""An answer: what a section's heading and its finding say."""

from dataclasses import dataclass

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import Verdict
from engagement_utils.report import findings
from engagement_utils.report.outputs import Finding
from engagement_utils.report.wording import decimals, interval, number, p_value


@dataclass(frozen=True)
class Answer:
    """A computed heading and the finding behind it."""

    heading: str
    finding: Finding

    @property
    def verdict(self) -> Verdict:
        """The finding's verdict."""
        return self.finding.verdict


def answer(
    topic: str, heading: str, text: str, e: Estimate, verdict: Verdict, *, main: bool = False
) -> Answer:
    """Put an answer together."""
    return Answer(heading, findings.finding(topic, text, e, verdict, main=main))


def tested(estimate: Estimate) -> str:
    """ ", p = 0.43" behind an interval, or nothing where nothing was tested."""
    words = p_value(estimate.p_value)
    return f", {words}" if words else ""


def points(e: Estimate) -> str:
    """A difference of shares: "24 points (95% interval 22 to 26)"."""
    digits = decimals(e, 100.0)
    text = f"{number(e.value * 100, digits)} points"
    if e.interval is None:
        return text
    low, high = e.interval
    return f"{text} ({number(e.level * 100, 0)}% interval {interval(low * 100, high * 100, digits)})"
