"""What a run works with: kernels and publishers. Fakes stand here in tests."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from engagement_utils.suite.job import RunResult
from engagement_utils.suite.publish.publisher import Publisher, choose


@dataclass(frozen=True)
class Tools:
    """What starts kernels and makes pages.

    Attributes:
        execute_all: runs notebooks, as `execution.runs.execute_all` does.
        choose: the publisher of a name ("auto" included), with the theme of a project folder.
    """

    execute_all: Callable[..., Iterator[RunResult]]
    choose: Callable[[str, Path], Publisher]


def real(executor: str = "") -> Tools:
    """The suite's own tools; `executor` is a cluster's `dask://HOST:PORT`, or "" for this machine."""
    return Tools(partial(_execute, executor), choose)


def _execute(executor: str, *arguments: Any, **options: Any) -> Iterator[RunResult]:
    # imported as they are used: a run without changes needs none of it
    if executor:
        from engagement_utils.suite.execution.cluster import execute_on

        return execute_on(executor, *arguments, **options)
    from engagement_utils.suite.execution.runs import execute_all

    return execute_all(*arguments, **options)
