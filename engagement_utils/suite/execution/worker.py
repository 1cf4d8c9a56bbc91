"""One run, in a process of its own: `python -m engagement_utils.suite.execution.worker SPEC`, or forked.

It works in the run directory. `SPEC` is a pickled `Spec`. Standard output carries a JSON line an event:
`{"event": "cell", "cell", "cells"}` as cells start, `{"event": "saved"}` after each `stop` line on standard
input, and last `{"event": "outcome", "failure"}`. When standard input ends, the suite is gone and everything
here ends too.
"""

import json
import os
import pickle
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from engagement_utils.suite.execution import failures, process
from engagement_utils.suite.execution.environment import SCRATCH
from engagement_utils.suite.execution.masking import Masker
from engagement_utils.suite.execution.normal import Cleaner, neutral_names, normal
from engagement_utils.suite.execution.process import without_unused
from engagement_utils.suite.execution.warm import standby
from engagement_utils.suite.job import Failure, Job

EXECUTED = "executed.ipynb"
OOM_SCORE = 500
SAVING_SHARE = 0.03  # of the time, at most, goes into saves on the way


@dataclass(frozen=True)
class Spec:
    """What a worker is asked to do; `parent` is the process that started it."""

    job: Job
    parent: int


class Record:
    """Keeps the notebook as far as it got, and tells the suite how far that is."""

    def __init__(self, cleaner: Cleaner, emit: Callable[..., None]) -> None:
        self._cleaner = cleaner
        self._emit = emit
        self._lock = threading.Lock()
        self._saved = float("-inf")
        self._cost = 0.0
        self.authored: frozenset[str] = frozenset()
        self.notebook: Any = None
        self.process: Any = None
        self.cell: int | None = None
        self.failure: Failure | None = None

    def started(self, notebook: Any) -> None:
        """Take hold of the notebook that papermill fills."""
        self.notebook = notebook

    def reached(self, cell: int) -> None:
        """Tell the suite which cell starts."""
        self.cell = cell
        self._emit("cell", cell=cell, cells=len(self.notebook.cells))

    def raised(self, cell: int, exception: Exception) -> None:
        """Keep the exception that the cell shows."""
        shown = [o for o in self.notebook.cells[cell - 1].get("outputs", []) if o.output_type == "error"]
        name = shown[-1].ename if shown else getattr(exception, "ename", type(exception).__name__)
        text = shown[-1].evalue if shown else getattr(exception, "evalue", str(exception))
        self.failure = failures.raised(name, self._cleaner.text(text), cell)

    def kernel(self, process: Any) -> None:
        """Remember the kernel, to ask how it ended."""
        self.process = process

    def save(self, *, force: bool = False) -> None:
        """Write the notebook's normal form, now if `force`, else as often as its cost allows."""
        with self._lock:
            if self.notebook is None or (
                not force and time.monotonic() - self._saved < max(1.0, self._cost / SAVING_SHARE)
            ):
                return
            begun = time.monotonic()
            import nbformat

            plain = normal(self.notebook, self._cleaner, self.authored)
            part = Path(SCRATCH, EXECUTED)
            text = nbformat.writes(nbformat.from_dict(plain)) + "\n"
            part.write_text(text, encoding="utf-8", errors="replace")  # half characters in an output
            part.replace(EXECUTED)
            self._saved = time.monotonic()
            self._cost = self._saved - begun


def execute(job: Job, record: Record) -> Failure | None:
    """Run the job's notebook in the working directory; None when all cells ran."""
    with without_unused():
        import papermill
        from nbclient.exceptions import DeadKernelError
        from papermill.exceptions import PapermillExecutionError

        from engagement_utils.suite.execution import injection, papermill_engine

    injection.register()
    papermill_engine.register()
    oom = process.oom_kills()
    # papermill reads braces in a path as places for parameters
    source = Path(SCRATCH, "source.ipynb")
    shutil.copyfile(job.notebook, source)
    try:
        papermill.execute_notebook(
            str(source),
            None,
            parameters=job.parameters,
            engine_name=papermill_engine.NAME,
            kernel_name="python3",
            language="python",
            progress_bar=False,
            start_timeout=job.timeout + 60,  # the suite keeps the time
            recorder=record,
            kernel_manager_class=papermill_engine.kernel_manager(record),
            coalesce_streams=True,
            record_timing=False,
        )
    except PapermillExecutionError:
        # also raised for a cell that is tagged `raises-exception`; `record` knows what ended the run
        return record.failure
    except (DeadKernelError, RuntimeError) as error:
        if record.process is None or not (isinstance(error, DeadKernelError) or record.cell is None):
            raise
        status = _status(record.process)
        log = Path(SCRATCH, "log").read_bytes()
        limited = job.memory is not None
        return failures.died(
            status, record.cell, who="kernel", log=log, limited=limited, oom=process.oom_kills() > oom
        )
    return record.failure


def _status(kernel: Any) -> int | None:
    with suppress(Exception):
        return kernel.wait(timeout=2)
    return None


def _authored(notebook: Path) -> frozenset[str]:
    """Ids that the author's own file gives its cells."""
    stored = json.loads(notebook.read_text(encoding="utf-8"))
    return frozenset(cell["id"] for cell in stored.get("cells", []) if "id" in cell)


def _end() -> None:
    process.end_descendants(os.getpid())
    os._exit(1)


def _listen(record: Record, emit: Callable[..., None]) -> None:
    for line in sys.stdin.buffer:
        if line.strip() == b"stop":
            for _ in range(3):
                try:
                    record.save(force=True)
                    break
                except RuntimeError:  # the notebook changed while it was read
                    time.sleep(0.1)
            emit("saved")
    _end()


def main(spec_path: str, *, warm: bool = False) -> None:
    """Do what the spec says and report the outcome.

    Args:
        spec_path: where the `Spec` is.
        warm: whether this process was forked from one that has imported what the notebook imports. Its
            parent is then not the suite, and its kernel is forked too.
    """
    # events have a channel of their own: whatever else is printed here goes to the log
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    emitting = threading.Lock()

    def emit(event: str, **content: Any) -> None:
        with emitting, suppress(BrokenPipeError):
            print(json.dumps({"event": event, **content}), file=events, flush=True)

    spec: Spec = pickle.loads(Path(spec_path).read_bytes())
    signal.signal(signal.SIGTERM, lambda *_: _end())
    if not warm:
        process.die_with_parent(signal.SIGTERM, spec.parent)
    process.adopt_orphans()
    process.offer_to_oom_killer(OOM_SCORE)
    process.limit_memory(spec.job.memory)
    if warm:
        standby.stand_by(leave=[events])
    names = neutral_names(Path.cwd(), spec.job.source.parent)
    cleaner = Cleaner(Masker.of(spec.job.parameters), names)
    record = Record(cleaner, emit)
    threading.Thread(target=_listen, args=(record, emit), daemon=True).start()
    try:
        record.authored = _authored(spec.job.notebook)
        failure = execute(spec.job, record)
        record.save(force=True)
    except Exception as error:
        failure = failures.raised(type(error).__name__, cleaner.text(str(error)), record.cell)
        with suppress(Exception):
            record.save(force=True)
    process.end_descendants(os.getpid())  # what the notebook left running
    emit("outcome", failure=asdict(failure) if failure else None)
    sys.stderr.flush()
    os._exit(0)  # past whatever threads libraries keep


if __name__ == "__main__":
    main(sys.argv[1])
