"""Executes jobs, each in a process, a directory and a time of its own.

`run_job` is one run from start to end; a worker of a cluster calls it as well.
"""

import concurrent.futures
import os
import pickle
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Literal

from engagement_utils.errors import OutputError
from engagement_utils.suite.caching import atomic
from engagement_utils.suite.execution import environment, failures, lift, process, supervision
from engagement_utils.suite.execution.masking import Masker
from engagement_utils.suite.execution.warm.parent import ColdError, Parent
from engagement_utils.suite.execution.worker import EXECUTED, Spec
from engagement_utils.suite.job import Failure, Job, RunResult

RESULT = "result.json"
LOG = "worker.log"
KEPT = (EXECUTED, "downloads", "private", RESULT)


@dataclass(frozen=True)
class Event:
    """What happens while jobs run.

    Attributes:
        job: whose run it is.
        kind: "started", "cell" (number `cell` of `cells` starts) or "finished".
        result: of a finished run.
    """

    job: Job
    kind: Literal["started", "cell", "finished"]
    cell: int = 0
    cells: int = 0
    result: RunResult | None = None


def execute_all(
    jobs: Sequence[tuple[Job, str]],
    into: Path,
    *,
    workers: int,
    on_event: Callable[[Event], None],
) -> Iterator[RunResult]:
    """Execute jobs and yield each result as it completes, failed ones included.

    Args:
        jobs: jobs with their keys; jobs of one key share one run.
        into: where run directories are made: `into/<key>`, or `into/<key>.failed`.
        workers: how many run at once, at least 1.
        on_event: called from several threads.

    Closing the iterator early ends everything that runs here.
    """
    into = into.resolve()
    sharing: dict[str, list[Job]] = {}
    for job, key in jobs:
        sharing.setdefault(key, []).append(_absolute(job))
    stop = threading.Event()
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=max(1, workers))
    futures = {}
    notebooks = [sharers[0].notebook for sharers in sharing.values()]
    parent = Parent(notebooks, into, environment.threads_each(workers)).open()
    try:
        for key in _spread(sharing, parent, workers):
            job = sharing[key][0]
            futures[pool.submit(run_job, job, key, into, workers, on_event, stop, parent)] = key
        for done in concurrent.futures.as_completed(futures):
            key = futures[done]
            result = _result(done, sharing[key][0], key, into)
            for job in sharing[key]:
                own = replace(result, job=job)
                on_event(Event(job, "finished", result=own))
                yield own
    finally:
        stop.set()
        for task in futures:
            task.cancel()
        pool.shutdown(wait=True, cancel_futures=True)
        parent.close()


def _spread(sharing: Mapping[str, Sequence[Job]], parent: Parent, workers: int) -> list[str]:
    """The keys in order, but those that run first import different things: no core waits for another's."""
    first: dict[tuple[str, ...], str] = {}
    for key, sharers in sharing.items():
        first.setdefault(parent.imported(sharers[0].notebook), key)
    ahead = list(first.values())[:workers]
    return [*ahead, *(key for key in sharing if key not in ahead)]


def _absolute(job: Job) -> Job:
    return replace(job, notebook=job.notebook.resolve(), source=job.source.resolve())


def _result(done: "concurrent.futures.Future[RunResult]", job: Job, key: str, into: Path) -> RunResult:
    """The future's result; what keeps a run from having one (a full disk, a lost machine) is its failure."""
    try:
        return done.result()
    except Exception as error:
        message = Masker.of(job.parameters).text(f"{type(error).__name__}: {error}")
        failure = Failure("error", failures.one_line(message))
        return RunResult(job, key, into / f"{key}.failed", 0.0, failure)


def run_job(
    job: Job,
    key: str,
    into: Path,
    workers: int = 1,
    on_event: Callable[[Event], None] | None = None,
    stop: threading.Event | None = None,
    parent: Parent | None = None,
) -> RunResult:
    """Execute one job in `into/<key>.partial` and rename that to `into/<key>`, or to `into/<key>.failed`.

    `workers` is the number of runs that share the cores. With a `parent`, which cannot be pickled, the worker
    is forked from it where that is possible.

    Raises:
        CancelledError: `stop` was set; nothing is left behind.
        OSError: the run directory cannot be written.
    """
    begun = time.monotonic()
    job = _absolute(job)
    run = into.resolve() / f"{key}.partial"
    shutil.rmtree(run, ignore_errors=True)
    environment.prepare(run)
    try:
        if on_event is not None:
            on_event(Event(job, "started"))
        failure = _execute(job, run, workers, on_event, stop, parent)
        directory = _settle(job, key, run, failure)
    except BaseException:
        shutil.rmtree(run, ignore_errors=True)
        raise
    failure = lift.read_failure(directory / RESULT)
    return RunResult(job, key, directory, time.monotonic() - begun, failure)


def _execute(
    job: Job,
    run: Path,
    workers: int,
    on_event: Callable[[Event], None] | None,
    stop: threading.Event | None,
    parent: Parent | None,
) -> Failure | None:
    """Have a worker run the notebook in the run directory; the reason when not all cells ran."""
    spec, log = run / environment.SCRATCH / "spec", run / environment.SCRATCH / "log"
    spec.write_bytes(pickle.dumps(Spec(job, parent=os.getpid())))
    oom = process.oom_kills()
    variables = environment.variables(run, job.source.parent, environment.threads_each(workers))
    with log.open("wb") as errors:
        worker = _start(job, spec, run, variables, errors, stop, parent)
    end = supervision.supervise(
        worker,
        timeout=job.timeout,
        on_cell=lambda cell, cells: on_event(Event(job, "cell", cell, cells)) if on_event else None,
        stop=stop,
    )
    if end.outcome is not None:
        return Failure(**end.outcome["failure"]) if end.outcome["failure"] else None
    if end.timed_out:
        return failures.stopped(job.timeout, end.cell)
    return failures.died(
        end.status,
        end.cell,
        who="worker",
        log=log.read_bytes(),
        limited=job.memory is not None,
        oom=process.oom_kills() > oom,
    )


def _start(
    job: Job,
    spec: Path,
    run: Path,
    variables: Mapping[str, str],
    log: IO[bytes],
    stop: threading.Event | None,
    parent: Parent | None,
) -> "supervision.Worker":
    """Fork the run's worker where that is possible, else start a fresh one: the output is the same."""
    if parent is not None:
        with suppress(ColdError):
            return parent.start(
                job.notebook, spec=spec, run=run, variables=variables, log=log, memory=job.memory, stop=stop
            )
    command = [sys.executable, "-m", "engagement_utils.suite.execution.worker", str(spec)]
    return supervision.start(command, run=run, environment=variables, log=log)


def _settle(job: Job, key: str, run: Path, failure: Failure | None) -> Path:
    """Complete the run directory and move it to where it is found; gives its new path."""
    masker = Masker.of(job.parameters)
    lifted = lift.Lifted()
    try:
        _check_files(run, masker)
        if failure is None:
            lifted = lift.read_notebook(run / EXECUTED)
    except OutputError as error:
        # a failure of the notebook itself says more
        failure = failure or Failure("error", failures.one_line(str(error)))
    if failure is not None:
        failure = replace(failure, message=masker.text(failure.message))
        failures.annotate(run / EXECUTED, failure, job.notebook)
        log = (run / environment.SCRATCH / "log").read_text(encoding="utf-8", errors="replace")
        if log.strip():
            (run / LOG).write_text(masker.text(log), encoding="utf-8")
    lift.write_result(run / RESULT, lifted, failure)
    kept = (*KEPT, LOG) if failure else KEPT
    for stray in run.iterdir():
        if stray.name not in kept:
            _remove(stray)
    return place(run, key, failed=failure is not None)


def place(run: Path, key: str, *, failed: bool) -> Path:
    """Move a complete run directory to where it is found, by one rename; gives its new path."""
    atomic.sync_tree(run)
    whole, failing = run.with_name(key), run.with_name(f"{key}.failed")
    target = failing if failed else whole
    shutil.rmtree(target, ignore_errors=True)
    run.rename(target)
    if not failed:
        shutil.rmtree(failing, ignore_errors=True)
    atomic.sync_directory(run.parent)
    return target


def _check_files(run: Path, masker: Masker) -> None:
    """Hide secrets in the files that the notebook wrote.

    Raises:
        OutputError: a file is no regular file, or carries a secret that cannot be taken out of it. The file
            is deleted, so that it is published in no case.
    """
    problems = []
    for folder in (run / "downloads", run / "private"):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(run).as_posix()
            if path.is_symlink() or not (path.is_file() or path.is_dir()):
                problems.append(f"{name} is a link or a device, only files and folders are accepted")
                _remove(path)
            elif path.is_file() and (variable := masker.file(path)):
                problems.append(f"{masker.text(name)} carries the value of ${{{variable}}}")
                _remove(path)
    if problems:
        msg = "; ".join(problems)
        raise OutputError(msg)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
