"""When a fork is safe, and what a forked process is given anew."""

import gc
import os
import re
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

# Threads do not survive a fork, so the libraries that start some as they are imported are told not to:
# OpenBLAS (the kernel gets its threads back after the fork) and the jemalloc inside Arrow.
SINGLE = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}


class UnsafeError(Exception):
    """A process that kernels must not be forked from; the text says why."""


def supported(environ: Mapping[str, str] | None = None) -> bool:
    """Whether kernels are forked here: on Linux, unless `ENGAGEMENT_KERNELS=fresh` says otherwise.

    macOS can fork, but its own libraries do not bear it; Windows cannot.
    """
    environ = os.environ if environ is None else environ
    if environ.get("ENGAGEMENT_KERNELS", "warm") == "fresh":
        return False
    return sys.platform.startswith("linux") and hasattr(os, "pidfd_open") and Path("/proc/self/task").is_dir()


def preload(names: Iterable[str], *, quiet: bool = True) -> dict[str, str]:
    """Import modules into a process that is to be forked from; gives the environment variables they set.

    Args:
        names: dotted names; one that is no module (`from a import b` with a function) or is not installed is
            left out.
        quiet: whether what an import prints or warns of makes the process unusable: in a fresh kernel it
            would be an output of the notebook.

    Raises:
        UnsafeError: an import raised or said something, or left a thread, an open file, another directory
            or signal handler.
    """
    before, variables = _surroundings(), dict(os.environ)
    gc.disable()  # looking for garbage time and again takes a tenth of the time that imports do
    try:
        said = _saying(names)
    finally:
        gc.enable()
    if quiet and said:
        msg = f"an import says {said[:200]!r}"
        raise UnsafeError(msg)
    after = _surroundings()
    for what, was in before.items():
        if after[what] != was:
            msg = f"an import changed {what}: {_shown(was, after[what])}"
            raise UnsafeError(msg)
    if lost := sorted(name for name, value in variables.items() if os.environ.get(name) != value):
        msg = f"an import changed environment variables: {', '.join(lost)}"
        raise UnsafeError(msg)
    check()
    return {name: value for name, value in os.environ.items() if name not in variables}


def check() -> None:
    """See that this process can be forked now.

    Raises:
        UnsafeError: it has a second thread or a ZeroMQ context.
    """
    tasks = os.listdir("/proc/self/task")  # noqa: PTH208
    if len(tasks) > 1 or threading.active_count() > 1:
        msg = f"an import started threads: {sorted(_task(task) for task in tasks)}"
        raise UnsafeError(msg)
    zmq = sys.modules.get("zmq")
    if zmq is not None and getattr(zmq.Context, "_instance", None) is not None:
        msg = "an import opened a ZeroMQ context"
        raise UnsafeError(msg)


def settle() -> None:
    """Before the first fork: put what is imported out of the garbage collector's way, which would copy it."""
    gc.collect()
    gc.freeze()


def renew(environ: Mapping[str, str], directory: str) -> None:
    """Give a forked process what a fresh one has of its own: environment, directory, chance, signals."""
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(directory)
    tempfile.tempdir = None
    # the standard library's `random` does so itself
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def compute_with(threads: int) -> None:
    """Let OpenBLAS and OpenMP, which read their variables before the fork, use so many threads."""
    if threads > 1 and "numpy" in sys.modules:
        from threadpoolctl import threadpool_limits

        threadpool_limits(threads)


def _import(name: str) -> None:
    parent, _, last = name.rpartition(".")
    module = sys.modules.get(parent)
    if module is not None and (hasattr(module, last) or not hasattr(module, "__path__")):
        return  # `from parent import last` with something that is no module
    try:
        __import__(name)  # a warning then names this module, which `importlib.import_module` would hide
    except ModuleNotFoundError as error:
        missing = error.name or ""
        if name != missing and not name.startswith(f"{missing}."):
            raise  # else it is not installed, which the notebook says itself where it matters


def _saying(names: Iterable[str]) -> str:
    """Import, and give what that wrote to standard output and error, from Python or from a library."""
    kept = [os.dup(number) for number in (1, 2)]
    # a deprecation is shown to who imports, which in a notebook is the cell
    ours = ("always", None, DeprecationWarning, re.compile(re.escape(__name__) + r"\Z"), 0)
    with tempfile.TemporaryFile() as said:
        try:
            for number in (1, 2):
                os.dup2(said.fileno(), number)
            warnings.filters.insert(0, ours)  # type: ignore[attr-defined]
            for name in names:
                _import(name)
        except Exception as error:
            msg = f"an import raised {type(error).__name__}: {error}"
            raise UnsafeError(msg) from error
        finally:
            with suppress(ValueError):
                warnings.filters.remove(ours)  # type: ignore[attr-defined]
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            for number, copy in zip((1, 2), kept, strict=True):
                os.dup2(copy, number)
                os.close(copy)
        said.seek(0)
        return said.read().decode(errors="replace").strip()


def _surroundings() -> dict[str, Any]:
    mask = os.umask(0o077)
    os.umask(mask)
    return {
        "the working directory": os.getcwd(),  # noqa: PTH109
        "signal handlers": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "the umask": mask,
        "open files": _open_files(),
        "child processes": _children(),
    }


def _children() -> str:
    with suppress(OSError):  # a kernel built without it
        return Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return ""


def _open_files() -> dict[str, str]:
    found = {}
    for entry in os.listdir("/proc/self/fd"):  # noqa: PTH208
        with suppress(OSError):  # the listing's own
            found[entry] = os.readlink(f"/proc/self/fd/{entry}")  # noqa: PTH115
    return {entry: target for entry, target in found.items() if not target.endswith("/fd")}


def _shown(was: Any, now: Any) -> str:
    if isinstance(was, dict):
        changed = sorted(str(key) for key in was.keys() | now.keys() if was.get(key) != now.get(key))
        return ", ".join(changed[:5])
    return str(now)


def _task(task: str) -> str:
    with suppress(OSError):
        return Path(f"/proc/self/task/{task}/comm").read_text().strip()
    return task
