"""Pages that are made beside the runs, and the order of runs."""

from dataclasses import replace
from pathlib import Path

import pytest

from engagement_utils.suite.job import Failure
from tests.suite.workbench import Bench, Kernels, Press

SECONDS = {"alpha": 3.0, "beta": 9.0, "gamma": 6.0}


class Ready(Press):
    """A publisher that makes pages one by one; `batches` has the sizes of what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[int] = []
        self.faults = 0  # so many times, making fails

    def get_ready(self, jobs: int) -> bool:
        return True

    def pages(self, batch, into, jobs):
        self.batches.append(len(batch))
        if self.faults:
            self.faults -= 1
            msg = "no room"
            raise OSError(msg)
        return super().pages(batch, into, jobs)


class Timed(Kernels):
    """Each report takes its own time."""

    def __call__(self, *arguments, **options):
        for result in super().__call__(*arguments, **options):
            yield replace(result, seconds=SECONDS[result.job.name])


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path / "project", kernels=Timed(), press=Ready())
    for number, name in enumerate(SECONDS):
        bench.report(name, top_n=number + 1)
    return bench


def test_pages_are_made_once_and_are_those_of_a_batch(bench: Bench, tmp_path: Path) -> None:
    assert set(bench.statuses().values()) == {"fresh"}
    assert sorted(bench.press.published) == list(SECONDS)
    other = Bench(tmp_path / "other", kernels=Timed())
    for number, name in enumerate(SECONDS):
        other.report(name, top_n=number + 1)
    other.run()
    assert other.press.published == list(SECONDS)
    pages = [f"{name}{end}" for name in SECONDS for end in (".html", ".pdf", "/code.html")]
    assert {p: bench.files()[p] for p in pages} == {p: other.files()[p] for p in pages}
    assert bench.statuses() == dict.fromkeys(SECONDS, "cached")


def test_a_page_that_cannot_be_made_ahead_is_made_in_its_turn(bench: Bench) -> None:
    bench.press.faults = 1
    assert set(bench.statuses().values()) == {"fresh"}
    assert sorted(bench.press.published) == list(SECONDS)
    assert len(bench.press.batches) > 1


def test_a_page_that_cannot_be_made_at_all_is_reported(bench: Bench) -> None:
    bench.press.fail["beta"] = "no such font"
    outcome = bench.run()
    failures = {r.name: r.failure.message for r in outcome.reports if r.failure}
    assert failures == {"beta": "no such font"}
    assert bench.entry("alpha")["status"] == "fresh"


def test_a_failed_run_has_no_page_made_ahead(bench: Bench) -> None:
    bench.run()
    bench.press.published.clear()
    bench.data("visits.csv", 7)
    bench.kernels.fail["gamma"] = Failure("error", "ValueError: no", 3)
    assert bench.statuses() == {"alpha": "fresh", "beta": "fresh", "gamma": "failed"}
    assert sorted(bench.press.published) == ["alpha", "beta"]


def test_the_longest_report_runs_first_once_that_is_known(bench: Bench) -> None:
    bench.run()
    assert bench.kernels.executed == ["alpha", "beta", "gamma"]
    bench.run(force=True)
    assert bench.kernels.executed[3:] == ["beta", "gamma", "alpha"]


def test_new_reports_run_by_the_bytes_that_they_read(bench: Bench) -> None:
    bench.data("many.csv", 50)
    bench.report("beta", visits="data/many.csv")
    bench.run()
    assert bench.kernels.executed == ["beta", "alpha", "gamma"]
