"""What `engagement list` shows: each report with its parameters, their kinds, defaults and current values."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement_utils.suite.job import Job
from engagement_utils.suite.planning.parameters import Parameters, read_parameters


@dataclass(frozen=True)
class ParameterRow:
    """One parameter of one report. `given` tells a value that YAML or `--set` states from a default."""

    name: str
    annotation: str
    accepted: str
    default: Any
    description: str
    value: Any
    given: bool


@dataclass(frozen=True)
class Description:
    """One report, as it would run."""

    name: str
    title: str
    notebook: Path
    source: Path
    family: str
    timeout: float
    memory: int | None
    parameters: tuple[ParameterRow, ...]


def describe(jobs: Iterable[Job]) -> list[Description]:
    """The planned jobs in words; each notebook is read once.

    Raises:
        ParameterError: a notebook's parameters cell changed since the plan, and is not readable now.
    """
    read: dict[Path, Parameters] = {}
    found = []
    for job in jobs:
        if job.notebook not in read:
            read[job.notebook] = read_parameters(job.notebook)
        rows = tuple(
            ParameterRow(
                item.name,
                item.annotation,
                item.kind.words,
                item.default,
                item.description,
                job.parameters.get(item.name, item.default),
                item.name in job.given,
            )
            for item in read[job.notebook].items
        )
        found.append(
            Description(
                job.name, job.title, job.notebook, job.source, job.family, job.timeout, job.memory, rows
            )
        )
    return found
