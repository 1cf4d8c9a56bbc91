"""A project on disk, and stand-ins for kernel and publisher that do in milliseconds what the real ones do."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engagement_utils.report.outputs import Finding, Header, KeyFigure, Quality
from engagement_utils.suite.execution.runs import Event, failures, lift
from engagement_utils.suite.job import Failure, Job, RunResult
from engagement_utils.suite.pages.prepared import read
from engagement_utils.suite.publish.publisher import Card, Prepared
from engagement_utils.suite.run import Outcome, Request, Suite
from engagement_utils.suite.tools import Tools
from engagement_utils.tables.quality import InputQuality

PARAMETERS = """\
from engagement_utils.tables.spec import Table

visits: Table = "data/visits.csv"  # one row a visit
top_n: int = 10  # rows to show
"""


def cell(kind: str, source: str, tags: Sequence[str] = ()) -> dict[str, Any]:
    found: dict[str, Any] = {
        "cell_type": kind,
        "metadata": {"tags": list(tags)} if tags else {},
        "source": source,
    }
    return found | ({"outputs": [], "execution_count": None} if kind == "code" else {})


class Kernels:
    """Stands in for `execute_all`: the finding counts the rows of `visits`.

    `executed` names the jobs that it was given. `fail` maps report names to the failure that they meet,
    `before` is called with each job before it runs.
    """

    def __init__(self) -> None:
        self.executed: list[str] = []
        self.fail: dict[str, Failure] = {}
        self.before: Callable[[Job], None] = lambda job: None

    def __call__(
        self,
        jobs: Sequence[tuple[Job, str]],
        into: Path,
        *,
        workers: int,
        on_event: Callable[[Event], None],
    ) -> Iterator[RunResult]:
        for job, key in jobs:
            self.executed.append(job.name)
            self.before(job)
            on_event(Event(job, "started"))
            failure = self.fail.get(job.name)
            run = into / (f"{key}.failed" if failure else key)
            self._write(job, run, failure)
            result = RunResult(job, key, run, 1.25, failure)
            on_event(Event(job, "finished", result=result))
            yield result

    def _write(self, job: Job, run: Path, failure: Failure | None) -> None:
        (run / "downloads").mkdir(parents=True, exist_ok=True)
        notebook = json.loads(job.notebook.read_text())
        if failure is None:
            rows = len((job.source.parent / job.parameters["visits"]).read_text().splitlines()) - 1
            shown = [
                Header(
                    "2025-06-01", "2025-08-02", ((str(rows), "visits"),), (KeyFigure("Visits", str(rows)),)
                ),
                Quality((InputQuality("visits", "data/visits.csv", rows, 1),)),
                Finding("few", "Too few.", None, None, 3, 0.4, "too little data", main=False),
                Finding("rows", f"{rows} visits", rows, (0.0, 9.0), rows, None, "supported"),
            ]
            outputs = [
                {"output_type": "display_data", "data": s._repr_mimebundle_(), "metadata": {}} for s in shown
            ]
            notebook["cells"][-1]["outputs"] = json.loads(json.dumps(outputs))
            (run / "downloads" / "visits.csv").write_text(f"n\n{rows}\n")
        (run / "executed.ipynb").write_text(json.dumps(notebook))
        if failure is not None:
            failures.annotate(run / "executed.ipynb", failure, job.notebook)
        lift.write_result(run / "result.json", lift.lift(notebook), failure)


class Press:
    """Stands in for a publisher. `template` is its fingerprint; `fail` maps report names to error texts."""

    name = "press"

    def __init__(self) -> None:
        self.template = "plain"
        self.published: list[str] = []
        self.fail: dict[str, str] = {}
        self.cards: Sequence[Card] = ()

    def fingerprint(self) -> str:
        return self.template

    def get_ready(self, jobs: int) -> bool:
        return False

    def pages(self, batch: Sequence[Prepared], into: Path, jobs: int) -> dict[str, str]:
        for item in batch:
            self.published.append(item.name)
            if item.name in self.fail:
                continue
            folder = into / item.name / item.name
            folder.mkdir(parents=True)
            document = read(item.notebook)
            said = " ".join(f["text"] for f in document.findings)
            page = f"{self.template}: {document.title}: {said}: {json.dumps(document.provenance)}"
            (folder.parent / f"{item.name}.html").write_text(page)
            (folder.parent / f"{item.name}.pdf").write_text(f"PDF {said}")
            (folder / "code.html").write_text((item.run / "executed.ipynb").read_text())
        return {name: text for name, text in self.fail.items() if name in {b.name for b in batch}}

    def index(self, cards: Sequence[Card], into: Path) -> None:
        self.cards = cards
        (into / "index.html").write_text("\n".join(card.name for card in cards))
        (into / "assets").mkdir()
        (into / "assets" / "style.css").write_text(self.template)

    def code_view(self, executed: Path, target: Path, title: str, note: str = "", report: str = "") -> None:
        target.write_text(f"{title}: {note} (good: {report or 'none'})")


class Quiet:
    """A listener that keeps what it heard."""

    def __init__(self) -> None:
        self.heard: list[tuple[Any, ...]] = []

    def waiting(self, holder: Any) -> None:
        self.heard.append(("waiting",))

    def planned(self, total: int, missing: int) -> None:
        self.heard.append(("planned", total, missing))

    def event(self, event: Event) -> None:
        self.heard.append((event.kind, event.job.name))

    def publishing(self, reports: int) -> None:
        self.heard.append(("publishing", reports))


@dataclass
class Bench:
    """A project with one notebook, `visits`, and as many reports as a test makes.

    `fresh` is False for the project that another process works with.
    """

    root: Path
    fresh: bool = True
    kernels: Kernels = field(default_factory=Kernels)
    press: Press = field(default_factory=Press)
    heard: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not self.fresh:
            return
        for folder in ("notebooks", "params", "params/data"):
            (self.root / folder).mkdir(parents=True)
        (self.root / "pyproject.toml").write_text('[project]\nname = "engagement-utils"\n')
        (self.root / "requirements.lock").write_text("duckdb==1.4\n")
        self.notebook("visits")
        self.data("visits.csv", 4)

    @property
    def site(self) -> Path:
        return self.root / "reports" / "_site"

    @property
    def tools(self) -> Tools:
        return Tools(self.kernels, lambda name, root: self.press)

    def notebook(
        self, name: str, prose: str = "How many visits there are.", code: str = "show(visits)"
    ) -> Path:
        cells = [
            cell("markdown", f"# Visits\n\n{prose}"),
            cell("code", PARAMETERS, ["parameters"]),
            cell("code", f"from engagement_utils.report.outputs import Finding\n{code}"),
        ]
        path = self.root / "notebooks" / f"{name}.ipynb"
        path.write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    def data(self, name: str, rows: int) -> Path:
        path = self.root / "params" / "data" / name
        path.write_text("visit\n" + "".join(f"{i}\n" for i in range(rows)))
        return path

    def report(self, name: str, text: str = "", **parameters: Any) -> Path:
        path = self.root / "params" / f"{name}.yml"
        path.write_text(f"notebook: visits\n{text}parameters: {json.dumps(parameters)}\n")
        return path

    def suite(self, **request: Any) -> Suite:
        return Suite(Request(start=self.root, **request), Quiet(), self.tools)

    def run(self, *names: str, **request: Any) -> Outcome:
        suite = self.suite(names=names, **request)
        try:
            return suite.run()
        finally:
            self.heard = suite.listener.heard  # type: ignore[attr-defined]

    def statuses(self, *names: str, **request: Any) -> dict[str, str]:
        return {r.name: r.status for r in self.run(*names, **request).reports}

    def manifest(self) -> dict[str, Any]:
        return json.loads((self.site / "manifest.json").read_text())

    def entry(self, name: str) -> Mapping[str, Any]:
        (found,) = [r for r in self.manifest()["reports"] if r["name"] == name]
        return found

    def files(self) -> dict[str, bytes]:
        return {
            p.relative_to(self.site).as_posix(): p.read_bytes() for p in self.site.rglob("*") if p.is_file()
        }
