"""What a report reads: its files, and the credentials that its URLs name."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePath
from typing import Any

from engagement_utils.errors import TableError
from engagement_utils.suite.job import Job
from engagement_utils.suite.planning.parameters import Issue
from engagement_utils.tables.secrets import literal_password, names
from engagement_utils.tables.spec import TableSpec


def input_files(job: Job) -> dict[str, list[Path]]:
    """The files that each table or path parameter of a job names, without reading them.

    A path that is a folder stands for every file below it, sorted. SQL tables have no files.

    Raises:
        TableError: a table's file is gone.
    """
    from engagement_utils.tables.sources import files_of

    base = job.source.parent
    found: dict[str, list[Path]] = {}
    for name, value in job.parameters.items():
        if name in job.tables:
            found[name] = files_of(TableSpec.of(value), base)
        elif paths := [path for _, path in _walk(value) if isinstance(path, Path)]:
            found[name] = [file for path in paths for file in _below(base / path)]
    return found


def check_inputs(parameters: Mapping[str, Any], tables: Sequence[str], base: Path) -> list[Issue]:
    """Passwords written out, variables that are not set, and files that are not there."""
    issues: list[Issue] = []
    for name, value in parameters.items():
        before = len(issues)
        for path, item in _walk(value, (name,)):
            if isinstance(item, str):
                issues += _credentials(path, item)
            elif isinstance(item, Path):
                issues += _missing(path, item, base)
        if name in tables and value is not None and len(issues) == before:
            issues += _table((name,), value, base)
    return issues


def _credentials(path: tuple[Any, ...], text: str) -> Iterator[Issue]:
    if literal_password(text):
        accepted = "write ${NAME} in its place and set NAME in the environment"
        yield Issue(path, "a password is written out in the URL", accepted)
    for name in names(text):
        if name not in os.environ:
            yield Issue(path, f"${{{name}}} is not set in the environment", f"set {name} before the run")


def _table(path: tuple[Any, ...], value: Any, base: Path) -> Iterator[Issue]:
    from engagement_utils.tables.sources import files_of

    try:
        files_of(TableSpec.of(value), base)
    except TableError as error:
        yield Issue(path, str(error), "")
    except (OSError, ValueError) as error:
        yield Issue(
            path,
            f"cannot be looked up ({error})",
            "accepted: a file, a glob, sample:<domain>/<file> or a URL",
        )


def _missing(path: tuple[Any, ...], file: Path, base: Path) -> Iterator[Issue]:
    try:
        there = (base / file).exists()
    except (OSError, ValueError):
        there = False
    if not there:
        yield Issue(path, f"no file or folder '{file}'", "accepted: an existing one, from the YAML's folder")


def _below(path: Path) -> list[Path]:
    return sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


def _walk(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every scalar in a value, keys of mappings too, and where it is."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield (*path, key), key
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _walk(item, (*path, i))
    else:
        yield path, value


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


NO_INPUTS = Inputs((), ())


def inputs_of(job: Job) -> Inputs:
    """Every file behind the job's table and `Path` parameters, in order of parameters and files.

    Raises:
        TableError: a table's file is gone.
    """
    base = job.source.parent
    files: list[InputFile] = []
    databases: list[str] = []
    for name, paths in input_files(job).items():
        stated = ""
        if name in job.tables:
            stated = TableSpec.of(job.parameters[name]).path
            if "://" in stated:
                databases.append(name)
        files += [InputFile(name, _named(stated, path, base), path) for path in paths]
    return Inputs(tuple(files), tuple(databases))


def _named(stated: str, file: Path, base: Path) -> str:
    """The file's name: as the YAML states it; of a glob or a folder, the fixed part and what is below it."""
    fixed = list(takewhile(lambda part: not set(part) & set("*?["), PurePath(stated).parts))
    folder, found = os.path.normpath(base.joinpath(*fixed)), os.path.normpath(file)
    if stated.startswith("sample:") or found == folder:
        return stated
    if stated and not found.startswith(folder.rstrip(os.sep) + os.sep):
        return PurePath(*fixed, file.name).as_posix()
    return PurePath(*fixed, os.path.relpath(found, folder)).as_posix()
