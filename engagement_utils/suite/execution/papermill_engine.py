"""How papermill runs a notebook here: our interpreter as the kernel, our way of saving.

papermill saves over its target as it goes, with timings and whatever a cell printed; here each save goes
through the recorder, which writes the normal form, and nothing else is written.
"""

import os
import socket
import sys
import time
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty
from typing import TYPE_CHECKING, Any

from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.provisioning import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from traitlets import default

from engagement_utils.suite.execution.environment import SCRATCH
from engagement_utils.suite.execution.warm.standby import Standby

if TYPE_CHECKING:
    from engagement_utils.suite.execution.worker import Record

NAME = "engagement"
WARM = "engagement-warm"
LOOK = 0.005  # seconds between looks whether a kernel has ended that was told to; 0.1 for jupyter_client
REPLY, OUTPUT = 1.0, 0.2  # seconds to wait for what a request brings, before asking again


class WarmProvisioner(LocalProvisioner):
    """Kernels out of a process that has imported what the notebook imports, the worker's standby.

    Where no process stands by, it is jupyter_client's local provisioner and starts a fresh kernel.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Let the standby become the kernel that `cmd` names, or start one."""
        standby = Standby.take()
        if standby is None:
            return await super().launch_kernel(cmd, **kwargs)
        environment = {**kwargs.get("env", os.environ), "JPY_PARENT_PID": str(os.getpid())}
        self.process = standby.become(cmd, environment)  # type: ignore[assignment]
        self.pid = self.pgid = standby.process.pid
        return self.connection_info


class Manager(NotebookExecutionManager):
    """Passes papermill's call-backs on to a recorder."""

    def __init__(self, nb: Any, recorder: "Record") -> None:
        super().__init__(nb, output_path=None, progress_bar=False, autosave_cell_every=0)
        self._recorder = recorder

    def notebook_start(self, **kwargs: Any) -> None:
        """Hand the notebook over."""
        # papermill serialises them as JSON even where nothing is saved, and fails on dates
        self.nb.metadata.papermill["parameters"] = {}
        self._recorder.started(self.nb)
        super().notebook_start(**kwargs)

    def cell_start(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
        """Report code cells."""
        if cell.cell_type == "code" and cell_index is not None:
            self._recorder.reached(cell_index + 1)
        super().cell_start(cell, cell_index=cell_index, **kwargs)

    def cell_exception(self, cell: Any, cell_index: int | None = None, **kwargs: Any) -> None:
        """Report the exception that ends the run."""
        if cell_index is not None:
            self._recorder.raised(cell_index + 1, kwargs["exception"])
        super().cell_exception(cell, cell_index=cell_index, **kwargs)

    def save(self, **kwargs: Any) -> None:
        """Save through the recorder."""
        self._recorder.save()


class Engine(NBClientEngine):
    """papermill's own engine with our manager."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, *, recorder: "Record", **options: Any) -> Any:
        """Run all cells up to the first that raises."""
        for name in ("output_path", "progress_bar", "autosave_cell_every"):
            options.pop(name, None)
        manager = Manager(nb, recorder)
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, **options)
        finally:
            manager.notebook_complete()
        return manager.nb


class RunningInterpreter(KernelSpecManager):
    """Answers every kernel name with the interpreter that runs this, whatever the machine has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The one kernel there is."""
        argv = [sys.executable, "-m", "engagement_utils.suite.execution.kernel", "-f", "{connection_file}"]
        about = {"kernel_provisioner": {"provisioner_name": WARM}} if Standby.current else {}
        return KernelSpec(argv=argv, display_name="Python 3", language="python", metadata=about)


class Client(AsyncKernelClient):
    """A kernel's client that is ready as soon as the output channel told that a request is done.

    jupyter_client takes a kernel for ready when that channel has said nothing for a fifth of a second after
    the first reply, which for a small notebook is a good part of its run.
    """

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


def kernel_manager(recorder: "Record") -> type[AsyncKernelManager]:
    """The class of the run's kernel manager.

    Kernel and worker talk through sockets in the run's scratch folder: free ports of the machine are
    chosen before they are bound, and two kernels that start at once may choose the same one.
    """
    local = _binds_local_sockets()

    class Manager(AsyncKernelManager):
        @default("client_class")
        def _our_client(self) -> str:
            return f"{Client.__module__}.{Client.__name__}"

        @default("kernel_spec_manager")
        def _our_kernel(self) -> KernelSpecManager:
            return RunningInterpreter()

        @default("transport")
        def _our_transport(self) -> str:
            return "ipc" if local else "tcp"

        @default("ip")
        def _our_address(self) -> str:
            return f"{SCRATCH}/kernel" if local else "127.0.0.1"

        async def start_kernel(self, **kwargs: Any) -> None:  # type: ignore[override]
            await super().start_kernel(**kwargs)
            recorder.kernel(getattr(self.provisioner, "process", None))

        async def _async_wait(self, pollinterval: float = LOOK) -> None:
            await super()._async_wait(min(pollinterval, LOOK))

    return Manager


def _binds_local_sockets() -> bool:
    """Whether the run directory's file system holds Unix sockets; some network and shared ones do not."""
    path = Path(SCRATCH, "socket")
    try:
        with socket.socket(socket.AF_UNIX) as trial:
            trial.bind(str(path))
        path.unlink()
    except (OSError, AttributeError):
        return False
    return True


def register() -> None:
    """Make the engine known to papermill under `NAME`."""
    papermill_engines.register(NAME, Engine)
    register_provisioner()


def register_provisioner() -> None:
    """Make the provisioner known to jupyter_client here: only the suite's own kernel asks for it."""
    value = f"{WarmProvisioner.__module__}:{WarmProvisioner.__name__}"
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[WARM] = EntryPoint(WARM, value, factory.GROUP_NAME)
