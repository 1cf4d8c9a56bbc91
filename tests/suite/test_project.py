"""The project is found from any directory."""

import ast
import json
import re
from pathlib import Path

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.suite.project import Project, find_project, new_report
from tests.suite.conftest import Desk

HERE = Path(__file__).resolve().parents[2]


def test_from_inside_a_clone(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "engagement-utils"\n')
    (tmp_path / "params" / "deep").mkdir(parents=True)
    found = find_project(tmp_path / "params" / "deep")
    assert found == Project(tmp_path)
    assert found.out == tmp_path / "reports" / "_site"
    assert found.cache == tmp_path / ".cache" / "engagement"
    assert found.lock == tmp_path / "requirements.lock"


@pytest.mark.parametrize("text", ['[project]\nname = "other"\n', "project = 3\n", "not toml [", ""])
def test_from_elsewhere_it_is_the_packages_own(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert find_project(tmp_path).root == HERE


def test_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_project().root == HERE


def test_a_new_report_is_planned_as_it_is(desk: Desk) -> None:
    written = new_report(desk.project, "weekly_sign_ups")
    assert written == [
        desk.project.notebooks / "weekly_sign_ups.ipynb",
        desk.project.params / "weekly_sign_ups.yml",
    ]
    (job,) = desk.plan()
    assert (job.name, job.title, job.tables) == ("weekly_sign_ups", "Weekly sign ups", ("users",))
    assert job.parameters["users"] == "sample:pings/users.csv"
    cells = json.loads(written[0].read_text())["cells"]
    assert cells[0]["source"][0] == "# Weekly sign ups\n"
    for cell in cells:
        if cell["cell_type"] == "code":
            ast.parse("".join(cell["source"]))
            assert cell["outputs"] == []
    assert "__" not in "".join(map(str, cells))


def test_the_template_needs_two_imports_and_leaves_judging_to_the_report(desk: Desk) -> None:
    notebook, _ = new_report(desk.project, "weekly_sign_ups")
    code = "".join("".join(c["source"]) + "\n" for c in json.loads(notebook.read_text())["cells"][1:-2])
    imports = re.findall(r"from engagement_utils\.(\S+ import .*)", code)
    assert imports == ["report import own", "tables.spec import Table"]
    assert "report.ask(" in code
    assert "judge" not in code


@pytest.mark.parametrize("name", ["../x", "a b", "index", "CON", "", "a/b", "x" * 81])
def test_a_name_that_is_none_writes_nothing(desk: Desk, name: str) -> None:
    with pytest.raises(ParameterError, match=r"^engagement new: "):
        new_report(desk.project, name)
    assert [p for p in desk.project.root.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("there", ["params/mine.yml", "params/Mine.yaml", "notebooks/mine.ipynb"])
def test_nothing_is_overwritten(desk: Desk, there: str) -> None:
    path = desk.project.root / there
    path.write_text("x")
    with pytest.raises(ParameterError, match=re.escape(f"{there} is there already")):
        new_report(desk.project, "mine")
    assert [p for p in desk.project.root.rglob("*") if p.is_file()] == [path]
    assert path.read_text() == "x"
