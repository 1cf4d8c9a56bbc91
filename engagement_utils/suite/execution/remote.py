"""One run on a worker of a cluster, which shares no disk: notebook and run directory travel as bytes.

Nothing here imports the cluster's library but `run`, which a worker calls.
"""

import hashlib
import io
import shutil
import tarfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath

import engagement_utils
from engagement_utils.errors import OutputError
from engagement_utils.suite.caching.hashing import file_sha256
from engagement_utils.suite.execution.runs import KEPT, LOG, Event, run_job
from engagement_utils.suite.job import Failure, Job

TOPIC = "engagement"
PACKAGE = "engagement-utils"
_stops: dict[str, threading.Event] = {}
ACCEPTED = (*KEPT, LOG)


@dataclass(frozen=True)
class Input:
    """A file that a run reads at a path that all machines share: as the YAML names it, where, its SHA-256."""

    name: str
    path: Path
    sha256: str


@dataclass(frozen=True)
class Errand:
    """What a worker is asked to do.

    Attributes:
        job, key: the run.
        notebook: the notebook's bytes.
        inputs: the files that it reads.
        about: what `about()` says where the suite runs.
        sharing: runs that share the cores of the worker's machine.
        session: of the suite's run, so that it can be stopped.
    """

    job: Job
    key: str
    notebook: bytes
    inputs: tuple[Input, ...]
    about: Mapping[str, str]
    sharing: int
    session: str


@dataclass(frozen=True)
class Delivery:
    """What came of it: the run directory as `pack` gives it, or why there is none."""

    content: bytes
    seconds: float = 0.0
    failure: Failure | None = None


@cache
def about() -> dict[str, str]:
    """What must be equal where the suite runs and on every worker: our own source, Python, the libraries."""
    from engagement_utils.suite.site.provenance import Origin

    home = Path(engagement_utils.__file__).parent
    source = hashlib.sha256()
    for path in sorted(p for p in home.rglob("*") if p.is_file() and p.suffix != ".pyc"):
        source.update(f"{path.relative_to(home).as_posix()} {file_sha256(path)}\n".encode())
    return {**Origin(home).versions, PACKAGE: f"source {source.hexdigest()[:12]}"}


def unlike(ours: Mapping[str, str], theirs: Mapping[str, str]) -> str:
    """What differs between two `about()`, as text; "" where nothing does."""
    names = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    return ", ".join(
        f"{n} is {ours.get(n, 'missing')} here and {theirs.get(n, 'missing')} there" for n in names
    )


def stop(session: str) -> None:
    """End the runs of a session on this worker, at once."""
    _stops.setdefault(session, threading.Event()).set()


def run(errand: Errand) -> Delivery:
    """Do the errand on this worker, in a folder of its own on the worker's disk.

    Raises:
        CancelledError: the session was stopped.
        OSError: the run directory cannot be written.
    """
    from distributed import get_worker

    worker = get_worker()
    if wrong := unlike(errand.about, about()):
        return Delivery(b"", failure=Failure("error", f"a worker has other versions: {wrong}"))
    if failure := _missing(errand):
        return Delivery(b"", failure=failure)

    def tell(event: Event) -> None:
        content = {"name": event.job.name, "kind": event.kind, "cell": event.cell, "cells": event.cells}
        worker.log_event(TOPIC, {"session": errand.session, **content})

    into = Path(worker.local_directory, "engagement").resolve()
    folder = into / f"{errand.key}.notebook"
    folder.mkdir(parents=True, exist_ok=True)
    notebook = folder / errand.job.notebook.name
    notebook.write_bytes(errand.notebook)
    stopped = _stops.setdefault(errand.session, threading.Event())
    job = replace(errand.job, notebook=notebook)
    try:
        done = run_job(job, errand.key, into, errand.sharing, tell, stopped)
        content = pack(done.directory)
        shutil.rmtree(done.directory, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Delivery(content, done.seconds, done.failure)


def _missing(errand: Errand) -> Failure | None:
    """An input that is not here, or is another file here: the run's key would not name what was read."""
    for file in errand.inputs:
        try:
            seen = file_sha256(file.path)
        except OSError:
            text = (
                f"{file.name} is not there on the worker; accepted: a URL, or a path that all machines share"
            )
            return Failure("unusable input", text)
        if seen != file.sha256:
            text = f"{file.name} is another file on the worker; accepted: one file that all machines share"
            return Failure("unusable input", text)
    return None


def pack(run: Path) -> bytes:
    """The directory as a tar archive of regular files and folders; same content, same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path in sorted(run.rglob("*")):
            about = tarfile.TarInfo(path.relative_to(run).as_posix())
            if path.is_dir():
                about.type, about.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(about)
            else:
                about.size = path.stat().st_size
                with path.open("rb") as file:
                    archive.addfile(about, file)
    return buffer.getvalue()


def unpack(content: bytes, run: Path) -> None:
    """Write a packed directory to the new folder `run`.

    Raises:
        OutputError: it is no whole archive, or holds anything but the files and folders of a run directory (a
            link, a device, a name that leads elsewhere); then nothing of it is written.
    """
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for member in archive.getmembers():
                _check(member)
            run.mkdir(parents=True)
            if hasattr(tarfile, "data_filter"):  # the library's own checks, where its patch release has them
                archive.extractall(run, filter="data")
            else:
                archive.extractall(run)
    except tarfile.TarError as error:
        msg = f"what came back from the cluster is no run directory ({type(error).__name__})"
        raise OutputError(msg) from error


def _check(member: tarfile.TarInfo) -> None:
    path = PurePosixPath(member.name)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in member.name
    if not (inside and path.parts and path.parts[0] in ACCEPTED and (member.isfile() or member.isdir())):
        msg = f"what came back from the cluster holds {member.name!r}, which is no file of a run directory"
        raise OutputError(msg)
