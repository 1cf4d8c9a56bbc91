"""A process that the worker forks before it has threads, and that becomes its kernel when it is asked to."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import IO, Any


class Forked:
    """A child that was forked, with as much of `subprocess.Popen` as a kernel's manager uses."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The return code, negative for a signal; None while it runs."""
        return self._collect(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end.

        Raises:
            subprocess.TimeoutExpired: it runs on.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self._collect(0 if deadline is None else os.WNOHANG)) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(["kernel"], timeout or 0.0)
            time.sleep(0.02)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def _collect(self, how: int) -> int | None:
        if self.returncode is None:
            try:
                pid, status = os.waitpid(self.pid, how)
            except ChildProcessError:  # collected by someone else: the status is lost, as Popen has it
                self.returncode = 0
            else:
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


class Standby:
    """Waits to become a kernel; `take` gives the one of this process, once."""

    current: "Standby | None" = None

    def __init__(self, process: Forked, orders: int) -> None:
        self.process, self._orders = process, orders

    @classmethod
    def take(cls) -> "Standby | None":
        """The process that stands by, or None where there is none (any more)."""
        found, cls.current = cls.current, None
        return found

    def become(self, command: Sequence[str], environment: dict[str, str]) -> Forked:
        """Let it be the kernel that `command` would start."""
        with os.fdopen(self._orders, "w", encoding="utf-8") as orders:
            json.dump({"command": list(command), "environment": environment}, orders)
        return self.process


def stand_by(leave: Sequence[IO[str]]) -> None:
    """Fork the process that may become the kernel; in it, this ends with the kernel and does not return.

    Args:
        leave: open files that are the worker's own.
    """
    read, write = os.pipe()
    worker = os.getpid()
    pid = os.fork()
    if pid:
        os.close(read)
        Standby.current = Standby(Forked(pid), write)
        return
    os.close(write)
    for stream in leave:  # by its object, which would else close that number again when the kernel ends
        stream.close()
    os.setsid()
    _kernel(read, worker)


def _kernel(read: int, worker: int) -> None:
    from engagement_utils.suite.execution import kernel, process

    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    process.die_with_parent(signal.SIGKILL, worker)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    with os.fdopen(read, encoding="utf-8") as stream:
        text = stream.read()
    if not text:
        os._exit(0)
    orders: dict[str, Any] = json.loads(text)
    os.environ.clear()
    os.environ.update(orders["environment"])
    # the command is `python -m MODULE ARGUMENTS`
    sys.argv = [kernel.__file__, *orders["command"][3:]]
    kernel.forked()
    raise SystemExit
