import multiprocessing
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from engagement_utils.suite.pages.prepare import prepare
from engagement_utils.suite.publish import builtin
from engagement_utils.suite.publish.builtin import BuiltinPublisher
from engagement_utils.suite.publish.publisher import Prepared
from engagement_utils.suite.publish.theme import Theme
from tests.suite.publish import fixtures as made


def report(folder: Path, name: str, *cells: dict) -> Prepared:
    run = made.run_directory(folder / name, made.notebook(*cells))
    prepare(run / "executed.ipynb", made.job(name=name, title=name), made.PROVENANCE, run)
    return Prepared(name, name, run / "prepared.ipynb", run)


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


@pytest.fixture(scope="module")
def batch(tmp_path_factory) -> list[Prepared]:
    folder = tmp_path_factory.mktemp("runs")
    good = [
        report(folder, n, made.markdown("## An answer\n\ntext"), made.code(made.figure())) for n in ("a", "b")
    ]
    bad = report(folder, "bad", made.markdown("# T"), made.markdown("so $\\nonsense$"))
    return [good[0], bad, good[1]]


def test_one_report_that_fails_stops_no_other_and_processes_change_no_byte(batch, tmp_path):
    alone, together = tmp_path / "alone", tmp_path / "together"
    errors = BuiltinPublisher().pages(batch, alone, jobs=1)
    assert list(errors) == ["bad"]
    assert "weekday_effects.ipynb, cell 2: formula" in errors["bad"]
    assert BuiltinPublisher().pages(batch, together, jobs=2) == errors
    assert list(files(alone)) == [
        f"{n}/{f}" for n in "ab" for f in (f"{n}/code.html", f"{n}.html", f"{n}.pdf")
    ]
    assert files(alone) == files(together)
    assert files(alone)["a/a.pdf"].startswith(b"%PDF")


def test_one_report_in_a_process_that_was_made_ready_has_the_same_bytes(batch, tmp_path):
    alone, ready = tmp_path / "alone", tmp_path / "ready"
    assert BuiltinPublisher().pages(batch[:1], alone, jobs=1) == {}
    publisher = BuiltinPublisher()
    assert not publisher.get_ready(1)
    assert publisher.get_ready(2) == ("forkserver" in multiprocessing.get_all_start_methods())
    assert publisher.pages(batch[:1], ready, jobs=1) == {}
    assert files(alone) == files(ready)


def test_an_empty_batch(tmp_path):
    assert BuiltinPublisher().pages([], tmp_path, jobs=4) == {}


def test_a_killed_process_costs_one_report(batch, tmp_path, monkeypatch):
    monkeypatch.setattr(builtin, "make", _dies_on_b)
    errors = BuiltinPublisher().pages(
        [replace(r, name=n) for r, n in zip(batch, "abc", strict=True)], tmp_path, 2
    )
    assert errors == {"b": "the process that made its pages was killed"}


def _dies_on_b(report: Prepared, into: Path, theme: Theme) -> str:
    if report.name == "b":
        os.kill(os.getpid(), signal.SIGKILL)
    return ""


@pytest.mark.parametrize(
    "path",
    ["templates/engagement/report.html.j2", "templates/scripts/page.js", "styles/page.css", "typst/more.lua"],
)
def test_a_file_of_the_project_changes_the_fingerprint_until_it_is_deleted(path, tmp_path):
    publisher = BuiltinPublisher(Theme(tmp_path))
    ours = publisher.fingerprint()
    assert ours == BuiltinPublisher().fingerprint()
    own = tmp_path / "reports" / path
    own.parent.mkdir(parents=True)
    own.write_text("/* ours */")
    changed = publisher.fingerprint()
    own.write_text("/* another */")
    assert len({ours, changed, publisher.fingerprint()}) == 3
    own.unlink()
    assert publisher.fingerprint() == ours
