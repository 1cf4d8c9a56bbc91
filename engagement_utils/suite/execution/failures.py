"""Why a run failed: kinds and one-line messages, and the note that the executed notebook gets."""

import json
import re
import signal
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engagement_utils import errors
from engagement_utils.suite.job import Failure

TAG = "engagement-failure"
LONGEST = 1000  # characters of a message
UNUSABLE = tuple(
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.TableError | errors.ParameterError)
)
OUT_OF_MEMORY = re.compile(r"MemoryError$|OutOfMemory(Error|Exception)$")
# what C and C++ libraries say before they end the process
NO_MEMORY = re.compile(
    rb"MemoryError|bad_alloc|[Cc]annot allocate memory|failed to map segment|out of memory"
    rb"|Resource temporarily unavailable"
)


def one_line(text: str) -> str:
    """The text as one line of at most `LONGEST` characters."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    line = "; ".join(line for line in lines if line)
    line = re.sub(r"([,;:.!?]); ", r"\1 ", line)
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"


def raised(name: str, text: str, cell: int | None) -> Failure:
    """An exception of class `name` left cell number `cell` of the notebook."""
    if name in UNUSABLE:
        return Failure("unusable input", one_line(text), cell)
    memory = bool(OUT_OF_MEMORY.search(name))
    text = text or ("the memory that the run may use is not enough" if memory else "")
    return Failure("memory" if memory else "error", one_line(f"{name}: {text}" if text else name), cell)


def stopped(seconds: float, cell: int | None) -> Failure:
    """The time limit passed."""
    return Failure("timeout", f"stopped after {seconds:g} s, {_place(cell)}", cell)


def died(status: int | None, cell: int | None, *, who: str, log: bytes, limited: bool, oom: bool) -> Failure:
    """A process ended on its own.

    Args:
        status: its return code as `subprocess` gives it, negative for a signal; None where unknown.
        cell: number of the cell that ran, None before the first one.
        who: "kernel" or "worker".
        log: what the processes wrote to their standard error.
        limited: whether the run has a memory limit.
        oom: whether the machine has ended a process for want of memory since the run started.
    """
    place = _place(cell)
    if status == -signal.SIGKILL and oom:
        return Failure("memory", f"the machine ran out of memory and ended the {who}, {place}", cell)
    # a kernel that cannot get memory as it starts ends without a word
    if limited and status != -signal.SIGKILL and (cell is None or NO_MEMORY.search(log)):
        return Failure("memory", f"the {who} ran into the memory limit and ended, {place}", cell)
    if status == 0:
        return Failure("error", f"the notebook ended its own {who}, {place}", cell)
    if status is None or status > 0:
        how = "unknown status" if status is None else f"exit status {status}"
        return Failure("killed", f"the {who} ended with {how}, {place}", cell)
    return Failure("killed", f"the {who} was killed by {_signal(-status)}, {place}", cell)


def _signal(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _place(cell: int | None) -> str:
    return "before the first cell" if cell is None else f"in cell {cell}"


def annotate(path: Path, failure: Failure, source: Path) -> None:
    """Say in the executed notebook what happened, below the cell where it happened.

    Where the run left no readable notebook at `path`, the unexecuted `source` takes its place.
    """
    notebook = (
        _read(path) or _read(source) or {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    cells = [cell for cell in notebook["cells"] if TAG not in cell.get("metadata", {}).get("tags", [])]
    note: dict[str, Any] = {
        "cell_type": "markdown",
        "metadata": {"tags": [TAG], "engagement": asdict(failure)},
        "source": _sentence(failure),
    }
    if notebook.get("nbformat_minor", 0) >= 5:
        note["id"] = TAG
    cells.insert(failure.cell or 0, note)
    path.write_text(
        json.dumps({**notebook, "cells": cells}, indent=1, sort_keys=True, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )


def _sentence(failure: Failure) -> str:
    # indented: no sign in it is read as Markdown or HTML
    where = "" if failure.cell is None else f": it stopped in cell {failure.cell}, above"
    return f"**This report is not finished{where} ({failure.kind}).**\n\n    {failure.message}"


def _read(path: Path) -> Mapping[str, Any] | None:
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        return notebook if isinstance(notebook["cells"], list) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
