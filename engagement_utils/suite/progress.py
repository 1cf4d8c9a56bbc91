"""How a run tells what it does: bars on a terminal, plain lines elsewhere, and a table at the end."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self, TextIO

from engagement_utils.report.outputs import MARKS, TableColumn, TableView
from engagement_utils.suite.project import shown_path
from engagement_utils.suite.publish.words import many

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import TaskID

    from engagement_utils.suite.caching.lock import Holder
    from engagement_utils.suite.execution.runs import Event
    from engagement_utils.suite.job import RunResult
    from engagement_utils.suite.run import Outcome, ReportOutcome

SHOWN = {"fresh": "green", "cached": "dim", "failed": "bold red"}


def is_live(stream: TextIO) -> bool:
    """Whether bars may move on it: a terminal, and not one that a CI service records."""
    return stream.isatty() and not os.environ.get("CI")


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False)


class Lines:
    """Tells a run in plain lines; safe to call from several threads."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def waiting(self, holder: "Holder | None") -> None:
        """Say who holds the lock."""
        self.say(f"waiting for {holder or 'another run'}")

    def planned(self, total: int, missing: int) -> None:
        """Say how much there is to do."""
        self.say(f"{many(total, 'report')}, {missing or 'none'} to execute")

    def event(self, event: "Event") -> None:
        """Say that a report starts, or how it ended; single cells are passed over."""
        if event.kind == "started":
            self.say(f"{event.job.name}: started")
        elif event.kind == "finished" and event.result:
            self.say(finished_line(event.result))

    def publishing(self, reports: int) -> None:
        """Say how many pages are made."""
        self.say(f"publishing {many(reports, 'report')}")

    def say(self, text: str) -> None:
        """One line, at once."""
        # one write a line: lines of several threads stay apart
        self._stream.write(f"{text}\n")
        self._stream.flush()


class Bars(Lines):
    """Tells a run on a terminal: a bar for each report that runs, which counts its cells."""

    def __init__(self, stream: TextIO) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        super().__init__(stream)
        columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, TimeElapsedColumn(), console=_console(stream), transient=True)
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def event(self, event: "Event") -> None:
        """Add a bar, move it, or replace it by a line."""
        name = event.job.name
        if event.kind == "started":
            self._tasks[name] = self._progress.add_task(name, total=None)
        elif event.kind == "cell" and name in self._tasks:
            self._progress.update(self._tasks[name], completed=event.cell - 1, total=event.cells)
        elif event.kind == "finished" and event.result:
            if name in self._tasks:
                self._progress.remove_task(self._tasks.pop(name))
            self.say(finished_line(event.result))

    def publishing(self, reports: int) -> None:
        """Show that pages are made."""
        self._progress.add_task(f"publishing {many(reports, 'report')}", total=None)

    def say(self, text: str) -> None:
        """One line above the bars."""
        self._progress.console.print(text, markup=False, soft_wrap=True)


def listener(stream: TextIO | None = None) -> Lines:
    """Bars or lines, as the stream (standard error) can show them."""
    stream = stream or sys.stderr
    return Bars(stream) if is_live(stream) else Lines(stream)


def finished_line(result: "RunResult") -> str:
    """How one execution ended."""
    name, seconds = result.job.name, f"{result.seconds:.1f} s"
    if result.failure is None:
        return f"{name}: executed in {seconds}"
    return f"{name}: failed after {seconds} ({result.failure.kind}): {result.failure.message}"


def print_outcome(outcome: "Outcome", stream: TextIO) -> None:
    """The table at the end of a run: a line a report."""
    heads = ("report", "status", "seconds", "findings", "where")
    rows = []
    for report in outcome.reports:
        seconds = "" if report.seconds is None else f"{report.seconds:.1f}"
        where = shown_path(report.where) if report.where else ""
        rows.append((report.name, report.status, seconds, _findings(report), where))
    print_table(heads, rows, stream, right=("seconds",), styles=[SHOWN[r.status] for r in outcome.reports])


def print_table(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    stream: TextIO,
    right: Sequence[str] = (),
    styles: Sequence[str] = (),
) -> None:
    """A table of text; on a narrow terminal its last column folds, and nothing is ever cut.

    Args:
        heads: column names; those in `right` are right-aligned.
        rows: cells.
        styles: rich's style of each row's second cell, on a terminal.
    """
    if not is_live(stream):
        columns = tuple(TableColumn(head, kind="number" if head in right else "text") for head in heads)
        # the first line is the title
        stream.write(TableView("", "", columns, tuple(map(tuple, rows))).plain().lstrip("\n") + "\n")
        return
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for number, head in enumerate(heads):
        longest = max([len(head), *(len(row[number]) for row in rows)])
        firm = longest if number < len(heads) - 1 else None
        table.add_column(head, justify="right" if head in right else "left", overflow="fold", min_width=firm)
    for number, row in enumerate(rows):
        style = styles[number] if styles else ""
        table.add_row(*(Text(cell, style=style if i == 1 else "") for i, cell in enumerate(row)))
    _console(stream).print(table)


def _findings(report: "ReportOutcome") -> str:
    return "  ".join(f"{MARKS[v]} {n}" for v, n in report.findings.items() if n)  # type: ignore[index]
