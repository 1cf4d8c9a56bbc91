"""The files behind a job's parameters, named as the YAML names them."""

import os
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path, PurePath

from engagement_utils.suite.job import Job
from engagement_utils.suite.planning.inputs import input_files
from engagement_utils.tables.spec import TableSpec


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
