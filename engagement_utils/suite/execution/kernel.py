"""The kernel's own start: `python -m engagement_utils.suite.execution.kernel -f CONNECTION_FILE`.

It is the interpreter of the suite with ipykernel in it, whatever kernels are installed on the machine.
"""

import atexit
import gc
import os
import signal
import sys
import threading
from contextlib import suppress

from engagement_utils.suite.execution import process
from engagement_utils.suite.execution.warm import guard

OOM_SCORE = 1000
_over = threading.Event()  # a forked kernel has done all its work


def main() -> None:
    """Tie this process to the worker, then be an IPython kernel until told to stop."""
    process.die_with_parent(signal.SIGKILL, int(os.environ["JPY_PARENT_PID"]))
    process.offer_to_oom_killer(OOM_SCORE)
    # `-m` puts the working directory first; ipykernel adds it in its own way, as in any notebook
    if sys.path and sys.path[0] in ("", os.getcwd()):  # noqa: PTH109
        del sys.path[0]
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


def forked() -> None:
    """Be the kernel in a process that was forked for it, has imported ipykernel, and has its environment."""
    process.offer_to_oom_killer(OOM_SCORE)
    guard.compute_with(int(os.environ["OPENBLAS_NUM_THREADS"]))
    from ipykernel import kernelapp

    # the class has read the variable already, as it was imported
    kernelapp.launch_new_instance(parent_handle=int(os.environ["JPY_PARENT_PID"]))
    _over.set()


def leave_last() -> None:
    """Let a forked kernel end when all exit handlers have run; to be called before any of them is registered.

    Python would take apart every module next, and copy for it all the memory that kernels share.
    """
    atexit.register(_leave)


def _leave() -> None:
    if not _over.is_set():
        return
    gc.collect()  # what the notebook left, such as an open file; IPython has emptied its names
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # closed by the notebook
            stream.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
