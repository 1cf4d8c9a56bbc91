"""An answer: what a section's heading and its finding say."""

from dataclasses import dataclass

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import Verdict
from engagement_utils.report import findings
from engagement_utils.report.outputs import Finding
from engagement_utils.report.wording import p_value


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
    topic: str,
    heading: str,
    text: str,
    estimate: Estimate | None,
    verdict: Verdict,
    *,
    unit: str = "",
    main: bool = False,
    n: int = 0,
) -> Answer:
    """Put an answer together; `finding`'s arguments behind a heading."""
    return Answer(heading, findings.finding(topic, text, estimate, verdict, unit=unit, main=main, n=n))


def tested(estimate: Estimate) -> str:
    """ ", p = 0.43" behind an interval, or nothing where nothing was tested."""
    words = p_value(estimate.p_value)
    return f", {words}" if words else ""
