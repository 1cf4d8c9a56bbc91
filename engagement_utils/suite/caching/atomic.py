"""Files and directories that are whole at every moment, whoever reads and whatever is killed."""

import ctypes
import errno
import json
import os
import shutil
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from engagement_utils.errors import PublishError

MARKER = "manifest.json"
AT_FDCWD = -100
SYNCING = 16  # files that are written to the disk at once
RENAME_EXCHANGE = 2  # renameat2(2)
RENAME_SWAP = 2  # renamex_np(2)
# what kernels and file systems say that cannot exchange
CANNOT = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EPERM)


def write_bytes_atomically(path: Path, data: bytes) -> None:
    """Write a file so that it is there with all of `data` or not changed at all; its folder is made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def swap_directory(staging: Path, target: Path) -> None:
    """Put `staging` in the place of `target`; the directory that was there is deleted.

    Readers see the old or the new directory, whole, and so does whoever comes after a kill at any moment.
    Both have to be on one file system. Where that, or the system, cannot exchange two directories, `target`
    is missing for the time between two renames, and `recover` brings the old one back after a kill there.

    Raises:
        PublishError: `target` is a link, a file, or a directory with content that is not a site of ours.
    """
    recover(target)
    check_replaceable(target)
    sync_tree(staging)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or not any(target.iterdir()):
        staging.replace(target)  # onto nothing, or onto an empty directory
        sync_directory(target.parent)
        return
    previous = _previous(target)
    if _exchange(staging, target):
        sync_directory(target.parent)
        # a half-deleted site must not look like a staged one
        staging.replace(previous)
    else:
        target.replace(previous)
        staging.replace(target)
        sync_directory(target.parent)
    shutil.rmtree(previous)


def recover(target: Path) -> None:
    """Undo or finish a swap that was interrupted; does nothing where there was none."""
    previous = _previous(target)
    if not previous.is_dir():
        return
    if target.exists():
        shutil.rmtree(previous)
    else:
        previous.replace(target)
        sync_directory(target.parent)


def check_replaceable(target: Path) -> None:
    """Hold that `target` is nothing, an empty directory, or a site of ours.

    Raises:
        PublishError: it is something else, and would be lost.
    """
    accepted = "accepted: a new path, an empty directory, or a site of an earlier run"
    if target.is_symlink():
        msg = f"{target} is a symbolic link; {accepted}"
        raise PublishError(msg)
    if not target.exists():
        return
    if not target.is_dir():
        msg = f"{target} is a file; {accepted}"
        raise PublishError(msg)
    if not any(target.iterdir()):
        return
    with suppress(OSError, ValueError):
        manifest = json.loads((target / MARKER).read_text(encoding="utf-8"))
        if isinstance(manifest, dict) and "reports" in manifest:
            return
    msg = f"{target} has content but no {MARKER} of a report site, and is left as it is; {accepted}"
    raise PublishError(msg)


def sync_tree(directory: Path) -> None:
    """Have every file and folder below `directory`, and itself, on the disk before what follows."""
    from concurrent.futures import ThreadPoolExecutor  # a run without changes needs none

    tree = [(Path(folder), files) for folder, _, files in os.walk(directory)]
    paths = (folder / name for folder, files in tree for name in files)
    # asked for together, the disk writes them together: one after the other, each waits for a turn of its own
    with ThreadPoolExecutor(SYNCING) as pool:
        list(pool.map(_sync, (path for path in paths if path.is_file() and not path.is_symlink())))
    for folder, _ in tree:
        sync_directory(folder)


def sync_directory(directory: Path) -> None:
    """Have the names in a directory on the disk before what follows."""
    _sync(directory)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some file systems cannot
            os.fsync(handle)
    finally:
        os.close(handle)


def _previous(target: Path) -> Path:
    return target.with_name(f".{target.name}.previous")


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two directories in one step; False where that cannot be done here.

    Raises:
        OSError: it could be done, but not with these two.
    """
    swap = _system_exchange()
    if swap is None:
        return False
    if swap(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    number = ctypes.get_errno()
    if number in CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


def _system_exchange() -> Callable[[bytes, bytes], int] | None:
    """The system's call that exchanges two paths, or None."""
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform.startswith("linux"):
            call = library.renameat2
            return lambda one, other: call(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE)
        if sys.platform == "darwin":
            call = library.renamex_np
            return lambda one, other: call(one, other, RENAME_SWAP)
    except (AttributeError, OSError, TypeError):
        pass
    return None
