"""One run at a time: a lock that the system releases when its holder dies, and that says who holds it."""

import json
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from engagement_utils.errors import LockedError
from engagement_utils.suite.caching.atomic import write_bytes_atomically

POLL = 0.2  # seconds between tries


@dataclass(frozen=True)
class Holder:
    """Who holds a lock; `started` is ISO 8601, UTC."""

    pid: int
    host: str
    command: str
    started: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} since {self.started} ({self.command})"


@contextmanager
def hold(
    path: Path,
    wait: bool | float = True,
    on_wait: Callable[[Holder | None], None] | None = None,
) -> Iterator[None]:
    """Hold the lock file `path` for a `with` block.

    Args:
        path: stays in place when the lock is free; `<name>.holder.json` beside it says who holds it.
        wait: True waits as long as it takes, False not at all, a number that many seconds.
        on_wait: called once, when it has to be waited, with the holder, or None where that is not known.

    Raises:
        LockedError: another run holds the lock, and waiting is over.
    """
    from filelock import FileLock, Timeout

    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    patience = (-1.0 if wait else 0.0) if isinstance(wait, bool) else float(wait)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if on_wait is not None and patience != 0:
            on_wait(holder(path))
        try:
            if patience == 0:
                raise
            lock.acquire(timeout=patience, poll_interval=POLL)
        except Timeout:
            msg = f"another run holds {path}: {holder(path) or 'unknown process'}"
            raise LockedError(msg) from None
    note = _note(path)
    try:
        write_bytes_atomically(note, json.dumps(asdict(_me()), sort_keys=True).encode())
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def holder(path: Path, patience: float = 1.0) -> Holder | None:
    """Who holds the lock `path`, as far as is known.

    A holder writes its name just after it has the lock, and one that was killed leaves its name behind: a
    dead one's is waited over for `patience` seconds.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            found = Holder(**json.loads(_note(path).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            found = None
        if found is not None and _may_live(found):
            return found
        if time.monotonic() >= deadline:
            return None
        time.sleep(0.05)


def _note(path: Path) -> Path:
    return path.with_name(f"{path.name}.holder.json")


def _me() -> Holder:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Holder(os.getpid(), socket.gethostname(), _command(sys.argv), started)


def _command(arguments: Sequence[str]) -> str:
    """The command line without the values in it: one of them may be a password."""
    words = [Path(arguments[0]).name if arguments else "", *arguments[1:]]
    hidden = [re.sub(r"=.*", "=…", word, flags=re.DOTALL) for word in words]
    return " ".join(re.sub(r"://[^/\s]*@", "://…@", word) for word in hidden).strip()


def _may_live(found: Holder) -> bool:
    if found.host != socket.gethostname():
        return True
    try:
        os.kill(found.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
