"""What is asked of a run of the suite, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engagement_utils.suite.execution.process import cores
from engagement_utils.suite.job import Failure, Status


@dataclass(frozen=True)
class Request:
    """What a run is asked to do.

    Attributes:
        names: reports or families to make; empty for all.
        params, out: folders of the YAML files and of the site; None for the project's own.
        overrides: (report or family, parameter, YAML text of the value), which win over the YAML.
        jobs: reports that run at once; one more than the cores, as each waits now and then.
        force: execute although nothing changed.
        publisher: "auto", "quarto" or "builtin".
        wait: whether to wait while another run holds the lock.
        start: where to look for the project from; None for the working directory.
    """

    names: Sequence[str] = ()
    params: Path | None = None
    out: Path | None = None
    overrides: Sequence[tuple[str, str, str]] = ()
    jobs: int = field(default_factory=lambda: cores() + 1)
    force: bool = False
    publisher: str = "auto"
    wait: bool = True
    start: Path | None = None


@dataclass(frozen=True)
class ReportOutcome:
    """What came of one report.

    Attributes:
        seconds: that executing took; None when it was not executed.
        findings: how many have each verdict.
        where: its page, or the page that shows how it failed; None where there is neither.
    """

    name: str
    title: str
    status: Status
    seconds: float | None
    findings: Mapping[str, int]
    where: Path | None
    failure: Failure | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a run: the reports that were asked for, by name, and the site they are on."""

    reports: tuple[ReportOutcome, ...]
    site: Path

    @property
    def exit_code(self) -> int:
        """0: all published; 1: a report failed; 2: reports failed, each for an unusable input."""
        failures = [r.failure for r in self.reports if r.failure]
        if not failures:
            return 0
        return 2 if all(f.kind == "unusable input" for f in failures) else 1
