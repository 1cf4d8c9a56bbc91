import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import click
import pytest

from engagement_utils.suite import progress
from engagement_utils.suite.execution.runs import Event
from engagement_utils.suite.job import Failure, Job, RunResult
from engagement_utils.suite.run import Outcome, ReportOutcome
from tests.suite.workbench import Bench

ROOT = Path(__file__).parents[2]


def terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> "Terminal":
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("CI", raising=False)
    return Terminal()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def outcome() -> Outcome:
    counts = {"supported": 12, "not distinguishable from chance": 3, "too little data": 1}
    names = ["engagement_prediction_of_every_account-north-2025", "pings"]
    reports = [
        ReportOutcome(n, n, "fresh", 123.4, counts, Path.cwd() / "reports/_site" / f"{n}.html") for n in names
    ]
    return Outcome(tuple(reports), Path.cwd() / "reports/_site")


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "project")


def test_lines_say_what_happens_once_each() -> None:
    stream = io.StringIO()
    job = Job("a", "A", Path("a.ipynb"), Path("a.yml"), {})
    with progress.listener(stream) as lines:
        lines.waiting(None)
        lines.planned(1204, 0)
        lines.event(Event(job, "started"))
        lines.event(Event(job, "cell", 1, 2))
        lines.event(Event(job, "finished", result=RunResult(job, "k", Path(), 1.25)))
        failed = RunResult(job, "k", Path(), 0.04, Failure("timeout", "stopped"))
        lines.event(Event(job, "finished", result=failed))
        lines.publishing(1)
    assert stream.getvalue().splitlines() == [
        "waiting for another run",
        "1,204 reports, none to execute",
        "a: started",
        "a: executed in 1.2 s",
        "a: failed after 0.0 s (timeout): stopped",
        "publishing 1 report",
    ]


def test_a_report_that_has_no_page_has_an_empty_place() -> None:
    stream = io.StringIO()
    progress.print_outcome(Outcome((ReportOutcome("a", "A", "failed", None, {}, None),), Path("x")), stream)
    heads, row = stream.getvalue().splitlines()
    assert heads.split() == ["report", "status", "seconds", "findings", "where"]
    assert row.split() == ["a", "failed"]


@pytest.mark.parametrize("width", [80, 100, 200])
def test_names_are_whole_on_a_narrow_terminal(width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(width, monkeypatch)
    progress.print_outcome(outcome(), stream)
    text = click.unstyle(stream.getvalue())
    assert "engagement_prediction_of_every_account-north-2025" in text
    assert "…" not in text
    if width == 200:
        assert "reports/_site/engagement_prediction_of_every_account-north-2025.html" in text


def test_a_terminal_gets_colours_and_a_ci_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = terminal(80, monkeypatch)
    progress.print_outcome(outcome(), stream)
    assert "\x1b" in stream.getvalue()
    monkeypatch.setenv("CI", "true")
    plain = Terminal()
    progress.print_outcome(outcome(), plain)
    assert "\x1b" not in plain.getvalue()
    assert isinstance(progress.listener(plain), progress.Lines)


def test_bars_on_a_real_terminal_end_in_lines(bench: Bench) -> None:
    """On a pseudo-terminal: bars while reports run, a line for each that ended."""
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from tests.suite.workbench import Bench
bench = Bench(Path({str(bench.root.parent / "other")!r}))
bench.report("alpha")
from engagement_utils.suite import tools
tools.real = lambda: bench.tools
import os
os.chdir(bench.root)
from engagement_utils.cli import main
main(["run"])
"""
    ours, theirs = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in {"CI", "NO_COLOR"}}
    environment |= {"PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "COLUMNS": "80"}
    with subprocess.Popen(
        [sys.executable, "-c", script], env=environment, stdout=theirs, stderr=theirs, stdin=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        try:
            while block := os.read(ours, 4096):
                shown += block
        except OSError:  # Linux says so at the end
            pass
        assert process.wait(60) == 0
    os.close(ours)
    text = click.unstyle(shown.decode())
    assert "1 report, 1 to execute" in text
    assert "alpha: executed in 1.2 s" in text
    assert "reports/_site/alpha.html" in text
    assert "\x1b[" in shown.decode()
