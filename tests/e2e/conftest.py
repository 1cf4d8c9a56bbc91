"""A project of its own in a temporary folder, driven by the real command with real kernels and pages."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]

SHOWS = """from engagement_utils.report.outputs import Finding, Header
Header("2025-01-01", "2025-01-31", ((str(n), "posts"),))"""
FINDS = """Finding("size", f"There are {n} posts.", float(n), None, n, None, "supported")"""


@dataclass(frozen=True)
class Desk:
    """A project folder with helpers to fill it and to call the command in it."""

    root: Path

    @property
    def site(self) -> Path:
        return self.root / "reports" / "_site"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(ROOT)}

    def notebook(self, name: str, *cells: str, parameters: str = "n: int = 1  # how many") -> Path:
        book = nbformat.v4.new_notebook()
        first = nbformat.v4.new_code_cell(parameters, id="parameters")
        first.metadata.tags = ["parameters"]
        head = nbformat.v4.new_markdown_cell(f"# {name}\n\nA report.", id="title")
        rest = [nbformat.v4.new_code_cell(c, id=f"c{i}") for i, c in enumerate((SHOWS, FINDS, *cells))]
        book.cells = [head, first, *rest]
        path = self.root / "notebooks" / f"{name}.ipynb"
        nbformat.write(book, path)
        return path

    def report(self, name: str, text: str = "") -> Path:
        path = self.root / "params" / f"{name}.yml"
        path.write_text(text or "parameters: {}\n", encoding="utf-8")
        return path

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "engagement_utils", *arguments]

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command("run", "--publisher", "builtin", *arguments),
            cwd=self.root,
            env=self.environment | environment,
            capture_output=True,
            text=True,
            timeout=280,
        )

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.site / "manifest.json").read_text(encoding="utf-8"))

    def statuses(self) -> dict[str, str]:
        return {r["name"]: r["status"] for r in self.manifest()["reports"]}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An empty project."""
    return make_desk(tmp_path / "project")


def make_desk(root: Path) -> Desk:
    root.mkdir()
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, root / name)
    shutil.copytree(ROOT / "reports", root / "reports", ignore=shutil.ignore_patterns("_site", ".*"))
    (root / "notebooks").mkdir()
    (root / "params").mkdir()
    return Desk(root)
