"""The nouns of a run: a job is planned, a result is what came of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Status = Literal["fresh", "cached", "failed"]


@dataclass(frozen=True)
class Job:
    """One report to make: a notebook with resolved, validated parameters.

    Attributes:
        name: the report's name, a slug: file names on the site are made of it.
        title: shown on page and index.
        notebook: path of the notebook.
        source: the YAML file that asked for it; relative input paths are relative to its folder.
        parameters: every parameter of the notebook with its final Python value (defaults filled in);
            `${NAME}` is still unexpanded in it.
        tables: names of the parameters that are tables.
        given: names of the parameters that the YAML or `--set` states (others are defaults).
        timeout: seconds the run may take.
        memory: bytes that the run's processes may map, or None.
        family: name of the YAML's family, where `for_each` made this job; `member` is its values.
    """

    name: str
    title: str
    notebook: Path
    source: Path
    parameters: dict[str, Any]
    tables: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    timeout: float = 600.0
    memory: int | None = None
    family: str = ""
    member: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why a run failed.

    `kind`: "error" (the notebook raised), "unusable input" (it raised a `TableError` or `ParameterError`),
    "timeout", "killed", "memory", "publish".
    """

    kind: str
    message: str  # one line
    cell: int | None = None  # number of the cell in the executed notebook


@dataclass(frozen=True)
class RunResult:
    """What came of executing a job. `directory` is the run directory, whole when `failure` is None."""

    job: Job
    key: str
    directory: Path
    seconds: float
    failure: Failure | None = None
