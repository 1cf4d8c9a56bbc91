"""A run directory as bytes, for the way from a machine that shares no disk with the suite."""

import io
import tarfile
from pathlib import Path, PurePosixPath

from engagement_utils.errors import OutputError
from engagement_utils.suite.execution.runs import KEPT, LOG

ACCEPTED = (*KEPT, LOG)


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
