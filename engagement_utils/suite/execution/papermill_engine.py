"""How papermill runs a notebook here: our interpreter as the kernel, our way of saving.

papermill saves over its target as it goes, with timings and whatever a cell printed; here each save goes
through the recorder, which writes the normal form, and nothing else is written.
"""

import socket
import sys
from pathlib import Path
from typing import Any, Protocol

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from traitlets import default

from engagement_utils.suite.execution import ready
from engagement_utils.suite.execution.environment import SCRATCH
from engagement_utils.suite.execution.warm import provisioner
from engagement_utils.suite.execution.warm.standby import Standby

NAME = "engagement"
LOOK = 0.005  # seconds between looks whether a kernel has ended that was told to; 0.1 for jupyter_client


class Recorder(Protocol):
    """What is told how a run goes."""

    def started(self, notebook: Any) -> None:
        """The notebook is about to run, parameters injected."""

    def reached(self, cell: int) -> None:
        """Code cell number `cell`, counted from 1, starts."""

    def raised(self, cell: int, exception: Exception) -> None:
        """Cell number `cell` raised an exception that ends the run."""

    def save(self) -> None:
        """The notebook changed."""

    def kernel(self, process: Any) -> None:
        """The kernel's `subprocess.Popen`."""


class Manager(NotebookExecutionManager):
    """Passes papermill's call-backs on to a recorder."""

    def __init__(self, nb: Any, recorder: Recorder) -> None:
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
    def execute_notebook(cls, nb: Any, kernel_name: str, *, recorder: Recorder, **options: Any) -> Any:
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
        about = {"kernel_provisioner": {"provisioner_name": provisioner.NAME}} if Standby.current else {}
        return KernelSpec(argv=argv, display_name="Python 3", language="python", metadata=about)


def kernel_manager(recorder: Recorder) -> type[AsyncKernelManager]:
    """The class of the run's kernel manager.

    Kernel and worker talk through sockets in the run's scratch folder: free ports of the machine are
    chosen before they are bound, and two kernels that start at once may choose the same one.
    """
    local = _binds_local_sockets()

    class Manager(AsyncKernelManager):
        @default("client_class")
        def _our_client(self) -> str:
            return f"{ready.__name__}.{ready.Client.__name__}"

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
    provisioner.register()
