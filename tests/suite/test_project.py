"""The project is found from any directory."""

from pathlib import Path

import pytest

from engagement_utils.suite.project import Project, find_project

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
