import subprocess
from pathlib import Path

import pytest

from engagement_utils.suite.caching.explain import differences
from engagement_utils.suite.job import Failure
from tests.suite.workbench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path / "project")
    bench.report("alpha")
    return bench


def why(bench: Bench, **request: object) -> list[str]:
    return [reason.text for reason in bench.suite(**request).explain()["alpha"]]


def test_before_and_after_the_first_run(bench: Bench) -> None:
    assert why(bench) == ["never made"]
    bench.run()
    assert why(bench) == ["nothing changed"]


def test_explaining_makes_nothing(bench: Bench) -> None:
    why(bench)
    assert not (bench.root / ".cache").exists()
    assert not bench.site.exists()


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (lambda b: b.report("alpha", top_n=20), ["parameter top_n: 10 -> 20"]),
        (lambda b: b.data("visits.csv", 9), ["input data/visits.csv changed"]),
        (
            lambda b: (b.data("more.csv", 1), b.report("alpha", visits="data/more.csv")),
            [
                "input data/more.csv added",
                "input data/visits.csv removed",
                'parameter visits: "data/visits.csv" -> "data/more.csv"',
            ],
        ),
        (lambda b: b.notebook("visits", prose="Otherwise."), ["notebook cell 1 changed"]),
        (lambda b: b.notebook("visits", prose="Other.", code="x"), ["notebook cells 1, 3 changed"]),
        (lambda b: (b.root / "requirements.lock").write_text("x"), ["lock file changed"]),
        (lambda b: (b.root / "requirements.lock").unlink(), ["lock file changed"]),
        (
            lambda b: setattr(b.press, "template", "fancy"),
            ["only the template changed: published anew, nothing executed"],
        ),
        (
            lambda b: b.report("alpha", "title: New\n"),
            ["only its title changed: published anew, nothing executed"],
        ),
    ],
    ids=["parameter", "input", "other input", "prose", "cells", "lock", "no lock", "template", "title"],
)
def test_what_changed_is_named(bench: Bench, change: object, reasons: list[str]) -> None:
    bench.run()
    change(bench)  # type: ignore[operator]
    assert why(bench) == reasons
    bench.run()
    assert why(bench) == ["nothing changed"]


def test_an_override_is_a_changed_parameter(bench: Bench) -> None:
    bench.run()
    assert why(bench, overrides=[("alpha", "top_n", "3")]) == ["parameter top_n: 10 -> 3"]


def test_a_failure_and_what_changed_since_the_last_good_run(bench: Bench) -> None:
    bench.kernels.fail["alpha"] = Failure("error", "ValueError: no visits", 3)
    bench.run()
    assert why(bench) == ["last run failed (error): ValueError: no visits"]
    bench.kernels.fail.clear()
    bench.run()
    bench.kernels.fail["alpha"] = Failure("timeout", "stopped after 1 s, in cell 3", 3)
    bench.report("alpha", top_n=1)
    bench.run()
    assert why(bench) == [
        "last run failed (timeout): stopped after 1 s, in cell 3",
        "parameter top_n: 10 -> 1",
    ]


def test_a_page_that_could_not_be_made(bench: Bench) -> None:
    bench.press.fail["alpha"] = "no alt text"
    bench.run()
    assert why(bench) == ["last run failed (publish): no alt text"]


def test_a_cache_entry_that_is_gone(bench: Bench) -> None:
    bench.run()
    subprocess.run(["rm", "-rf", str(bench.root / ".cache" / "engagement" / "pages")], check=True)
    assert why(bench) == ["executed already, not yet published: published anew, nothing executed"]
    subprocess.run(["rm", "-rf", str(bench.root / ".cache" / "engagement" / "runs")], check=True)
    assert why(bench) == ["its earlier run is no longer in the cache"]


def test_a_database_is_said_to_be_read_every_time(bench: Bench) -> None:
    bench.report("alpha", visits={"path": "duckdb:///v.db", "table": "v"})
    assert why(bench) == ["visits reads a database: runs every time", "never made"]


def test_parts_that_a_bench_cannot_change() -> None:
    before = {
        "module/engagement_utils.a": "1",
        "module/engagement_utils.b": "1",
        "python": "3.11",
        "format": "1",
    }
    after = {
        "module/engagement_utils.b": "2",
        "module/engagement_utils/x.css": "1",
        "python": "3.12",
        "format": "2",
    }
    assert [reason.text for reason in differences(before, after)] == [
        "the suite keeps its runs in another way now",
        "module engagement_utils.a removed",
        "module engagement_utils.b changed",
        "file engagement_utils/x.css added",
        "Python 3.11 -> 3.12",
    ]


def test_cells_that_came_and_went() -> None:
    def cells(text: str) -> dict[str, str]:
        return {f"notebook/cell {i:03}": letter for i, letter in enumerate(text, 1)}

    def told(before: str, after: str) -> list[str]:
        return [reason.text for reason in differences(cells(before), cells(after))]

    assert told("abcd", "abcd") == []
    assert told("abcd", "abxcd") == ["notebook cell 3 changed"]
    assert told("abcd", "acd") == ["notebook: 1 cell removed"]
    assert told("abcd", "xabd") == ["notebook cell 1 changed", "notebook: 1 cell removed"]


def test_dates_and_long_values_are_readable() -> None:
    def told(before: str | None, after: str | None) -> str:
        parts = [{} if v is None else {"parameter/p": v} for v in (before, after)]
        (reason,) = differences(*parts)
        return reason.text

    assert told('{"$date":"2025-01-31"}', '"x"') == 'parameter p: "2025-01-31" -> "x"'
    assert told(None, '"\\u00e9"') == 'parameter p: (none) -> "é"'
    assert told("sha256:" + "a" * 64, "1") == "parameter p: (another long value) -> 1"
