"""When a kernel counts as ready: it replied, and its output channel is heard."""

import asyncio
from collections import deque
from queue import Empty

import pytest

from engagement_utils.suite.execution import papermill_engine

REPLY = {"msg_type": "kernel_info_reply", "content": {}, "parent_header": {}}
BUSY, IDLE = (
    {
        "msg_type": "status",
        "content": {"execution_state": state},
        "parent_header": {"msg_type": "kernel_info_request"},
    }
    for state in ("busy", "idle")
)


class Client(papermill_engine.Client):
    """Hears what it is given, channel by channel; None is silence."""

    def __init__(self, shell, iopub, *, alive=True):
        super().__init__()
        self.shell, self.iopub, self.alive, self.asked = deque(shell), deque(iopub), alive, 0

    def kernel_info(self):
        self.asked += 1

    async def get_shell_msg(self, timeout):
        return self._next(self.shell)

    async def get_iopub_msg(self, timeout):
        return self._next(self.iopub)

    async def is_alive(self):
        return self.alive

    def _handle_kernel_info_reply(self, msg):
        pass

    @staticmethod
    def _next(messages):
        message = messages.popleft() if messages else None
        if message is None:
            raise Empty
        return message


def test_it_is_ready_when_its_first_request_is_done():
    client = Client([REPLY], [{**BUSY, "msg_type": "iopub_welcome"}, BUSY, IDLE, {"msg_type": "never read"}])
    asyncio.run(client.wait_for_ready())
    assert (client.asked, len(client.iopub)) == (1, 1)


def test_it_is_asked_again_until_replies_and_output_are_heard():
    client = Client([None, REPLY, REPLY], [BUSY, None, BUSY, IDLE])
    asyncio.run(client.wait_for_ready())
    assert client.asked == 3


def test_a_dead_kernel_and_one_that_never_answers_are_told_apart():
    with pytest.raises(RuntimeError, match="died before replying"):
        asyncio.run(Client([], [], alive=False).wait_for_ready())
    with pytest.raises(RuntimeError, match="didn't respond in 0 seconds"):
        asyncio.run(Client([], []).wait_for_ready(timeout=0))
