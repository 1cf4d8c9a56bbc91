import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engagement_utils.suite.hygiene import problems


def notebook(tmp_path: Path, *cells: dict[str, Any]) -> Path:
    path = tmp_path / "n.ipynb"
    parameters = code("n: int = 1  # how many", tags=["parameters"])
    content = {"cells": [parameters, *cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content))
    return path


def code(source: str, output: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": "a",
        "source": source,
        "metadata": metadata,
        "outputs": [output or {"output_type": "stream", "name": "stdout", "text": "1\n"}],
        "execution_count": None,
    }


def test_a_clean_notebook_has_nothing_to_mend(tmp_path: Path) -> None:
    assert problems(notebook(tmp_path, code("%matplotlib inline\nprint(n)"))) == []


def test_a_question_of_the_analysts_own_may_be_defined(tmp_path: Path) -> None:
    cell = code("class Mornings(report.Question):\n    def tests(self):\n        return []")
    assert problems(notebook(tmp_path, cell)) == []


def test_nineteen_lines_are_the_most_but_for_parameters(tmp_path: Path) -> None:
    lines = "\n".join("x = 1" for _ in range(19))
    assert problems(notebook(tmp_path, code(lines))) == []
    path = notebook(tmp_path)
    content = json.loads(path.read_text())
    content["cells"][0]["source"] = "\n".join(f"p{i} = {i}" for i in range(40))
    path.write_text(json.dumps(content))
    assert problems(path) == []


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (code("def f(x):\n    return x"), "defines f"),
        (code("\n".join("x = 1" for _ in range(20))), "20 lines"),
        (code("class Helper(Question.Base):\n    pass"), "defines Helper"),
        (code("x ="), "does not parse"),
        (code("1", scrolled=True), "metadata scrolled"),
        (
            code("1", {"output_type": "error", "ename": "ValueError", "evalue": "no"}),
            "stored error ValueError",
        ),
        (code("1", {"output_type": "stream", "text": "read /home/ana/x.csv"}), "/home/ana"),
        (code("1", tags=["parameters"]), "2 cells are tagged"),
    ],
)
def test_each_fault_is_named_with_its_cell(tmp_path: Path, cell: dict[str, Any], text: str) -> None:
    (found,) = problems(notebook(tmp_path, cell))
    assert text in found


def test_the_command_exits_with_1_and_names_the_file(tmp_path: Path) -> None:
    path = notebook(tmp_path, code("class C: pass"))
    done = subprocess.run(
        [sys.executable, "-m", "engagement_utils.suite.hygiene", str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert str(path) in done.stdout
