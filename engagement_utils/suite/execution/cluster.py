"""Executes jobs on a dask.distributed cluster, each as one task that gives back a whole run directory.

The cluster's scheduler does what a scheduler is for: a task whose worker dies is given to another one.
"""

import concurrent.futures
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import engagement_utils
from engagement_utils.errors import EngagementError, ParameterError
from engagement_utils.suite.caching.hashing import FileHashes
from engagement_utils.suite.execution import failures, remote
from engagement_utils.suite.execution.masking import Masker
from engagement_utils.suite.execution.remote import unpack
from engagement_utils.suite.execution.runs import Event, place
from engagement_utils.suite.job import Failure, Job, RunResult
from engagement_utils.suite.planning.inputs import inputs_of

if TYPE_CHECKING:
    from distributed import Client

SCHEME = "dask://"
CONNECT = 10.0  # seconds for the scheduler to answer, and for a first worker to be there
RETRIES = 2  # of a task that raises: a worker's full disk is no fault of the report
PULSE = 2.0  # seconds between looks at the workers
PATIENCE = 60.0  # seconds without any worker after which what is left is given up


def execute_on(
    address: str,
    jobs: Sequence[tuple[Job, str]],
    into: Path,
    *,
    workers: int,
    on_event: Callable[[Event], None],
) -> Iterator[RunResult]:
    """Execute jobs on the cluster and yield each result as it arrives, failed ones included.

    Args:
        address: `dask://HOST:PORT`, or `dask://tls://HOST:PORT`, of the scheduler.
        jobs: jobs with their keys; jobs of one key share one run.
        into: where run directories are put: `into/<key>`, or `into/<key>.failed`.
        workers: not used; how many run at once is the cluster's.
        on_event: called from several threads.

    Raises:
        ParameterError: the extra is not installed, nothing answers at the address, there is no worker, or a
            worker has other versions.

    Closing the iterator early ends the runs on the workers.
    """
    client = connect(address)
    try:
        yield from _Session(client, into.resolve(), on_event).results(jobs)
    finally:
        client.close()


def connect(address: str) -> "Client":
    """A client of the cluster, whose workers have been looked at. Raises `ParameterError` as `execute_on`."""
    where = f"--executor {address!r}"
    rest = address.removeprefix(SCHEME)
    if not address.startswith(SCHEME) or not rest:
        msg = f"{where}: accepted: {SCHEME}HOST:PORT, the address of a dask scheduler"
        raise ParameterError(msg)
    try:
        from distributed import Client
    except ImportError as error:
        msg = f"{where}: {error.name} is not installed; install the extra `dask`"
        raise ParameterError(msg) from error
    url = rest if "://" in rest else f"tcp://{rest}"
    try:
        client = Client(url, timeout=CONNECT, set_as_default=False, name=remote.TOPIC)
    except (OSError, ValueError, TypeError) as error:
        msg = f"{where}: no scheduler answers ({failures.one_line(str(error))}); accepted: {SCHEME}HOST:PORT"
        raise ParameterError(msg) from error
    try:
        _check(client, where)
    except BaseException:
        client.close()
        raise
    return client


def _check(client: "Client", where: str) -> None:
    accepted = "accepted: workers with the same package and the same lock file"
    try:
        client.wait_for_workers(1, timeout=CONNECT)
    except concurrent.futures.TimeoutError as error:
        msg = f"{where}: the scheduler has no worker; start one with `dask worker {where.split()[-1]}`"
        raise ParameterError(msg) from error
    try:
        found = client.run(remote.about)
    except Exception as error:  # a worker without our package cannot even read the question
        msg = f"{where}: a worker cannot use the package ({failures.one_line(repr(error))}); {accepted}"
        raise ParameterError(msg) from error
    for worker, theirs in sorted(found.items()):
        if wrong := remote.unlike(remote.about(), theirs):
            msg = f"{where}: worker {worker} has other versions: {wrong}; {accepted}"
            raise ParameterError(msg)


@dataclass
class _Session:
    """One use of a cluster. `name` tells its events and its stop from those of others."""

    client: "Client"
    into: Path
    on_event: Callable[[Event], None]
    name: str = field(default_factory=lambda: uuid.uuid4().hex)

    def results(self, jobs: Sequence[tuple[Job, str]]) -> Iterator[RunResult]:
        """Each job's result."""
        sharing: dict[str, list[Job]] = {}
        for job, key in jobs:
            sharing.setdefault(key, []).append(replace(job, notebook=job.notebook.resolve()))
        self.jobs = {sharers[0].name: sharers[0] for sharers in sharing.values()}
        self.client.subscribe_topic(remote.TOPIC, self.heard)
        executor = self.client.get_executor(pure=False, retries=RETRIES)
        waiting: dict[concurrent.futures.Future[remote.Delivery], str] = {}
        try:
            for key, sharers in sharing.items():
                waiting[executor.submit(remote.run, self.errand(sharers[0], key))] = key
            for done, key in self.arrivals(waiting):
                result = self.arrived(done, sharing[key][0], key)
                for job in sharing[key]:
                    own = replace(result, job=job)
                    self.on_event(Event(job, "finished", result=own))
                    yield own
        finally:
            if waiting:
                self.stop(waiting)
            executor.shutdown(wait=False)

    def arrivals(
        self, waiting: "dict[concurrent.futures.Future[remote.Delivery], str]"
    ) -> "Iterator[tuple[concurrent.futures.Future[remote.Delivery] | None, str]]":
        """Futures that are done, with their keys, taken out of `waiting`: no result is kept in memory.

        Without any worker for `PATIENCE` seconds, what is left comes as None.
        """
        seen = monotonic()
        while waiting:
            done, _ = concurrent.futures.wait(waiting, PULSE, concurrent.futures.FIRST_COMPLETED)
            while done:
                future = done.pop()
                yield future, waiting.pop(future)
            if self.has_workers():
                seen = monotonic()
            elif monotonic() - seen > PATIENCE:
                for future in list(waiting):
                    future.cancel()
                    yield None, waiting.pop(future)

    def has_workers(self) -> bool:
        """Whether anybody is there to do the work."""
        try:
            return bool(self.client.scheduler_info(n_workers=1)["workers"])
        except OSError:
            return False

    def errand(self, job: Job, key: str) -> remote.Errand:
        """What a worker needs for a job."""
        home = Path(engagement_utils.__file__).resolve().parent
        # what the package brings along is compared with the package
        own = [f for f in inputs_of(job).files if not f.path.resolve().is_relative_to(home)]
        files = tuple(remote.Input(f.name, f.path.absolute(), self.hashes.of(f.path)) for f in own)
        return remote.Errand(
            replace(job, source=job.source.resolve()),
            key,
            job.notebook.read_bytes(),
            files,
            remote.about(),
            self.sharing,
            self.name,
        )

    @cached_property
    def hashes(self) -> FileHashes:
        """Of the inputs, each read once."""
        return FileHashes()

    @cached_property
    def sharing(self) -> int:
        """Runs that may share the cores of one machine: the most threads that workers of one host have."""
        threads: Counter[str] = Counter()
        for worker in self.client.scheduler_info()["workers"].values():
            threads[worker["host"]] += worker["nthreads"]
        return max(threads.values(), default=1)

    def heard(self, event: tuple[float, Any]) -> None:
        """Pass on what a worker tells of one of our runs."""
        told = event[1]
        if isinstance(told, Mapping) and told.get("session") == self.name and told.get("name") in self.jobs:
            self.on_event(Event(self.jobs[told["name"]], told["kind"], told["cell"], told["cells"]))

    def arrived(
        self, done: "concurrent.futures.Future[remote.Delivery] | None", job: Job, key: str
    ) -> RunResult:
        """The run directory, put in its place; what keeps a run from having one is its failure."""
        seconds = 0.0
        try:
            if done is None:
                failure: Failure | None = Failure("killed", f"the cluster had no worker for {PATIENCE:g} s")
            else:
                delivery = done.result()
                seconds, failure = delivery.seconds, delivery.failure
                if delivery.content:
                    run = self.into / f"{key}.partial"
                    unpack(delivery.content, run)
                    directory = place(run, key, failed=failure is not None)
                    return RunResult(job, key, directory, seconds, failure)
        except concurrent.futures.CancelledError:
            failure = Failure("killed", "the connection to the cluster was lost")
        except Exception as error:
            killed = type(error).__name__ == "KilledWorker"
            text = str(error) if isinstance(error, EngagementError) else f"{type(error).__name__}: {error}"
            text = "each worker that it ran on died" if killed else Masker.of(job.parameters).text(text)
            failure = Failure("killed" if killed else "error", failures.one_line(text))
        return RunResult(job, key, self.into / f"{key}.failed", seconds, failure)

    def stop(self, waiting: "Mapping[concurrent.futures.Future[remote.Delivery], str]") -> None:
        """End what runs and what waits to."""
        for future in waiting:
            future.cancel()
        try:
            self.client.run(remote.stop, self.name, on_error="ignore")
        except OSError:  # the cluster is gone, and the runs with it
            return
