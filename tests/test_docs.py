"""README and tutorial, followed to the letter: files are written, commands run, pages looked at."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from engagement_utils import cli
from engagement_utils.inference.verdict import VERDICTS

pytestmark = pytest.mark.xdist_group("docs")  # the tutorial is followed once

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# the first line of a block: its file, and in a notebook its cell
LABEL = re.compile(r"# (?P<file>[\w./]+\.(?:py|csv|yml|ipynb))(?:: (?P<cell>[\w-]+))?\n")


class Reader:
    """Someone who follows the tutorial in a copy of the project."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cells: dict[str, dict[str, Any]] = {}  # of the notebook, by id, in the order of the tutorial

    def follow(self, language: str, text: str) -> None:
        """Do what a block says."""
        if language == "console":
            for line in text.splitlines():
                self.run(*line.removeprefix("$ ").split())
            return
        label = LABEL.match(text)
        assert label, f"a block names no file: {text[:60]!r}"
        content, file = text[label.end() :], self.root / label["file"]
        if label["cell"]:
            self.give(file, label["cell"], "markdown" if language == "markdown" else "code", content)
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")

    def give(self, notebook: Path, name: str, kind: str, source: str) -> None:
        """Give the notebook a cell, in place of the one of that name or else above the method."""
        book = json.loads(notebook.read_text(encoding="utf-8"))
        there = {c["id"]: c["metadata"] for c in book["cells"]}
        cell = {"cell_type": kind, "id": name, "metadata": there.get(name, {}), "source": source.rstrip("\n")}
        self.cells[name] = cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})
        last = [self.cells[n] for n in ("method", "quality") if n in self.cells]
        book["cells"] = [c for c in self.cells.values() if c not in last] + last
        if {"parameters", "quality"} <= set(self.cells):  # before, the template's cells are still wanted
            notebook.write_text(json.dumps(book), encoding="utf-8")

    def run(self, program: str, *arguments: str) -> None:
        """Run a command with the copy's package."""
        command = [str(Path(sys.executable).with_name(Path(program).name)), *arguments]
        environment = os.environ | {"PYTHONPATH": str(self.root)}
        done = subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{program} {' '.join(arguments)}\n{done.stdout}{done.stderr}"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the whole tutorial was followed."""
    root = tmp_path_factory.mktemp("tutorial")
    for name in ("engagement_utils", "reports", "tests/checks"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "_site", ".*"))
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, root / name)
    shutil.copy(ROOT / "tests" / "__init__.py", root / "tests")
    for name in ("notebooks", "params"):
        (root / name).mkdir()
    reader = Reader(root)
    reader.run("engagement", "new", "sign_ups")  # held by the type check of the tutorial too
    for language, text in BLOCK.findall((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")):
        reader.follow(language, text)
    reader.run("engagement", "run", "sign_ups")
    return root


def published(root: Path, name: str) -> dict[str, Any]:
    """What the manifest says of a report."""
    manifest = json.loads((root / "reports" / "_site" / "manifest.json").read_text(encoding="utf-8"))
    return next(r for r in manifest["reports"] if r["name"] == name)


def verdicts(report: dict[str, Any]) -> dict[str, str]:
    return {f["topic"]: f["verdict"] for f in report["findings"]}


def test_the_tutorial_ends_in_a_published_report(root: Path) -> None:
    report = published(root, "newsletter")
    assert report["status"] != "failed"
    assert verdicts(report) == {
        "asking_subjects": "supported",
        "leaving": "described",
        "open_rate_over_time": "supported",
    }
    p_values = {f["topic"]: f["p_value"] for f in report["findings"]}
    assert p_values["asking_subjects"] < p_values["open_rate_over_time"] < 0.05
    assert p_values["leaving"] is None
    page = (root / "reports" / "_site" / "newsletter.html").read_text(encoding="utf-8")
    for text in ("Subjects that ask are opened more", "Let the subject ask", "more openings than recipients"):
        assert text in page
    assert (root / "reports" / "_site" / "newsletter.pdf").is_file()


def test_another_export_is_read_without_an_edit(root: Path) -> None:
    report = published(root, "boletin")
    assert report["title"] == "Boletín"
    assert set(verdicts(report).values()) == {"too little data"}


def test_a_new_report_is_published_as_it_is(root: Path) -> None:
    (finding,) = published(root, "sign_ups")["findings"]
    assert finding["verdict"] == "not distinguishable from chance"
    assert finding["main"]
    page = (root / "reports" / "_site" / "sign_ups.html").read_text(encoding="utf-8")
    assert page.index("Main points") < page.index("Weekends cannot be told from other days")
    assert "Sign-ups by weekday" in page


def test_what_the_tutorial_wrote_keeps_to_the_format_and_the_types_of_the_house(root: Path) -> None:
    domain = root / "engagement_utils" / "newsletter"
    for tool in (["ruff", "check"], ["ruff", "format", "--check"]):
        command = [sys.executable, "-m", *tool, str(domain), str(root / "notebooks")]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_the_papers_name_commands_that_there_are() -> None:
    papers = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    named = {
        name
        for paper in papers
        for line in re.findall(r"`[^`\n]+`|^(?:\$ )?\.venv/bin/engagement .*", paper.read_text("utf-8"), re.M)
        for name in re.findall(r"\bengagement ([a-z]+)\b", line)
    }
    assert {"run", "check", "new", "verify"} <= named
    commands: click.Group = cli.main
    assert named <= set(commands.list_commands(click.Context(commands)))


def test_the_readmes_own_question_can_be_asked() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (asking,) = [text for language, text in BLOCK.findall(readme) if "report.ask(" in text]
    notebook = json.loads((ROOT / "notebooks" / "ping_engagement.ipynb").read_text(encoding="utf-8"))
    cells = {c["id"]: "".join(c["source"]) for c in notebook["cells"]}
    names: dict[str, Any] = {}
    for code in (cells["imports"], cells["parameters"], cells["report"].rpartition("report")[0], asking):
        exec(code, names)
    assert names["lengths"].finding().verdict in VERDICTS
    assert "long_pings" in names["report"].findings
