"""`Card`: all that the index says of one report."""

from dataclasses import asdict, dataclass, field
from typing import Any

from engagement_utils.suite.job import Status


@dataclass(frozen=True)
class Download:
    """A file beside a report: its name below the report's folder, its address from the index, its size."""

    name: str
    href: str
    bytes: int


@dataclass(frozen=True)
class CardFailure:
    """Why a report failed. `href` is the executed notebook as a page, or "" where there is none."""

    kind: str  # as in `job.Failure`
    message: str  # one line
    href: str = ""


@dataclass(frozen=True)
class Card:
    """One report on the index; every value is plain JSON, every address relative to the index.

    A card holds no time of the wall clock: `times.js` has those, by report name.

    Attributes:
        name: the report's name, a slug; its page is `<name>.html`.
        title: as the YAML states it.
        status: of this run. "failed" with `html` set has its last good page beside it.
        headline: payload of the finding to show first (`report.outputs.Finding`), or None.
        findings: how many findings have each verdict, in the order of `inference.verdict.VERDICTS`;
            verdicts without a finding are 0.
        key_figures: payloads of `report.outputs.KeyFigure`.
        start, end: ISO dates of the data window, "" where the data have no time.
        counts: (formatted number, what was counted).
        html, pdf, code: addresses of the page, its PDF and the notebook with its code; "" where missing.
        downloads: the files that the notebook wrote for its readers.
        failure: why the latest run failed, or None.
        stale: the latest run failed, and the page is the last good one.
        family: name of the family that `for_each` made, "" outside of one.
        member: the values that tell this report from its family.
        description: the notebook's first paragraph, Markdown, "" where nobody wrote one.
    """

    name: str
    title: str
    status: Status
    headline: dict[str, Any] | None = None
    findings: dict[str, int] = field(default_factory=dict)
    key_figures: tuple[dict[str, Any], ...] = ()
    start: str = ""
    end: str = ""
    counts: tuple[tuple[str, str], ...] = ()
    html: str = ""
    pdf: str = ""
    code: str = ""
    downloads: tuple[Download, ...] = ()
    failure: CardFailure | None = None
    stale: bool = False
    family: str = ""
    member: dict[str, Any] = field(default_factory=dict)
    description: str = ""

    @property
    def payload(self) -> dict[str, Any]:
        """The plain JSON values."""
        return asdict(self)
