"""A desk: a small project on disk whose notebooks and parameter files a test writes."""

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from engagement_utils.errors import ParameterError, TableError
from engagement_utils.suite.job import Job
from engagement_utils.suite.planning.plan import parse_override, plan
from engagement_utils.suite.project import Project
from engagement_utils.tables.secrets import is_url
from engagement_utils.tables.spec import TableSpec


def notebook_text(*sources: str, tags: Iterable[str] = ("parameters",)) -> str:
    """A notebook whose first code cell has the tags."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{i}",
            "execution_count": None,
            "outputs": [],
            "metadata": {"tags": list(tags)} if i == 0 else {},
            "source": source.splitlines(True),
        }
        for i, source in enumerate(sources)
    ]
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells})


@dataclass
class Desk:
    """Writes files of a project and plans it."""

    project: Project

    def notebook(self, name: str, *sources: str, **options: Any) -> Path:
        path = self.project.notebooks / f"{name}.ipynb"
        path.write_text(notebook_text(*sources, **options), encoding="utf-8")
        return path

    def yaml(self, name: str, text: str | bytes) -> Path:
        path = self.project.params / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def plan(self, *sets: str, only: Iterable[str] = ()) -> list[Job]:
        return plan(self.project.params, self.project, [parse_override(s) for s in sets], only)

    def problems(self, *sets: str, only: Iterable[str] = ()) -> list[str]:
        """The lines of the error, paths without the folder."""
        with pytest.raises(ParameterError) as caught:
            self.plan(*sets, only=only)
        return str(caught.value).replace(f"{self.project.root}/", "").splitlines()

    def problem(self, *sets: str, only: Iterable[str] = ()) -> str:
        """The one line of the error."""
        (line,) = self.problems(*sets, only=only)
        return line


def _files_of(spec: TableSpec, base: Path) -> list[Path]:
    if is_url(spec.path) or spec.path.startswith("sample:"):
        return []
    if not (base / spec.path).is_file():
        msg = f"{spec.path!r}: no such file"
        raise TableError(msg)
    return [base / spec.path]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty project; tables are looked up by a plain file test."""
    sources = ModuleType("engagement_utils.tables.sources")
    sources.files_of = _files_of  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "engagement_utils.tables.sources", sources)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "params").mkdir()
    return Desk(Project(tmp_path))
