"""The parameters cell, read without running it."""

from datetime import date
from pathlib import Path

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.suite.planning.cell import declarations, read_cell
from tests.suite.conftest import notebook_text

TAGGED = '"metadata": {"tags": ["parameters"]}'
SOURCE = """\
from datetime import date
users: Table = "sample:pings/users.csv"   # one row a user
text: str = "it's # no comment"
weights: dict[str, float] = {  # weight of an event
    "like": 1, "skip": -0.5,
}
days: list[date] = [
    date(2024, 1, 2),
    datetime.date(2024, 12, 31),
]  # days of note
# where the notes are,
# and what they say
notes: Path = Path("a/b.txt")
nothing: Optional[int] = None; plus: int = +3
"""


def test_names_defaults_comments_and_lines() -> None:
    found = {d.name: d for d in declarations(SOURCE, "x.ipynb").declared}
    assert list(found) == ["users", "text", "weights", "days", "notes", "nothing", "plus"]
    assert found["users"].default == "sample:pings/users.csv"
    assert found["users"].description == "one row a user"
    assert found["text"].description == ""
    assert found["weights"].default == {"like": 1, "skip": -0.5}
    assert found["weights"].description == "weight of an event"
    assert found["days"].default == [date(2024, 1, 2), date(2024, 12, 31)]
    assert found["days"].description == "days of note"
    assert found["notes"].default == Path("a/b.txt")
    assert found["notes"].description == "where the notes are, and what they say"
    assert found["nothing"].default is None
    assert found["plus"].default == 3
    assert found["days"].line == 7


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("n: int = 1\nx = 3", "x.ipynb:cell 1:2: x: no type"),
        ("x: int", "x.ipynb:cell 1:1: x: no default"),
        ("x: int = y", "x.ipynb:cell 1:1: x: found `y`"),
        ("x: int = f()", "x.ipynb:cell 1:1: x: found `f()`"),
        ("x: str = f'{1}'", "x.ipynb:cell 1:1: x: found `f'{1}'`"),
        ("x: int = 7 * 24", "x.ipynb:cell 1:1: x: found `7 * 24`"),
        ("x: list[int] = [\n  1,\n  y,\n]", "x.ipynb:cell 1:3: x: found `y`"),
        ("x: dict = {**y}", "x.ipynb:cell 1:1: x: found `{**y}`"),
        ("x: dict = {'a': 1, 'a': 2}", "x.ipynb:cell 1:1: x: found a key twice"),
        ("x: bytes = b'a'", "x.ipynb:cell 1:1: x: found `b'a'`"),
        ("x: float = 1e999", "x.ipynb:cell 1:1: x: found a number that is not finite"),
        (
            "x: date = date(2024, 13, 1)",
            "x.ipynb:cell 1:1: x: found `date(2024, 13, 1)` (month must be in 1..12)",
        ),
        ("x: int = 1\nx: int = 2", "x.ipynb:cell 1:2: x: declared twice"),
        ("_x: int = 1", "x.ipynb:cell 1:1: _x: starts with an underscore"),
        ("print('side effect')", "x.ipynb:cell 1:1: found `print('side effect')`"),
        ("%matplotlib inline", "x.ipynb:cell 1:1: not Python (invalid syntax)"),
        ("x: int = " + "(" * 300 + "1" + ")" * 300, "x.ipynb:cell 1:1: not Python"),
        ("x.y: int = 1", "x.ipynb:cell 1:1: found `x.y: int = 1`"),
    ],
)
def test_a_cell_that_does_not_fit_names_line_and_parameter(source: str, expected: str) -> None:
    with pytest.raises(ParameterError) as caught:
        declarations(source, "x.ipynb")
    assert str(caught.value).startswith(expected)
    assert "accepted: " in str(caught.value)


def test_all_problems_of_a_cell_are_told() -> None:
    with pytest.raises(ParameterError) as caught:
        declarations("a = 1\nb: int\nc: int = d\n", "x.ipynb")
    assert [line.split(": ")[1] for line in str(caught.value).splitlines()] == ["a", "b", "c"]


def test_nothing_is_run(tmp_path: Path) -> None:
    made = tmp_path / "made"
    source = f"x: open('{made}', 'w') = 1\nimport os\ny: int = os.system('touch {made}')"
    with pytest.raises(ParameterError):
        declarations(source, "x.ipynb")
    assert list(tmp_path.iterdir()) == []


def test_the_tagged_cell_of_a_notebook(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(notebook_text("n: int = 7", "m: int = 8"), encoding="utf-8-sig")
    assert [d.name for d in read_cell(path).declared] == ["n"]
    path.write_text(notebook_text("n: int = 7", tags=["other"]))
    assert read_cell(path).declared == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "x.ipynb: not JSON"),
        ("[1]", "x.ipynb: not a notebook of nbformat 4"),
        ('{"nbformat": 3, "worksheets": []}', "x.ipynb: not a notebook of nbformat 4"),
        ("[" * 100_000, "x.ipynb: not JSON"),
        (
            f'{{"nbformat": 4, "cells": [{{"cell_type": "markdown", {TAGGED}}}]}}',
            "x.ipynb:cell 1:1: the cell tagged `parameters` is no code cell",
        ),
        (
            f'{{"nbformat": 4, "cells": [{{{TAGGED}}}, {{{TAGGED}}}]}}',
            "x.ipynb: 2 cells are tagged `parameters`",
        ),
    ],
)
def test_what_is_no_notebook(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(text)
    with pytest.raises(ParameterError, match="accepted: ") as caught:
        read_cell(path)
    assert str(caught.value).startswith(expected)
