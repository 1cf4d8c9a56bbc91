import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from engagement_utils.errors import LockedError, ParameterError, PublishError
from engagement_utils.suite.caching.lock import hold
from engagement_utils.suite.job import Failure, Job
from tests.suite.workbench import Bench

RAISED = Failure("error", "ValueError: no visits", 3)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    monkeypatch.setattr(os, "fsync", lambda handle: None)  # nobody pulls the plug here
    bench = Bench(tmp_path / "project")
    bench.report("alpha")
    bench.report("beta", top_n=3)
    return bench


def test_the_first_run_publishes_everything(bench: Bench) -> None:
    outcome = bench.run()
    assert [(r.name, r.status, r.seconds) for r in outcome.reports] == [
        ("alpha", "fresh", 1.25),
        ("beta", "fresh", 1.25),
    ]
    assert outcome.exit_code == 0
    assert outcome.reports[0].where == bench.site / "alpha.html"
    assert set(bench.files()) == {
        "index.html",
        "manifest.json",
        "manifest.schema.json",
        "times.js",
        "assets/style.css",
        *(f"{r}{end}" for r in ("alpha", "beta") for end in (".html", ".pdf", "/code.html", "/visits.csv")),
    }
    assert not (bench.site.parent / ".staging").exists()


def test_without_changes_no_kernel_starts_and_nothing_is_written(bench: Bench) -> None:
    bench.run()
    assert bench.statuses() == {"alpha": "cached", "beta": "cached"}
    before = {p: p.stat().st_mtime_ns for p in bench.site.rglob("*")}
    assert bench.statuses() == {"alpha": "cached", "beta": "cached"}
    assert {p: p.stat().st_mtime_ns for p in bench.site.rglob("*")} == before
    assert bench.kernels.executed == ["alpha", "beta"]
    assert bench.press.published == ["alpha", "beta"]
    assert bench.heard == [("planned", 2, 0)]


def test_a_changed_yaml_executes_its_report_alone(bench: Bench) -> None:
    bench.run()
    bench.report("beta", top_n=4)
    assert bench.statuses() == {"alpha": "cached", "beta": "fresh"}
    assert bench.press.published == ["alpha", "beta", "beta"]


def test_changed_bytes_of_an_input_execute_whoever_reads_it(bench: Bench) -> None:
    bench.data("other.csv", 2)
    bench.report("gamma", visits="data/other.csv")
    bench.run()
    path = bench.data("visits.csv", 4)
    path.touch()
    assert set(bench.statuses().values()) == {"cached"}
    bench.data("visits.csv", 5)
    assert bench.statuses() == {"alpha": "fresh", "beta": "fresh", "gamma": "cached"}


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda b: b.notebook("visits", code="show(visits, 2)"), "fresh"),
        (lambda b: b.notebook("visits", prose="Other words."), "fresh"),
        (lambda b: (b.root / "requirements.lock").write_text("duckdb==1.5\n"), "fresh"),
        (lambda b: setattr(b.press, "template", "fancy"), "cached"),
        (lambda b: b.report("alpha", "title: Another title\n"), "cached"),
    ],
    ids=["code", "prose", "lock", "template", "title"],
)
def test_what_the_output_depends_on(bench: Bench, change: object, status: str) -> None:
    bench.run()
    change(bench)  # type: ignore[operator]
    assert bench.statuses()["alpha"] == status
    # the page is made anew in every case
    assert bench.press.published.count("alpha") == 2


def test_outputs_ids_and_editor_settings_change_nothing(bench: Bench) -> None:
    bench.run()
    path = bench.root / "notebooks" / "visits.ipynb"
    notebook = json.loads(path.read_text())
    notebook["metadata"]["kernelspec"] = {"name": "other"}
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"new-{number}"
        cell["source"] = cell["source"].splitlines(keepends=True)
        cell["metadata"]["collapsed"] = True
        if cell["cell_type"] == "code":
            cell["execution_count"] = 7
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "seen"}]
    path.write_text(json.dumps(notebook, indent=2))
    assert set(bench.statuses().values()) == {"cached"}


def test_force_executes_and_keeps_the_pages_of_an_equal_output(bench: Bench) -> None:
    bench.run()
    assert bench.statuses(force=True) == {"alpha": "fresh", "beta": "fresh"}
    assert bench.kernels.executed == ["alpha", "beta"] * 2
    assert bench.press.published == ["alpha", "beta"]


def test_two_sites_of_one_key_are_the_same_bytes_but_for_the_times(bench: Bench, tmp_path: Path) -> None:
    bench.run()
    other = Bench(tmp_path / "elsewhere" / "project")
    other.report("alpha")
    other.report("beta", top_n=3)
    other.run()
    ours, theirs = bench.files(), other.files()
    times = ours.pop("times.js").decode(), theirs.pop("times.js").decode()
    assert ours == theirs
    for text in times:
        found = json.loads(text.removeprefix("window.ENGAGEMENT_TIMES = ").rstrip(";\n"))
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found["alpha"]["made"])
        assert found["alpha"]["seconds"] == 1.25


def test_nothing_published_names_a_place_of_this_machine(bench: Bench) -> None:
    bench.kernels.fail["beta"] = RAISED
    bench.run()
    place = str(bench.root).encode()
    assert [name for name, content in bench.files().items() if place in content] == []


def test_a_failed_report_stops_nobody_else(bench: Bench) -> None:
    bench.kernels.fail["alpha"] = RAISED
    outcome = bench.run()
    assert [(r.name, r.status) for r in outcome.reports] == [("alpha", "failed"), ("beta", "fresh")]
    assert outcome.exit_code == 1
    assert outcome.reports[0].where == bench.site / "alpha" / "failed.html"
    entry = bench.entry("alpha")
    assert (entry["status"], entry["stale"], entry["pages"]) == ("failed", False, {})
    assert entry["failure"] == {
        "kind": "error",
        "message": "ValueError: no visits",
        "cell": 3,
        "page": "alpha/failed.html",
    }
    assert entry["parameters"]["top_n"] == 10
    assert "ValueError" in (bench.site / "alpha" / "failed.ipynb").read_text()
    assert not (bench.site / "alpha.html").exists()
    card = bench.press.cards[0]
    assert card.failure is not None
    assert (card.status, card.failure.href, card.html) == ("failed", "alpha/failed.html", "")


def test_the_last_good_page_stays_beside_a_failure(bench: Bench) -> None:
    bench.run()
    good = bench.files()["alpha.html"]
    bench.kernels.fail["alpha"] = RAISED
    bench.data("visits.csv", 7)
    for _ in range(2):  # a failure is tried again, and the good page outlives it
        assert bench.statuses() == {"alpha": "failed", "beta": "fresh" if _ == 0 else "cached"}
        assert bench.files()["alpha.html"] == good
        entry = bench.entry("alpha")
        assert (entry["status"], entry["stale"]) == ("failed", True)
        assert entry["findings"][1]["text"] == "4 visits"
        assert "(good: alpha)" in (bench.site / "alpha" / "failed.html").read_text()
    assert bench.press.cards[0].stale
    bench.kernels.fail.clear()
    assert bench.statuses() == {"alpha": "fresh", "beta": "cached"}
    assert "failure" not in bench.entry("alpha")
    assert "alpha/failed.html" not in bench.files()
    assert b"7 visits" in bench.files()["alpha.html"]


def test_only_unusable_input_gives_another_exit_code(bench: Bench) -> None:
    bench.kernels.fail["alpha"] = Failure("unusable input", "visits.csv, row 3: no date", 2)
    assert bench.run().exit_code == 2
    bench.kernels.fail["beta"] = RAISED
    assert bench.run(force=True).exit_code == 1


def test_a_page_that_cannot_be_made_fails_its_report_alone(bench: Bench) -> None:
    bench.press.fail["alpha"] = f"{bench.root}/.cache/engagement/scratch/x.typ: no alt text"
    outcome = bench.run()
    assert [(r.name, r.status) for r in outcome.reports] == [("alpha", "failed"), ("beta", "fresh")]
    assert outcome.reports[0].failure == Failure("publish", "scratch/x.typ: no alt text")
    assert (bench.site / "alpha" / "failed.html").is_file()
    bench.press.fail.clear()
    # executed already: only the page was missing
    assert bench.statuses() == {"alpha": "cached", "beta": "cached"}
    assert bench.kernels.executed == ["alpha", "beta"]


def test_a_publisher_that_breaks_leaves_the_site(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run()
    good = bench.files()["beta.html"]

    def breaks(*_: object) -> None:
        raise RuntimeError("out of ink")

    monkeypatch.setattr(bench.press, "pages", breaks)
    bench.report("beta", top_n=5)
    (alpha, beta) = bench.run().reports
    assert (alpha.status, beta.status) == ("cached", "failed")
    assert beta.failure == Failure("publish", "RuntimeError: out of ink")
    assert bench.files()["beta.html"] == good


@pytest.mark.parametrize("name", ["code.html", "failed.html", "failed.ipynb"])
def test_a_download_may_not_stand_where_a_page_does(bench: Bench, name: str) -> None:
    original = bench.kernels._write

    def write(job: Job, run: Path, failure: Failure | None) -> None:
        original(job, run, failure)
        (run / "downloads" / name).write_text("mine")

    bench.kernels._write = write  # type: ignore[method-assign]
    outcome = bench.run("alpha")
    assert outcome.reports[0].failure is not None
    assert f"'{name}'" in outcome.reports[0].failure.message


def test_an_input_that_changes_during_the_run_is_not_trusted(bench: Bench) -> None:
    bench.kernels.before = lambda job: bench.data("visits.csv", 9) and None
    outcome = bench.run("alpha")
    assert outcome.reports[0].failure == Failure(
        "unusable input", "data/visits.csv was changed while the report was at work; run it again"
    )
    bench.kernels.before = lambda job: None
    assert bench.statuses("alpha") == {"alpha": "fresh"}
    assert bench.entry("alpha")["inputs"][0]["rows"] == 9


def test_some_names_keep_the_other_reports(bench: Bench) -> None:
    bench.run()
    bench.report("alpha", top_n=1)
    bench.report("beta", top_n=1)
    assert bench.statuses("alpha") == {"alpha": "fresh"}
    assert bench.entry("alpha")["parameters"]["top_n"] == 1
    assert bench.entry("beta")["parameters"]["top_n"] == 3
    assert bench.entry("beta")["status"] == "cached"
    assert [card.name for card in bench.press.cards] == ["alpha", "beta"]


def test_some_names_keep_a_failure_of_the_others(bench: Bench) -> None:
    bench.run()
    bench.kernels.fail["beta"] = RAISED
    bench.data("visits.csv", 6)
    bench.run()
    before = {n: c for n, c in bench.files().items() if n.startswith("beta")}
    assert bench.statuses("alpha", force=True) == {"alpha": "fresh"}
    entry = bench.entry("beta")
    assert (entry["status"], entry["stale"]) == ("failed", True)
    assert {n: c for n, c in bench.files().items() if n.startswith("beta")} == before


def test_without_its_cache_the_standing_site_is_carried_over(bench: Bench) -> None:
    bench.run()
    before = bench.files()
    subprocess.run(["rm", "-rf", str(bench.root / ".cache")], check=True)
    assert bench.statuses("alpha") == {"alpha": "fresh"}
    after = bench.files()
    assert {n: c for n, c in after.items() if n.startswith("beta")} == {
        n: c for n, c in before.items() if n.startswith("beta")
    }
    assert bench.entry("beta")["findings"][1]["text"] == "4 visits"
    assert '"beta"' in after["times.js"].decode()


def test_a_deleted_yaml_leaves_the_site_on_a_full_run(bench: Bench) -> None:
    bench.run()
    (bench.root / "params" / "beta.yml").unlink()
    bench.run("alpha", force=True)
    assert "beta.html" in bench.files()
    bench.run()
    assert not [name for name in bench.files() if name.startswith("beta")]
    assert [r["name"] for r in bench.manifest()["reports"]] == ["alpha"]


def test_a_family_is_on_index_and_manifest(bench: Bench) -> None:
    bench.report("north", "for_each: {top_n: [14, 7, 100]}\n")
    outcome = bench.run("north")
    assert sorted(r.name for r in outcome.reports) == ["north-100", "north-14", "north-7"]
    # in the order of the numbers, not of their digits
    assert [(c.family, c.member) for c in bench.press.cards] == [
        ("north", {"top_n": 7}),
        ("north", {"top_n": 14}),
        ("north", {"top_n": 100}),
    ]


@pytest.mark.parametrize("spoil", ["executed.ipynb", "made.json", "result.json"])
def test_a_run_that_is_not_whole_is_made_again(bench: Bench, spoil: str) -> None:
    bench.run()
    for path in (bench.root / ".cache" / "engagement" / "runs").glob(f"*/{spoil}"):
        path.write_text("{")
    assert bench.statuses() == {"alpha": "fresh", "beta": "fresh"}


@pytest.mark.parametrize("spoil", ["page.json", "files/alpha.pdf", "files/alpha/visits.csv"])
def test_a_page_that_is_not_whole_is_made_again(bench: Bench, spoil: str) -> None:
    bench.run()
    for path in (bench.root / ".cache" / "engagement" / "pages").glob(f"*/{spoil}"):
        path.unlink()
    before = bench.files()
    bench.statuses()
    assert bench.kernels.executed == ["alpha", "beta"]
    assert bench.press.published.count("alpha") == 2
    assert {n: c for n, c in bench.files().items() if "manifest" not in n} == {
        n: c for n, c in before.items() if "manifest" not in n
    }


def test_an_edited_site_is_put_right_and_the_cache_is_not_touched(bench: Bench) -> None:
    bench.run()
    bench.run()
    good = bench.files()
    with (bench.site / "alpha.html").open("a") as file:
        file.write("scribble")
    (bench.site / "stray.txt").write_text("stray")
    bench.run()
    assert bench.files() == good


def test_old_entries_are_pruned(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagement_utils.suite.caching.cache.Cache.prune.__defaults__", (2,))
    for n in range(5):
        bench.report("beta", top_n=n)
        bench.run()
    cache = bench.root / ".cache" / "engagement"
    # two that the state pins and the newest two of the others
    assert len(list((cache / "runs").iterdir())) == 4
    assert len(list((cache / "pages").iterdir())) == 4
    bench.report("beta", top_n=3)
    assert bench.statuses()["beta"] == "cached"


def test_an_interrupt_leaves_site_and_finished_runs(bench: Bench) -> None:
    bench.run()
    before = bench.files()
    bench.data("visits.csv", 8)

    def interrupt(job: Job) -> None:
        if job.name == "beta":
            raise KeyboardInterrupt

    bench.kernels.before = interrupt
    with pytest.raises(KeyboardInterrupt):
        bench.run()
    assert bench.files() == before
    bench.kernels.before = lambda job: None
    assert bench.statuses() == {"alpha": "cached", "beta": "fresh"}


def test_problems_stop_the_run_before_any_kernel(bench: Bench) -> None:
    bench.report("alpha", top_m=3)
    bench.report("beta", visits="data/none.csv")
    with pytest.raises(ParameterError) as caught:
        bench.run()
    assert "top_m" in str(caught.value)
    assert "none.csv" in str(caught.value)
    assert bench.kernels.executed == []
    assert not bench.site.exists()


def test_a_report_may_not_take_the_names_of_the_site(bench: Bench) -> None:
    bench.report("index")
    with pytest.raises(ParameterError, match="index"):
        bench.run()


def test_a_folder_that_is_no_site_is_left_alone(bench: Bench, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.txt").write_text("dear")
    with pytest.raises(PublishError, match=r"manifest\.json"):
        bench.run(out=home)
    assert (home / "letter.txt").read_text() == "dear"
    assert bench.kernels.executed == []


def test_a_second_run_says_who_holds_the_lock(bench: Bench) -> None:
    with hold(bench.root / ".cache" / "engagement" / "lock"), pytest.raises(LockedError, match="another run"):
        bench.run(wait=False)


def test_sites_share_the_cache_but_not_their_reports(bench: Bench, tmp_path: Path) -> None:
    bench.run()
    outcome = bench.run("alpha", out=tmp_path / "second")
    assert [r.status for r in outcome.reports] == ["cached"]
    assert not (tmp_path / "second" / "beta.html").exists()
    assert bench.press.published == ["alpha", "beta"]


def test_a_database_is_read_every_time(bench: Bench) -> None:
    bench.kernels._write = lambda job, run, failure: _plain_run(run)  # type: ignore[method-assign]
    url = "duckdb:///visits.db"
    bench.report("gamma", visits={"path": url, "table": "visits"})
    assert bench.statuses("gamma") == {"gamma": "fresh"}
    assert bench.statuses("gamma") == {"gamma": "fresh"}
    (read,) = bench.entry("gamma")["inputs"]
    assert (read["path"], read["sha256"], read["rows"]) == (url, None, None)
    # the rows were the same, and so is the page
    assert bench.press.published == ["gamma"]


def _plain_run(run: Path) -> None:
    run.mkdir(parents=True, exist_ok=True)
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (run / "executed.ipynb").write_text(json.dumps(notebook))
    empty = {"findings": [], "header": None, "inputs": [], "actions": [], "figures": [], "tables": []}
    (run / "result.json").write_text(json.dumps(empty | {"failure": None}))
