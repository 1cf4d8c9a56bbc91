"""The files behind a job's parameters, named as the YAML names them."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePath

from engagement_utils.errors import EngagementError, ParameterError
from engagement_utils.suite.job import Job
from engagement_utils.tables.spec import TableSpec

FilesOf = Callable[[TableSpec, Path], list[Path]]


@dataclass(frozen=True)
class InputFile:
    """One file behind a parameter. `name` is how the YAML names it: no machine's own path."""

    parameter: str
    name: str
    path: Path


@dataclass(frozen=True)
class Inputs:
    """What a job reads: its files, and its parameters that are read from a database."""

    files: tuple[InputFile, ...]
    databases: tuple[str, ...]


def inputs_of(job: Job, files_of: FilesOf) -> Inputs:
    """Find every file behind the job's table and `Path` parameters.

    A `Path` that does not exist is somewhere to write and no input; a folder stands for all files in it.

    Raises:
        ParameterError: with every problem of the job's inputs, a line each.
    """
    base = job.source.parent
    files: list[InputFile] = []
    databases: list[str] = []
    problems: list[str] = []
    for name, value in job.parameters.items():
        if isinstance(value, Path):
            files += _behind_path(name, value, base)
        if name not in job.tables or value is None:
            continue
        spec = TableSpec.of(value)
        if is_database(spec):
            databases.append(name)
            continue
        try:
            found = sorted(files_of(spec, base))
        except EngagementError as error:
            problems.append(_located(job, name, str(error)))
            continue
        if not found:
            problems.append(_located(job, name, f"no file behind {spec.path!r}"))
        files += [InputFile(name, _stated(spec.path, file, base), file) for file in found]
    if problems:
        raise ParameterError("\n".join(problems))
    return Inputs(tuple(files), tuple(databases))


def is_database(spec: TableSpec) -> bool:
    """Whether the table is behind a URL: its bytes cannot be hashed."""
    return "://" in spec.path


def fingerprint(path: Path) -> tuple[int, int, int]:
    """Size, time and inode of a file: equal before and after a run means nobody wrote to it meanwhile."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def _behind_path(parameter: str, value: Path, base: Path) -> list[InputFile]:
    path = base / value
    if path.is_file():
        return [InputFile(parameter, value.as_posix(), path)]
    if not path.is_dir():
        return []
    inside = sorted(p for p in path.rglob("*") if p.is_file())
    return [InputFile(parameter, (value / p.relative_to(path)).as_posix(), p) for p in inside]


def _stated(pattern: str, file: Path, base: Path) -> str:
    """The file's name as the YAML states it: of a glob, the pattern's fixed folders and what it matched."""
    parts = PurePath(pattern).parts
    fixed = list(takewhile(lambda part: not set(part) & set("*?["), parts))
    if len(fixed) == len(parts):
        return pattern
    folder = base.joinpath(*fixed).resolve()
    inside = file.resolve()
    return PurePath(*fixed, inside.relative_to(folder) if inside.is_relative_to(folder) else file.name).as_posix()


def _located(job: Job, parameter: str, text: str) -> str:
    return f"{job.source}: parameters.{parameter}: {text}"
