"""The key of a run and of a page: a hash of all that each depends on, part by part.

The parts are kept beside the key, so that `suite.caching.explain` can name the one that changed. Nothing in
them is a time or a place: the same repository, data and parameters have the same key on every machine.
"""

import json
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from engagement_utils.errors import ParameterError
from engagement_utils.suite.caching.hashing import FileHashes, json_sha256
from engagement_utils.suite.caching.imports import Modules, imported_names
from engagement_utils.suite.job import Job
from engagement_utils.suite.planning.inputs import NO_INPUTS, InputFile, Inputs, inputs_of
from engagement_utils.suite.planning.jsonable import canonical
from engagement_utils.tables.secrets import redact

FORMAT = "1"  # of run directories and keys: raised when the suite changes what it keeps in them
LONGEST_VALUE = 200  # characters of a parameter that are kept readable; longer ones are kept as a hash

# what a prepared notebook and a page are made by, beside the publisher's own templates and tools
PAGE_MODULES = (
    "engagement_utils.suite.pages.prepare",
    "engagement_utils.suite.publish.publisher",
)


class WrittenCell(NamedTuple):
    """One cell: its type, its source, and what else an author can say of it (tags, attached images)."""

    type: str
    source: str
    tags: tuple[str, ...]
    attachments: Any = None


@dataclass(frozen=True)
class Key:
    """What a run depends on.

    Attributes:
        parts: by name, such as "input/users/users.csv", "module/engagement_utils.pings.metrics" or
            "parameter/top_n"; the values are hashes, or the value itself where it is short.
        inputs: what it reads.
    """

    parts: Mapping[str, str]
    inputs: Inputs = NO_INPUTS

    @cached_property
    def run(self) -> str:
        """The key itself: 64 hex digits."""
        return json_sha256(dict(self.parts))

    @property
    def cacheable(self) -> bool:
        """Whether equal keys mean equal results: a database's rows cannot be hashed."""
        return not self.inputs.databases

    def sha256(self, file: InputFile) -> str:
        """Hash of one of the inputs."""
        return self.parts[_input_part(file)]


@dataclass
class Keys:
    """Computes keys; one instance a run reads every file once. `lock` is the pinned environment's file."""

    lock: Path
    hashes: FileHashes = field(default_factory=FileHashes)
    _cells: dict[Path, tuple[WrittenCell, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.modules = Modules(self.hashes)

    def of(self, job: Job) -> Key:
        """The job's key.

        Raises:
            ParameterError: the notebook cannot be read.
            TableError: an input is gone.
        """
        inputs = inputs_of(job)
        cells = self._written(job.notebook)
        parts = {"format": FORMAT, "python": f"{sys.version_info.major}.{sys.version_info.minor}"}
        parts |= {"name": job.name} | self._environment
        for number, cell in enumerate(cells, 1):
            parts[f"notebook/cell {number:03}"] = json_sha256(cell)
        for name, value in job.parameters.items():
            parts[f"parameter/{name}"] = value_part(value)
        parts |= {_input_part(file): self.hashes.of(file.path) for file in inputs.files}
        for name in inputs.databases:
            parts[f"database/{name}"] = "read anew every time"
        names = set().union(*(imported_names(c.source) for c in cells if c.type == "code"))
        parts |= {f"module/{name}": sha for name, sha in self.modules.hashes(names).items()}
        return Key(dict(sorted(parts.items())), inputs)

    def page_parts(self, job: Job, run: str, output: str, publisher: str) -> dict[str, str]:
        """What a page depends on.

        Args:
            job: the report.
            run: its run's key.
            output: SHA-256 of the executed notebook, which differs when the same key was run again.
            publisher: name and fingerprint of the publisher.
        """
        about = {"name": job.name, "title": job.title, "family": job.family, "member": canonical(job.member)}
        return {
            "about": json_sha256(about),
            "code": json_sha256(self.modules.hashes(PAGE_MODULES)),
            "output": output,
            "publisher": publisher,
            "run": run,
        }

    def _written(self, notebook: Path) -> tuple[WrittenCell, ...]:
        if notebook not in self._cells:
            self._cells[notebook] = written_cells(notebook)
        return self._cells[notebook]

    @cached_property
    def _environment(self) -> dict[str, str]:
        """The lock file; without one the names of what is installed, which carry the versions."""
        if self.lock.is_file():
            return {"lock": self.hashes.of(self.lock)}
        installed = Path(sysconfig.get_path("purelib")).glob("*.dist-info")
        return {"environment": json_sha256(sorted(p.name for p in installed))}


def value_part(value: Any) -> str:
    """A parameter's value as JSON (`suite.planning.jsonable`) without passwords; a long one as its hash."""
    text = redact(canonical(value))
    return text if len(text) <= LONGEST_VALUE else f"sha256:{json_sha256(text)}"


def _input_part(file: InputFile) -> str:
    return f"input/{file.parameter}/{file.name}"


def written_cells(path: Path) -> tuple[WrittenCell, ...]:
    """The cells of a notebook, in order.

    Raises:
        ParameterError: when the file is no notebook.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return tuple(
            WrittenCell(
                c["cell_type"],
                c["source"] if isinstance(c["source"], str) else "".join(c["source"]),
                tuple(sorted(c["metadata"].get("tags", ()))),
                c.get("attachments") or None,
            )
            for c in cells
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        msg = f"{path}: not a notebook of version 4 ({type(error).__name__}: {error})"
        raise ParameterError(msg) from error
