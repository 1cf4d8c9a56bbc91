"""Watches one worker from outside: its events, its time limit, its end."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from engagement_utils.suite.execution import process

if TYPE_CHECKING:
    from engagement_utils.suite.execution.warm.parent import ForkedWorker

    Worker = subprocess.Popen[bytes] | ForkedWorker

GRACE = 3.0  # seconds that a worker gets to save its notebook before it is killed
PULSE = 0.25  # seconds between looks at `stop`


@dataclass(frozen=True)
class End:
    """How a worker ended.

    Attributes:
        outcome: its last word, or None when it ended without one.
        cell: number of the last cell that started.
        timed_out: whether it was killed because its time was up.
        status: its return code, negative for a signal; None where nobody knows it.
    """

    outcome: Mapping[str, Any] | None
    cell: int | None
    timed_out: bool
    status: int | None


def start(
    command: Sequence[str], *, run: Path, environment: Mapping[str, str], log: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Start `command` in directory `run`, its standard error in `log`."""
    # a session of its own: Ctrl-C reaches the suite alone, which then ends its runs one by one
    return subprocess.Popen(
        command,
        cwd=run,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
    )


def supervise(
    worker: "Worker",
    *,
    timeout: float,
    on_cell: Callable[[int, int], None],
    stop: threading.Event | None = None,
) -> End:
    """Follow a worker to its end, or kill it and all it started after `timeout` seconds.

    Args:
        on_cell: called with a cell's number and the number of cells, as cells start.
        stop: when set, everything is killed.

    Raises:
        CancelledError: `stop` was set.
    """
    deadline = time.monotonic() + timeout
    assert worker.stdin is not None
    assert worker.stdout is not None
    events: queue.Queue[dict[str, Any] | None] = queue.Queue()
    threading.Thread(target=_read, args=(worker.stdout, events), daemon=True).start()
    outcome, cell, timed_out, ended = None, None, False, False
    try:
        while not timed_out:
            if stop is not None and stop.is_set():
                raise CancelledError
            left = deadline - time.monotonic()
            try:
                event = events.get(timeout=max(0.0, min(left, PULSE)))
            except queue.Empty:
                timed_out = left <= 0
                continue
            if event is None:
                break
            if event["event"] == "cell":
                cell = event["cell"]
                on_cell(cell, event["cells"])
            elif event["event"] == "outcome":
                outcome = event
        if timed_out:
            _ask_to_save(worker.stdin, events)
        else:  # its last word is said or it is dying: its own status is worth waiting for
            with suppress(subprocess.TimeoutExpired):
                ended = worker.wait(GRACE) is not None
    finally:
        if not ended:
            process.end_tree(worker.pid)
        status = worker.wait()
        with suppress(OSError):
            worker.stdin.close()
    return End(outcome, cell, timed_out, status)


def _read(stream: IO[bytes], events: "queue.Queue[dict[str, Any] | None]") -> None:
    with stream:
        for line in stream:
            with suppress(ValueError):  # a line that the worker's death cut off
                events.put(json.loads(line))
    events.put(None)


def _ask_to_save(stdin: IO[bytes], events: "queue.Queue[dict[str, Any] | None]") -> None:
    deadline = time.monotonic() + GRACE
    with suppress(OSError, queue.Empty):
        stdin.write(b"stop\n")
        stdin.flush()
        while (event := events.get(timeout=max(0.0, deadline - time.monotonic()))) is not None:
            if event["event"] == "saved":
                return
