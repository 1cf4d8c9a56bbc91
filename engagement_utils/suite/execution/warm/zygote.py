"""The process that workers and kernels are forked from: `python -m ...warm.zygote CHANNEL SUITE`.

It imports what it is told, has one thread, opens nothing, and does two things on request, over the socket
that it is given: fork itself into a `branch` that imports more and is then asked in the same way, and fork a
worker. A worker's own socket first carries its environment, then its process id and, when it has ended, its
status; the ended worker keeps its process id until the suite closes that socket. When the channel ends, the
suite is gone or needs no more kernels: this process ends after its last worker.
"""

import array
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from engagement_utils.suite.execution import kernel, process
from engagement_utils.suite.execution.warm import guard

LARGEST = 1 << 16  # bytes of a message


# of the worker and of the kernel, also what they import only as they run
OWN = (
    "papermill",
    "nbclient",
    "nbformat.v4",
    "psutil",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.ascii",
    "encodings.latin_1",
    "encodings.unicode_escape",
    "faulthandler",
    "sqlite3",
    "tornado.platform.asyncio",
    "jupyter_client.provisioning.local_provisioner",
    "threadpoolctl",
    "engagement_utils.suite.execution.papermill_engine",
    "engagement_utils.suite.execution.injection",
    "engagement_utils.suite.execution.worker",
    "engagement_utils.suite.execution.kernel",
)
FILES = 4  # of a worker: standard input, output, error, and its own socket


def send(channel: socket.socket, message: dict[str, Any], files: list[int] | None = None) -> None:
    """Send one message and copies of open files.

    Raises:
        OSError: nobody is there to read it.
    """
    socket.send_fds(channel, [json.dumps(message).encode()], files or [])


def receive(channel: socket.socket, files: int = 0) -> tuple[dict[str, Any] | None, list[int]]:
    """The next message and up to `files` open files, which no program that is started here inherits.

    None is the end: the other side is gone.
    """
    room = socket.CMSG_SPACE(files * array.array("i").itemsize) if files else 0
    # not `recv_fds`, which leaves the files inheritable
    data, ancillary, _, _ = channel.recvmsg(LARGEST, room, getattr(socket, "MSG_CMSG_CLOEXEC", 0))
    found = array.array("i")
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            found.frombytes(content[: len(content) - len(content) % found.itemsize])
    return (json.loads(data) if data else None), list(found)


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends that keep messages apart."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def close(files: list[int]) -> None:
    """Close files by number."""
    for number in files:
        os.close(number)


@dataclass
class Worker:
    """A forked worker: its process id, and the socket that hears of its end."""

    pid: int
    ended: int  # a descriptor that is readable once it has ended
    channel: socket.socket


class Zygote:
    """Serves one channel. `added` are the environment variables that imports have set."""

    def __init__(self, channel: socket.socket, added: dict[str, str]) -> None:
        self.channel, self.added = channel, dict(added)
        self.workers: list[Worker] = []
        self.branches: list[int] = []

    def load(self, modules: Sequence[str], *, quiet: bool) -> bool:
        """Import modules and tell whether all is well; what is not is said to the suite."""
        try:
            self.added |= guard.preload(modules, quiet=quiet)
            guard.settle()
        except guard.UnsafeError as error:
            send(self.channel, {"unsafe": str(error)})
            return False
        size = process.address_space()
        send(self.channel, {"ready": True, "bytes": size})
        return True

    def serve(self) -> "Callable[[], NoReturn] | None":
        """Answer requests to the end; in a forked child: what that child is to do."""
        asked = True
        while asked or self.workers:
            with selectors.DefaultSelector() as selector:
                if asked:
                    selector.register(self.channel, selectors.EVENT_READ)
                for worker in self.workers:
                    waiting = worker.channel if worker.ended < 0 else worker.ended
                    selector.register(waiting, selectors.EVENT_READ, worker)
                found = [key.data for key, _ in selector.select()]
            for worker in (data for data in found if data is not None):
                self._follow(worker)
            if None not in found:
                continue
            message, files = receive(self.channel, FILES)
            if message is None:
                asked = False
                continue
            become = self._branch(message, files) if "branch" in message else self._start(message, files)
            if become is not None:
                return become
            self._reap_branches()
        return None

    def _branch(self, message: dict[str, Any], files: list[int]) -> "Callable[[], NoReturn] | None":
        (channel,) = files
        parent = os.getpid()
        if pid := self._fork():
            self.branches.append(pid)
            close(files)
            return None
        self._leave()
        process.die_with_parent(signal.SIGKILL, parent)

        def grow() -> NoReturn:
            main(socket.socket(fileno=channel), message["branch"], self.added, quiet=True)

        return grow

    def _start(self, message: dict[str, Any], files: list[int]) -> "Callable[[], NoReturn] | None":
        channel = socket.socket(fileno=files[-1])
        try:
            guard.check()
            pid = self._fork()
        except (guard.UnsafeError, OSError) as error:
            with suppress(OSError):
                channel.sendall(json.dumps({"unsafe": str(error)}).encode() + b"\n")
            channel.close()
            close(files[:-1])
            return None
        if pid:
            close(files[:-1])
            self.workers.append(Worker(pid, os.pidfd_open(pid), channel))
            with suppress(OSError):
                channel.sendall(json.dumps({"pid": pid}).encode() + b"\n")
            return None
        self._leave()
        return lambda: _work(message, files[:-1], channel, self.added)

    def _fork(self) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        return os.fork()

    def _leave(self) -> None:
        """In a child: close what is the parent's own."""
        self.channel.close()
        for worker in self.workers:
            worker.channel.close()
            if worker.ended >= 0:
                os.close(worker.ended)
        self.workers.clear()
        self.branches.clear()

    def _follow(self, worker: Worker) -> None:
        """A worker has ended, or the suite needs its process id no more."""
        if worker.ended >= 0:
            os.close(worker.ended)
            worker.ended = -1
            info = os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
            assert info is not None
            exited = info.si_code == os.CLD_EXITED
            status = info.si_status if exited else -info.si_status
            with suppress(OSError):
                worker.channel.sendall(json.dumps({"status": status}).encode() + b"\n")
            return
        with suppress(OSError):
            if worker.channel.recv(1):
                return
        worker.channel.close()
        os.waitpid(worker.pid, 0)
        self.workers.remove(worker)

    def _reap_branches(self) -> None:
        self.branches = [pid for pid in self.branches if os.waitpid(pid, os.WNOHANG)[0] == 0]


def _work(
    message: dict[str, Any], files: list[int], channel: socket.socket, added: dict[str, str]
) -> NoReturn:
    """Be the worker of one run."""
    os.setsid()
    with channel, channel.makefile("rb") as lines:
        environment = json.loads(next(lines))
    for number, file in enumerate(files):
        os.dup2(file, number)
    close(files)
    guard.renew({**environment, **{k: v for k, v in added.items() if k not in environment}}, message["run"])
    sys.argv = ["worker", message["spec"]]
    from engagement_utils.suite.execution import worker

    worker.main(message["spec"], warm=True)
    raise SystemExit


def main(channel: socket.socket, modules: Sequence[str], added: dict[str, str], *, quiet: bool) -> NoReturn:
    """Load modules, then serve; a child goes on as what it was forked to be."""
    zygote = Zygote(channel, added)
    become = None
    try:
        if zygote.load(modules, quiet=quiet):
            become = zygote.serve()
    except OSError:  # the suite is gone
        become = None
    if become is None:
        os._exit(0)
    become()


def start(arguments: Sequence[str]) -> NoReturn:
    """The first of all: argument 1 is the socket's number, argument 2 the suite's process id."""
    process.die_with_parent(signal.SIGKILL, int(arguments[1]))
    kernel.leave_last()
    # `-m` puts the working directory first; a kernel has it in its own way
    if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
        del sys.path[0]
    channel = socket.socket(fileno=int(arguments[0]))
    channel.set_inheritable(False)
    message, _ = receive(channel)
    if message is None:
        os._exit(0)
    try:
        with process.without_unused():
            added = guard.preload(OWN, quiet=False)
        _prepare()
    except guard.UnsafeError as error:
        send(channel, {"unsafe": str(error)})
        os._exit(0)
    main(channel, message["branch"], added, quiet=True)


def _prepare() -> None:
    """What every worker would do first, and once is enough: compile the schema, look entry points up."""
    import nbformat

    from engagement_utils.suite.execution import papermill_engine

    nbformat.validate(nbformat.v4.new_notebook())
    papermill_engine.register_provisioner()


if __name__ == "__main__":
    start(sys.argv[1:])
