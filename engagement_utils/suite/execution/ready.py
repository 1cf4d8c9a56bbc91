"""A kernel's client that knows when the kernel is ready, without waiting for silence.

jupyter_client takes a kernel for ready when its output channel has said nothing for a fifth of a second after
the first reply, which for a small notebook is a good part of its run.
"""

import time
from queue import Empty
from typing import Any

from jupyter_client import AsyncKernelClient

REPLY, OUTPUT = 1.0, 0.2  # seconds to wait for what a request brings, before asking again


class Client(AsyncKernelClient):
    """`AsyncKernelClient` that is ready as soon as the output channel told that a request is done."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask for the kernel's information until it is given and the output channel is heard.

        Raises:
            RuntimeError: the kernel died, or gave no answer within `timeout` seconds.
        """
        deadline = time.monotonic() + (float("inf") if timeout is None else timeout)
        while not await self._answers():
            if not await self.is_alive():
                msg = "Kernel died before replying to kernel_info"
                raise RuntimeError(msg)
            if time.monotonic() > deadline:
                msg = f"Kernel didn't respond in {timeout} seconds"
                raise RuntimeError(msg)

    async def _answers(self) -> bool:
        self.kernel_info()
        try:
            reply = await self.get_shell_msg(timeout=REPLY)
            # the subscription may come too late for this request's end: then the next one is heard
            while not _ends_request(await self.get_iopub_msg(timeout=OUTPUT)):
                pass
        except Empty:
            return False
        if reply["msg_type"] != "kernel_info_reply":
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _ends_request(message: dict[str, Any]) -> bool:
    idle = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
    return idle and message["parent_header"].get("msg_type") == "kernel_info_request"
