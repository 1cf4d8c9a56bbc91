import json
import signal
from pathlib import Path

import pytest

from engagement_utils.suite.execution.failures import annotate, died, one_line, raised, stopped
from engagement_utils.suite.job import Failure


@pytest.mark.parametrize(
    ("name", "kind", "message"),
    [
        ("TableError", "unusable input", "bad"),
        ("ParameterError", "unusable input", "bad"),
        ("PublishError", "error", "PublishError: bad"),
        ("ValueError", "error", "ValueError: bad"),
        ("MemoryError", "memory", "MemoryError: bad"),
        ("_ArrayMemoryError", "memory", "_ArrayMemoryError: bad"),
        ("ArrowMemoryError", "memory", "ArrowMemoryError: bad"),
        ("OutOfMemoryException", "memory", "OutOfMemoryException: bad"),
    ],
)
def test_kinds_follow_from_the_exception(name, kind, message):
    assert raised(name, "bad", 3) == Failure(kind, message, 3)


def test_a_message_is_one_line_of_bounded_length():
    assert one_line("2 problems:\n  a.yml:3   x\n\n  b.yml:4 y\n") == "2 problems: a.yml:3 x; b.yml:4 y"
    assert one_line("a.csv: bad,\nsee b.") == "a.csv: bad, see b."
    assert one_line("x " * 5000).endswith("…")
    assert len(one_line("x " * 5000)) <= 1000
    assert raised("KeyboardInterrupt", "", 2).message == "KeyboardInterrupt"
    assert (
        raised("MemoryError", "", 2).message == "MemoryError: the memory that the run may use is not enough"
    )


@pytest.mark.parametrize(
    ("status", "log", "limited", "oom", "kind", "message"),
    [
        (-signal.SIGKILL, b"", False, False, "killed", "the kernel was killed by SIGKILL, in cell 3"),
        (
            -signal.SIGKILL,
            b"",
            False,
            True,
            "memory",
            "the machine ran out of memory and ended the kernel, in cell 3",
        ),
        (-signal.SIGSEGV, b"", False, True, "killed", "the kernel was killed by SIGSEGV, in cell 3"),
        (
            -signal.SIGABRT,
            b"what(): std::bad_alloc",
            True,
            False,
            "memory",
            "the kernel ran into the memory limit",
        ),
        (
            -signal.SIGABRT,
            b"what(): std::bad_alloc",
            False,
            False,
            "killed",
            "the kernel was killed by SIGABRT",
        ),
        (0, b"", False, False, "error", "the notebook ended its own kernel, in cell 3"),
        (3, b"", False, False, "killed", "the kernel ended with exit status 3, in cell 3"),
        (None, b"", False, False, "killed", "the kernel ended with unknown status, in cell 3"),
        (-250, b"", False, False, "killed", "the kernel was killed by signal 250, in cell 3"),
    ],
)
def test_a_death_is_explained(status, log, limited, oom, kind, message):
    failure = died(status, 3, who="kernel", log=log, limited=limited, oom=oom)
    assert failure.kind == kind
    assert failure.message.startswith(message)
    assert failure.cell == 3


def test_a_kernel_that_cannot_start_within_its_memory_says_so():
    failure = died(1, None, who="kernel", log=b"", limited=True, oom=False)
    assert failure == Failure(
        "memory", "the kernel ran into the memory limit and ended, before the first cell"
    )


def test_a_time_limit_names_seconds_and_place():
    assert stopped(30.0, 7) == Failure("timeout", "stopped after 30 s, in cell 7", 7)
    assert stopped(0.5, None).message == "stopped after 0.5 s, before the first cell"


def notebook(path: Path, count: int) -> Path:
    cells = [
        {"cell_type": "code", "metadata": {}, "source": str(n), "outputs": []} for n in range(1, count + 1)
    ]
    path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_the_note_stands_below_the_failing_cell_and_only_once(tmp_path):
    path = notebook(tmp_path / "executed.ipynb", 4)
    for _ in range(2):
        annotate(path, Failure("error", "ValueError: <b>*x*</b>", 2), tmp_path / "none.ipynb")
    cells = json.loads(path.read_text())["cells"]
    assert [cell["source"] for cell in (cells[0], cells[1], *cells[3:])] == ["1", "2", "3", "4"]
    assert cells[2]["metadata"]["engagement"] == {
        "kind": "error",
        "message": "ValueError: <b>*x*</b>",
        "cell": 2,
    }
    # as a code block: none of it is read as Markdown or HTML
    assert cells[2]["source"].endswith("\n\n    ValueError: <b>*x*</b>")


@pytest.mark.parametrize("left", [None, "", "{", "[]", '{"cells": 3}'])
def test_an_unreadable_notebook_is_replaced_by_its_source(tmp_path, left):
    path, source = tmp_path / "executed.ipynb", notebook(tmp_path / "source.ipynb", 2)
    if left is not None:
        path.write_text(left)
    annotate(path, Failure("killed", "gone"), source)
    cells = json.loads(path.read_text())["cells"]
    assert [cell["source"] for cell in cells[1:]] == ["1", "2"]
    assert cells[0]["source"].startswith("**This report is not finished (killed).**")
