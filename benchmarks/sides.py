"""The same reports by the suite, by papermill and nbconvert, and by Quarto: a project and its commands."""

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.timing import Took, measured
from engagement_utils.suite.planning.plan import plan
from engagement_utils.suite.project import Project

ROOT = Path(__file__).resolve().parent.parent
ENGAGEMENT = [sys.executable, "-c", "from engagement_utils.cli import main; main()"]
VARIANT = {
    "parameters": "seed: int = 1  # of the numbers",
    "imports": """\
import matplotlib.ticker
import numpy as np
import pandas as pd
import seaborn as sns
from sklearn.linear_model import LogisticRegression

from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Finding""",
    "model": """\
rng = np.random.default_rng(seed)
views = pd.DataFrame({"hour": rng.integers(0, 24, 2_000), "followers": rng.lognormal(6, 1, 2_000)})
views["liked"] = rng.random(len(views)) < 0.1 + 0.2 * views["hour"].between(18, 22)
model = LogisticRegression().fit(views[["hour"]], views["liked"])
by_hour = views.groupby("hour", as_index=False)["liked"].mean()""",
    "finding": """\
rate = float(views["liked"].mean())
Finding("likes", f"{rate:.0%} of views are liked.", rate, None, len(views), None, "supported")""",
    "figure": """\
fig, ax = style.canvas()
sns.barplot(by_hour, x="hour", y="liked", ax=ax, color=style.HIGHLIGHT)
ax.xaxis.set_major_locator(matplotlib.ticker.MultipleLocator(4))
ax.set(xlabel="Hour", ylabel="Share of views liked")
figure(fig, name="likes", title="Likes by hour", caption="Bars are shares.", alt="Likes by hour of day.")""",
}


@dataclass
class Desk:
    """A copy of the project in a folder of its own, and the environment that all sides run in."""

    root: Path

    def __post_init__(self) -> None:
        for name in ("notebooks", "params", "reports"):
            ignored = shutil.ignore_patterns("_site", ".staging", "_output", ".ipynb_checkpoints")
            shutil.copytree(ROOT / name, self.root / name, ignore=ignored)
        for name in ("pyproject.toml", "requirements.lock"):
            shutil.copy(ROOT / name, self.root)
        self.environ = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        self.environ["PYTHONPATH"] = str(ROOT)

    @property
    def project(self) -> Project:
        return Project(self.root)

    def variants(self, count: int) -> None:
        """A notebook of its own with one report a seed, in `variants/`."""
        notebook = {"cells": [_cell(name, text) for name, text in VARIANT.items()]}
        about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        notebook |= {"metadata": about, "nbformat": 4, "nbformat_minor": 5}
        (self.root / "notebooks" / "variant.ipynb").write_text(json.dumps(notebook))
        (self.root / "variants").mkdir()
        seeds = {"notebook": "variant", "title": "Variant", "for_each": {"seed": list(range(count))}}
        (self.root / "variants" / "variant.yml").write_text(json.dumps(seeds))

    def suite(self, *arguments: str) -> Took:
        """`engagement run`, built-in pages."""
        command = [*ENGAGEMENT, "run", "--publisher", "builtin", *arguments]
        return measured(command, self.root, self.environ)

    def papermill(self, notebook: str, parameters: Mapping[str, Any], *, pages: bool) -> Took:
        """papermill on one notebook, then nbconvert to HTML where `pages` are wanted."""
        folder = self._folder("papermill")
        (folder / "parameters.json").write_text(json.dumps(parameters))
        source = self.root / "notebooks" / f"{notebook}.ipynb"
        run = [sys.executable, "-m", "papermill", str(source), "out.ipynb", "-f", "parameters.json"]
        took = measured([*run, "--no-progress-bar"], folder, self.environ)
        if pages:
            convert = [sys.executable, "-m", "nbconvert", "--to", "html", "out.ipynb"]
            took += measured(convert, folder, self.environ)
        return took

    def cell_seconds(self) -> float:
        """Sum of the cells' own times in the latest notebook that papermill has run."""
        executed = json.loads((self.root / "papermill" / "out.ipynb").read_text())
        return sum(cell["metadata"]["papermill"]["duration"] or 0.0 for cell in executed["cells"])

    def quarto(self, notebook: str, parameters: Mapping[str, Any]) -> Took:
        """`quarto render --execute` of one notebook to HTML."""
        folder = self._folder("quarto")
        shutil.copy(self.root / "notebooks" / f"{notebook}.ipynb", folder / "report.ipynb")
        (folder / "parameters.yml").write_text(json.dumps(parameters))
        command = ["quarto", "render", "report.ipynb", "--execute", "--to", "html", "--no-execute-daemon"]
        environ = self.environ | {"QUARTO_PYTHON": sys.executable}
        return measured([*command, "--execute-params", "parameters.yml"], folder, environ)

    def stock(self) -> list[tuple[str, dict[str, Any]]]:
        """Notebook and stated parameters of every stock report."""
        jobs = plan(self.root / "params", self.project)
        return [(j.notebook.stem, {k: j.parameters[k] for k in j.given}) for j in jobs]

    def _folder(self, name: str) -> Path:
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


def _cell(name: str, source: str) -> dict[str, Any]:
    tags = {"tags": ["parameters"]} if name == "parameters" else {}
    cell = {"cell_type": "code", "id": name, "metadata": tags, "source": source}
    return cell | {"outputs": [], "execution_count": None}
