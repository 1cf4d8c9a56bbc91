"""What a section of the report shows: an answer with its finding, or a line that says what is left out."""

from dataclasses import dataclass
from typing import Any

from IPython.display import display

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import Verdict
from engagement_utils.report import findings
from engagement_utils.report.outputs import Finding
from engagement_utils.report.section import escaped, section


@dataclass(frozen=True)
class Note:
    """A line in the place of what is left out, or beside what is shown."""

    text: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/markdown": escaped(self.text), "text/plain": self.text}


@dataclass(frozen=True)
class Answer:
    """A computed heading and what stands below it: a finding, or a note where the data hold no answer."""

    heading: str
    finding: Finding | None
    note: str = ""

    @property
    def verdict(self) -> Verdict | None:
        """The finding's verdict."""
        return self.finding.verdict if self.finding else None

    def open(self) -> None:
        """Show the heading, then the finding or the note."""
        section(self.heading)
        display(self.finding if self.finding else Note(self.note))


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
    """Put an answer together; `findings.finding`'s arguments behind a heading."""
    return Answer(heading, findings.finding(topic, text, estimate, verdict, unit=unit, main=main, n=n))


def left_out(what: str, why: str) -> Answer:
    """The answer where the data do not hold what is asked."""
    return Answer(f"{what}: not in these data", None, f"{what} is left out: {why}.")
