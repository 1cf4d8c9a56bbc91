"""What a run works with and whom it tells: kernels, publishers, a listener. Fakes stand here in tests."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engagement_utils.suite.job import Job, RunResult

if TYPE_CHECKING:
    from engagement_utils.suite.caching.lock import Holder
    from engagement_utils.suite.execution.runs import Event
    from engagement_utils.suite.publish.publisher import Publisher


class Listener(Protocol):
    """Hears how a run goes."""

    def waiting(self, holder: "Holder | None") -> None:
        """Another run holds the lock."""

    def planned(self, total: int, missing: int) -> None:
        """So many reports were asked for, so many of them have to be executed."""

    def event(self, event: "Event") -> None:
        """An execution starts, reaches a cell or is over; called from several threads."""

    def publishing(self, reports: int) -> None:
        """The pages of so many reports are made now."""


class ExecuteAll(Protocol):
    """`execution.runs.execute_all`."""

    def __call__(
        self,
        jobs: Sequence[tuple[Job, str]],
        into: Path,
        *,
        workers: int,
        on_event: "Callable[[Event], None]",
    ) -> Iterator[RunResult]:
        """Execute jobs and yield each result as it completes."""


@dataclass(frozen=True)
class Tools:
    """What starts kernels and makes pages.

    Attributes:
        execute_all: runs notebooks, as `execution.runs.execute_all` does.
        prepare: `(executed notebook, job, provenance, into)` writes `into/prepared.ipynb`.
        choose: the publisher of a name ("auto" included), with the theme of a project folder.
    """

    execute_all: ExecuteAll
    prepare: Callable[[Path, Job, Mapping[str, Any], Path], None]
    choose: "Callable[[str, Path], Publisher]"


def real(executor: str = "") -> Tools:
    """The suite's own tools. Each is imported as it is used: a run without changes imports none of them.

    `executor` is the address of a cluster, `dask://HOST:PORT`; "" runs notebooks on this machine.
    """
    execute = partial(_execute_on, executor) if executor else _execute_all
    return Tools(execute, _prepare, _choose)


def _execute_all(*arguments: Any, **options: Any) -> Iterator[RunResult]:
    from engagement_utils.suite.execution.runs import execute_all

    return execute_all(*arguments, **options)


def _execute_on(*arguments: Any, **options: Any) -> Iterator[RunResult]:
    from engagement_utils.suite.execution.cluster import execute_on

    return execute_on(*arguments, **options)


def _prepare(executed: Path, job: Job, provenance: Mapping[str, Any], into: Path) -> None:
    from engagement_utils.suite.pages.prepare import prepare

    prepare(executed, job, provenance, into)


def _choose(name: str, project: Path) -> "Publisher":
    from engagement_utils.suite.publish.publisher import choose

    return choose(name, project)
