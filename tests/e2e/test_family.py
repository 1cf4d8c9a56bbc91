"""A family of reports from one YAML, with real kernels and pages; one of its members fails."""

import json
import re
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.xdist_group("e2e-family")

CELLS = (
    "assert n != 3, 'no visits'",
    "from engagement_utils.report.outputs import Finding, Header, KeyFigure\n"
    "Header('2025-01-01', '2025-01-31', ((str(n), 'visits'),), (KeyFigure('Visits', str(n)),))",
    "Finding('lift', f'Campus {n} gains {n - 5} points.', n - 5.0, (n - 6.0, n - 4.0), n, None, 'supported')",
)
MEMORY = 350e6  # bytes that the suite's own process may use, however many members there are
TOGETHER = 2.5e9  # with all that it starts, two jobs at once


def family(desk: Desk, members: int) -> None:
    desk.notebook("lift", "pass")
    path = desk.root / "notebooks" / "lift.ipynb"
    book = json.loads(path.read_text())
    book["cells"] = book["cells"][:2] + [
        {**book["cells"][2], "id": f"own{i}", "source": source} for i, source in enumerate(CELLS)
    ]
    path.write_text(json.dumps(book))
    values = list(range(1, members + 1))
    desk.report("lift", f"title: Lift, campus {{n}}\nfor_each: {{n: {values}}}\n")


def check(desk: Desk, members: int, said: str) -> None:
    """All members but the third are published, and all are on the index."""
    expected = {f"lift-{n}": "failed" if n == 3 else "fresh" for n in range(1, members + 1)}
    assert desk.statuses() == expected
    for name, status in expected.items():
        assert (desk.site / f"{name}.html").is_file() == (status == "fresh")
        assert (desk.site / f"{name}.pdf").is_file() == (status == "fresh")
    index = (desk.site / "index.html").read_text(encoding="utf-8")
    assert index.count("<article") == 1
    assert len(re.findall(r'<th scope="row">', index)) == members
    assert index.count('class="interval"') == members - 1
    assert f"{members} reports</span>" in index
    assert "1 failed</span>" in index
    # progress is true: each is said to start and to end, once
    lines = said.splitlines()
    assert f"{members} reports, {members} to execute" in lines
    for name, status in expected.items():
        assert lines.count(f"{name}: started") == 1
        ended = "failed after" if status == "failed" else "executed in"
        assert sum(line.startswith(f"{name}: {ended} ") for line in lines) == 1


def test_one_bad_member_is_no_harm_to_the_others(desk: Desk) -> None:
    family(desk, 5)
    done = desk.run("--jobs", "2")
    assert done.returncode == 1, done.stderr
    check(desk, 5, done.stderr)
    again = desk.run("lift-4")
    assert again.returncode == 0, again.stderr
    assert "1 report, none to execute" in again.stderr


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_two_hundred_members_in_bounded_memory(desk: Desk, tmp_path: Path) -> None:
    family(desk, 200)
    said = tmp_path / "said"
    with said.open("w") as stream:
        suite = subprocess.Popen(
            desk.command("run", "--publisher", "builtin", "--jobs", "2"),
            cwd=desk.root,
            env=desk.environment,
            stdout=subprocess.DEVNULL,
            stderr=stream,
        )
    own, together = 0, 0
    process = psutil.Process(suite.pid)
    while suite.poll() is None:
        try:
            children = process.children(recursive=True)
            own = max(own, process.memory_info().rss)
            together = max(together, _shared_out([process, *children]))
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.5)
    print(f"own {own / 1e6:.0f} MB, together {together / 1e6:.0f} MB")
    assert suite.returncode == 1, said.read_text()
    check(desk, 200, said.read_text())
    assert own < MEMORY
    assert together < TOGETHER
    # two at work, and perhaps one more that is said to start before an ended one is said to have ended
    assert 2 <= _at_once(said.read_text()) <= 3


def _shared_out(processes: list[psutil.Process]) -> int:
    """Bytes of all processes, memory that they share counted once."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            continue
    return total


def _at_once(said: str) -> int:
    """The most reports that were started and had not ended, by what the suite said."""
    running, most = 0, 0
    for line in said.splitlines():
        running += line.endswith(": started")
        running -= bool(re.match(r"lift-\d+: (executed in|failed after) ", line))
        most = max(most, running)
    return most
