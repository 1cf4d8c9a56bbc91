"""What the suite and the process that it has kernels forked from say to each other: JSON, with open files."""

import array
import json
import os
import socket
from typing import Any

LARGEST = 1 << 16


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
