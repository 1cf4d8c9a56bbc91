"""Processes of a run: how they die with the suite, what they may use, how all of them are ended."""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
# modules that libraries import where they are installed: seconds long, and of no use here;
# of jsonschema: grammars of internationalised web addresses; of papermill: Hadoop's file system;
# of nbconvert: the web server that shows slides
UNUSED = ("rfc3987_syntax", "pyarrow.fs", "nbconvert.postprocessors.serve")


def cores() -> int:
    """Cores that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def die_with_parent(signum: int, parent: int) -> None:
    """Let Linux send `signum` to this process when the thread that started it ends.

    `parent` is the process id that the starter passed on: where it is gone already, this process ends here.
    Elsewhere than on Linux the end of stdin and ipykernel's own poller do the work.
    """
    if _prctl(PR_SET_PDEATHSIG, signum) and os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends, so that `end_descendants` finds it."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def _prctl(option: int, value: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0) == 0


def offer_to_oom_killer(score: int) -> None:
    """Make this process, and what it starts, the one that Linux ends first for want of memory (0 to 1000)."""
    with contextlib.suppress(OSError):  # not Linux, or a container that forbids it
        Path("/proc/self/oom_score_adj").write_text(str(score))


def limit_memory(limit: int | None) -> None:
    """Limit the bytes that this process, and each one it starts, may map; None sets no limit."""
    if limit is None:
        return
    import resource

    with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, soft))


def address_space() -> int:
    """Bytes that this process maps: what `limit_memory` limits."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")


def oom_kills(counters: Path = Path("/proc/vmstat")) -> int:
    """How often this machine's kernel has ended a process for want of memory; 0 where it does not say."""
    with contextlib.suppress(OSError):
        for line in counters.read_text().splitlines():
            if line.startswith("oom_kill "):
                return int(line.split()[1])
    return 0


def end_descendants(root: int, patience: float = 5.0) -> None:
    """Kill every descendant of process `root`, whatever its session or group, and leave `root` running."""
    import psutil

    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            children = psutil.Process(root).children(recursive=True)
        except psutil.NoSuchProcess:
            return
        living = [child for child in children if _lives(child)]
        if not living:
            return
        for child in living:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(living, timeout=0.1)


def end_tree(root: int) -> None:
    """Kill process `root`, its group and every descendant, without giving any of them a say.

    `root` is stopped first: while it stands still it starts nothing new, and it stays there as the parent of
    descendants whose own parents end, so that none is lost from sight.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(root, signal.SIGSTOP)
    end_descendants(root)
    for end in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end(root, signal.SIGKILL)


def _lives(process: object) -> bool:
    import psutil

    try:
        return process.status() != psutil.STATUS_ZOMBIE  # type: ignore[attr-defined]
    except psutil.NoSuchProcess:
        return False


@contextmanager
def without_unused() -> Iterator[None]:
    """Meanwhile, importing what is `UNUSED` fails at once, unless it is imported already."""
    hidden = [name for name in UNUSED if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
