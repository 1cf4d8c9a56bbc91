"""The suite's side of warm kernels: one process a suite, one branch of it a notebook, forked workers.

Where notebooks import the same libraries, a stem imports these once, and their branches are forked from it.
"""

import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from engagement_utils.suite.execution import environment
from engagement_utils.suite.execution.warm import guard, imports
from engagement_utils.suite.execution.warm.zygote import pair, receive, send

MODULE = "engagement_utils.suite.execution.warm.zygote"
PATIENCE = 120.0  # seconds that importing may take; a fresh kernel then does it itself
PULSE = 0.1
ROOM = 1 << 30  # bytes that a memory limit must leave beside what is imported


class ColdError(Exception):
    """There is no warm process to fork from; the text says why, and a fresh one does the work."""


class ForkedWorker:
    """A worker that was forked, with as much of `subprocess.Popen` as its supervision uses."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes], channel: socket.socket) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout
        self.returncode: int | None = None
        self._channel = channel

    def wait(self, timeout: float | None = None) -> int | None:
        """Its status, negative for a signal; None when the process that it was forked from is gone.

        Raises:
            subprocess.TimeoutExpired: it runs on.
        """
        if self._channel.fileno() >= 0:
            try:
                line = _line(self._channel, timeout)
            except TimeoutError:
                raise subprocess.TimeoutExpired(["worker"], timeout or 0.0) from None
            self._channel.close()  # its process id is free from now on
            self.returncode = line.get("status")
        return self.returncode


@dataclass
class _Branch:
    """A process that has imported what one set of notebooks imports."""

    modules: tuple[str, ...]
    source: "_Branch | None" = None  # what it is forked from
    runs: int = 0  # still to come
    lock: threading.Lock = field(default_factory=threading.Lock)
    channel: socket.socket | None = None
    size: int = 0  # bytes of its address space
    cold: str = ""  # why it cannot be used

    @property
    def request(self) -> dict[str, Any]:
        """What makes a process become this branch."""
        return {"branch": [*self.modules, *imports.late(imports.libraries(self.modules))]}


class Parent:
    """Forks workers for the runs that are planned, between `open` and `close`.

    Args:
        notebooks: of every run, as often as it is to be run.
        into: the folder of the runs.
        threads: what each run may compute with.
    """

    def __init__(self, notebooks: Iterable[Path], into: Path, threads: int) -> None:
        self._branches: dict[tuple[str, ...], _Branch] = {}
        self._of: dict[Path, _Branch] = {}
        planned = list(notebooks)
        for notebook in dict.fromkeys(planned):
            names = imports.of_notebook(notebook)
            branch = self._branches.setdefault(names, _Branch(names))
            branch.runs += planned.count(notebook)
            self._of[notebook] = branch
        self._into, self._threads = into, threads
        self._process: subprocess.Popen[bytes] | None = None
        self._base: _Branch | None = None
        self._stems: list[_Branch] = []

    def imported(self, notebook: Path) -> tuple[str, ...]:
        """What is imported before a planned notebook's kernel can be forked; notebooks may share it."""
        branch = self._of[notebook]
        return (branch.source or branch).modules

    def open(self) -> "Parent":
        """Start importing, if kernels can be forked here."""
        if guard.supported() and self._branches:
            with suppress(OSError):
                self._open()
        return self

    def close(self) -> None:
        """End the processes that are forked from; not their workers."""
        for branch in [*self._branches.values(), *self._stems, *([self._base] if self._base else [])]:
            _close(branch)
        if self._process is not None:
            try:
                self._process.wait(1.0)
            except subprocess.TimeoutExpired:  # it imports
                self._process.kill()
                self._process.wait()

    def _open(self) -> None:
        home = self._into / ".matplotlib"  # nothing lies there that a library would read as it is imported
        home.mkdir(parents=True, exist_ok=True)
        variables = environment.variables(self._into, self._into, self._threads) | guard.SINGLE
        near, far = pair()
        try:
            with far:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", MODULE, str(far.fileno()), str(os.getpid())],
                    cwd=home,
                    env=variables,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[far.fileno()],
                    start_new_session=True,
                )
            base = _Branch(self._shared(), channel=near)
            send(near, base.request)
        except OSError:
            near.close()
            raise
        self._base = base

    def _shared(self) -> tuple[str, ...]:
        """What all branches import of libraries; those that import the same ones get a stem in between."""
        reached = {names: imports.libraries(names) for names in self._branches}
        for libraries in dict.fromkeys(reached.values()):
            alike = [self._branches[names] for names, found in reached.items() if found == libraries]
            if 1 < len(alike) < len(reached):
                stem = _Branch(tuple(sorted(libraries)))
                self._stems.append(stem)
                for branch in alike:
                    branch.source = stem
        return tuple(sorted(frozenset.intersection(*reached.values())))

    def start(
        self,
        notebook: Path,
        *,
        spec: Path,
        run: Path,
        variables: Mapping[str, str],
        log: IO[bytes],
        memory: int | None = None,
        stop: threading.Event | None = None,
    ) -> ForkedWorker:
        """Fork a worker for one run.

        Args:
            notebook: what it will run, one of those planned.
            spec: the pickled `worker.Spec`.
            run: the run directory, where it works.
            variables: its whole environment.
            log: gets its standard error.
            memory: bytes that the run may map.
            stop: when set, waiting for imports ends.

        Raises:
            ColdError: a fresh worker is to be started instead.
            CancelledError: `stop` was set.
        """
        branch = self._of.get(notebook)
        if branch is None or self._base is None:
            msg = "no warm process was started"
            raise ColdError(msg)
        try:
            with branch.lock:
                branch.runs -= 1
                try:
                    return self._fork(branch, spec, run, variables, log, memory, stop)
                finally:
                    if not branch.runs:
                        _close(branch)
        except OSError as error:
            branch.cold = branch.cold or f"the warm process is gone ({type(error).__name__})"
            raise ColdError(branch.cold) from error

    def _fork(
        self,
        branch: _Branch,
        spec: Path,
        run: Path,
        variables: Mapping[str, str],
        log: IO[bytes],
        memory: int | None,
        stop: threading.Event | None,
    ) -> ForkedWorker:
        channel = self._ready(branch, stop)
        if memory is not None and memory < branch.size + ROOM:
            msg = "the memory limit leaves little beside what is imported"
            raise ColdError(msg)
        near, far = socket.socketpair()
        files = [*os.pipe(), *os.pipe()]
        stdin_read, stdin, stdout, stdout_write = files
        try:
            message = {"run": str(run), "spec": str(spec)}
            send(channel, message, [stdin_read, stdout_write, log.fileno(), far.fileno()])
            far.close()
            near.sendall(json.dumps(dict(variables)).encode() + b"\n")
            said = _line(near, PATIENCE)
            if "pid" not in said:
                branch.cold = str(said.get("unsafe", "the warm process is gone"))
                raise ColdError(branch.cold)
        except BaseException:
            near.close()
            far.close()
            os.close(stdin)
            os.close(stdout)
            raise
        finally:
            os.close(stdin_read)
            os.close(stdout_write)
        return ForkedWorker(said["pid"], os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb"), near)

    def _ready(self, branch: _Branch, stop: threading.Event | None) -> socket.socket:
        """The branch's channel, once it has imported everything."""
        if branch.cold:
            raise ColdError(branch.cold)
        if branch.channel is None:
            source = branch.source or self._base
            assert source is not None
            with source.lock:
                above = self._ready(source, stop)
                near, far = pair()
                try:
                    with far:
                        send(above, branch.request, [far.fileno()])
                except OSError:
                    near.close()
                    raise
            branch.channel = near
        if not branch.size:
            _await(branch, branch.channel, stop)
        return branch.channel


def _await(branch: _Branch, channel: socket.socket, stop: threading.Event | None) -> None:
    """Wait until a branch can be forked from."""
    deadline = time.monotonic() + PATIENCE
    while not select.select([channel], [], [], PULSE)[0]:
        if stop is not None and stop.is_set():
            raise CancelledError
        if time.monotonic() > deadline:
            branch.cold = "importing takes too long"
            raise ColdError(branch.cold)
    said, _ = receive(channel)
    branch.size = int((said or {}).get("bytes", 0))
    if not branch.size:
        branch.cold = str((said or {}).get("unsafe", "the warm process ended as it imported"))
        raise ColdError(branch.cold)


def _close(branch: _Branch) -> None:
    if branch.channel is not None:
        branch.channel.close()
        branch.cold = branch.cold or "all planned runs were started"


def _line(channel: socket.socket, timeout: float | None) -> dict[str, Any]:
    """The next JSON line; {} at the end. Lines are short and come one at a time."""
    channel.settimeout(timeout)
    text = b""
    while not text.endswith(b"\n"):
        try:
            piece = channel.recv(4096)
        except ConnectionError:
            piece = b""
        if not piece:
            return {}
        text += piece
    return json.loads(text)
