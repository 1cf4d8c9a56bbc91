"""Runs on a real dask cluster of two worker processes that share no folder with the suite."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.suite.execution import cluster, remote
from engagement_utils.suite.execution.runs import Event, execute_all
from engagement_utils.suite.job import Job, RunResult

distributed = pytest.importorskip("distributed", reason="the extra `dask` brings the cluster")
pytestmark = pytest.mark.xdist_group("cluster")

SOURCE = """import os, pathlib, time
from engagement_utils.report.outputs import Finding
out = pathlib.Path(os.environ["ENGAGEMENT_OUTPUT_DIR"])
(out / "numbers.csv").write_text(f"n\\n{n}\\n")
while not pathlib.Path(go).exists():
    time.sleep(0.05)
Finding("n", f"There are {n} posts.", float(n), None, n, None, "supported")"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("workers")
    options: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "processes": True}
    options |= {"dashboard_address": None, "local_directory": str(folder), "memory_limit": 0}
    with distributed.LocalCluster(**options) as made:
        yield made.scheduler_address.replace("tcp://", "dask://")


def job(folder: Path, n: int, go: Path, source: str = SOURCE, **more: Any) -> Job:
    path = folder / "notebook.ipynb"
    cells = [("n: int = 1\ngo: str = ''", ["parameters"]), (source, [])]
    plain = {"cell_type": "code", "execution_count": None, "outputs": []}
    book = [{**plain, "id": f"c{i}", "metadata": {"tags": t}, "source": s} for i, (s, t) in enumerate(cells)]
    path.write_text(json.dumps({"cells": book, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    source_yaml = folder / "report.yml"
    source_yaml.touch()
    return Job(f"report-{n}", f"Report {n}", path, source_yaml, {"n": n, "go": str(go)}, **more)


def files(result: RunResult) -> dict[str, bytes]:
    folder = result.directory
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_all_reports_come_out_though_a_worker_is_killed_in_mid_run(address: str, tmp_path: Path) -> None:
    go = tmp_path / "go"
    jobs = [(job(tmp_path, n, go), f"key{n}") for n in range(3)]
    failing = job(tmp_path, 7, go)
    jobs.append((Job(**{**vars(failing), "parameters": {"n": "x", "go": str(go)}}), "key7"))
    heard: list[Event] = []
    killed: list[int] = []

    def hear(event: Event) -> None:
        heard.append(event)
        # two runs are at work, each in its second cell: one of the two workers dies
        at_work = {e.job.name for e in heard if e.kind == "cell" and e.cell == 2}
        if len(at_work) == 2 and not killed:
            killed.append(next(iter(workers.values())))
            os.kill(killed[0], signal.SIGKILL)
            go.touch()

    with distributed.Client(address.replace("dask", "tcp"), set_as_default=False) as client:
        workers = client.run(os.getpid)
    into = tmp_path / "runs"
    found = {r.key: r for r in cluster.execute_on(address, jobs, into, workers=2, on_event=hear)}

    assert killed
    assert sorted(found) == ["key0", "key1", "key2", "key7"]
    assert {k: r.failure.kind if r.failure else "" for k, r in found.items()} == {
        "key0": "",
        "key1": "",
        "key2": "",
        "key7": "error",
    }
    assert sorted(p.name for p in into.iterdir()) == ["key0", "key1", "key2", "key7.failed"]
    started = [e.job.name for e in heard if e.kind == "started"]
    assert len(started) > len(jobs), "the killed worker's run started again"
    assert (found["key2"].directory / "downloads" / "numbers.csv").read_text() == "n\n2\n"
    assert "could not convert string" in found["key7"].failure.message  # type: ignore[union-attr]

    # the same bytes as on this machine
    (local,) = execute_all(jobs[:1], tmp_path / "local", workers=1, on_event=lambda event: None)
    assert files(local) == files(found["key0"])


def test_an_input_that_the_workers_do_not_see_as_it_is_here_fails_the_report(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "visits.csv"
    data.write_text("n\n1\n")
    reading = job(tmp_path, 1, tmp_path, "pass", tables=("go",))
    reading.parameters["go"] = "visits.csv"
    there = remote.Input("visits.csv", data, "0" * 64)
    gone = remote.Input("visits.csv", tmp_path / "gone.csv", "0" * 64)
    for file, said in ((there, "is another file on the worker"), (gone, "is not there on the worker")):
        errand = remote.Errand(reading, "key", b"", (file,), remote.about(), 1, "s")
        assert said in remote._missing(errand).message  # type: ignore[union-attr]
    sent = cluster._Session(None, tmp_path, lambda event: None)  # type: ignore[arg-type]
    monkeypatch.setattr(cluster._Session, "sharing", 1)
    (input_,) = sent.errand(reading, "key").inputs
    assert (input_.name, input_.path) == ("visits.csv", data)
    errand = remote.Errand(reading, "key", b"", (input_,), remote.about(), 1, "s")
    assert remote._missing(errand) is None


def test_closing_the_results_ends_what_runs_on_the_workers(address: str, tmp_path: Path) -> None:
    heard: list[Event] = []
    endless = [(job(tmp_path, n, tmp_path / "never"), f"never{n}") for n in (1, 2)]
    short = (job(tmp_path, 3, tmp_path, timeout=600.0), "short")
    results = cluster.execute_on(
        address, [short, *endless], tmp_path / "runs", workers=2, on_event=heard.append
    )
    with closing(results):
        assert next(results).key == "short"
        wait(lambda: {"report-1", "report-2"} & {e.job.name for e in heard if e.kind == "cell"})
    with distributed.Client(address.replace("dask", "tcp"), set_as_default=False) as client:
        wait(lambda: not any(client.processing().values()))


def wait(until: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_workers_with_other_versions_are_refused_by_name(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = remote.unlike
    monkeypatch.setattr(remote, "unlike", lambda ours, theirs: compare(ours | {"pandas": "0.1"}, theirs))
    with pytest.raises(ParameterError, match=r"worker tcp://.*pandas is 0\.1 here and \d.* there; accepted"):
        cluster.connect(address)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("dask://127.0.0.1:1", "no scheduler answers"),
        ("dask://", "accepted: dask://HOST:PORT"),
        ("tcp://127.0.0.1:1", "accepted: dask://HOST:PORT"),
        ("dask://nonsense://x", "no scheduler answers"),
    ],
)
def test_an_address_without_a_scheduler_is_a_clear_error(
    wrong: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    with pytest.raises(ParameterError, match=said):
        cluster.connect(wrong)


def test_a_cluster_that_loses_its_last_worker_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1.0)
    monkeypatch.setattr(cluster, "PULSE", 0.1)
    options: dict[str, Any] = {"n_workers": 1, "threads_per_worker": 1, "processes": True}
    options |= {"dashboard_address": None, "local_directory": str(tmp_path / "worker"), "memory_limit": 0}
    with distributed.LocalCluster(**options) as made:
        heard: list[Event] = []

        def hear(event: Event) -> None:
            heard.append(event)
            if event.kind == "cell" and made.workers:
                # retired by its own cluster: nobody starts another one
                made.scale(0)

        jobs = [(job(tmp_path, n, tmp_path / "never"), f"key{n}") for n in (1, 2)]
        address = made.scheduler_address.replace("tcp://", "dask://")
        found = list(cluster.execute_on(address, jobs, tmp_path / "runs", workers=1, on_event=hear))
    assert sorted(r.key for r in found) == ["key1", "key2"]
    assert {(r.failure.kind, r.failure.message) for r in found if r.failure} == {
        ("killed", "the cluster had no worker for 1 s")
    }
    assert [e.kind for e in heard].count("finished") == 2
