"""`engagement verify` on a report that is the same every time and on one that is not."""

import subprocess
from importlib.util import find_spec

import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.xdist_group("e2e-verify")

# a file for each thing that no report may depend on
LEAKS = """import os, random
from datetime import date, datetime
from pathlib import Path

def write(name, text):
    Path(os.environ["ENGAGEMENT_OUTPUT_DIR"], name).write_text(str(text))

print("made at", datetime.now())
write("random.csv", random.random())
write("order.csv", list({"view", "like", "share", "comment", "follow", "mute"}))
write("place.csv", Path.cwd())
write("date.csv", date.today())
write("sorted.csv", sorted({"view", "like", "share", "comment", "follow"}))"""
# what comes out different when threads add up in another order
SUMS = """import os
import numpy as np
from engagement_utils.tables.engines import connect

con = connect("duckdb://").con
con.execute("CREATE TABLE t AS SELECT i % 97 AS g, hash(i) / 1.8e19 AS x FROM range(1000000) r(i)")
rows = con.execute("SELECT g, sum(x), stddev(x) FROM t GROUP BY g ORDER BY g").fetchall()
matrix = np.random.default_rng(1).normal(size=(3000, 60))
rows += np.linalg.lstsq(matrix, matrix.sum(axis=1) ** 2, rcond=None)[0].tolist()
rows += [float(matrix.ravel() @ matrix.ravel())]
open(os.path.join(os.environ["ENGAGEMENT_OUTPUT_DIR"], "sums.csv"), "w").write(str(rows))"""
BOOK = """import openpyxl, os, time
book = openpyxl.Workbook()
book.active["A1"] = time.time()
book.save(os.path.join(os.environ["ENGAGEMENT_OUTPUT_DIR"], "book.xlsx"))"""


def verify(desk: Desk, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        desk.command("verify", "--publisher", "builtin", *arguments),
        cwd=desk.root,
        env=desk.environment,
        capture_output=True,
        text=True,
        timeout=280,
    )


def test_what_differs_between_two_runs_is_named_by_its_first_byte(desk: Desk) -> None:
    desk.notebook("leaky", LEAKS, BOOK)
    desk.notebook("steady", "print('here', __import__('os').getcwd(), object())", SUMS)
    for name in ("leaky", "steady"):
        desk.report(name)

    done = verify(desk, "--keep", "kept")

    assert done.returncode == 1, done.stderr
    named = {line.split(":")[0] for line in done.stdout.splitlines() if not line.startswith(" ")}
    dated = {"leaky/date.csv"} if find_spec("time_machine") else set()
    assert named - dated == {
        "index.html",  # says how large place.csv is
        "manifest.json",
        "leaky.html",
        "leaky.pdf",
        "leaky/code.html",
        "leaky/random.csv",
        "leaky/order.csv",
        "leaky/place.csv",
        "leaky/book.xlsx, member docProps/core.xml",
    }
    assert dated <= named
    assert "first run:  …" in done.stdout
    assert "made at 20" in done.stdout
    assert "files differ between two runs" in done.stderr
    # the folder from which it is called has the two sites, and no cache or site of its own
    assert (desk.root / "kept" / "first" / "leaky.html").is_file()
    assert (desk.root / "kept" / "second" / "steady" / "sums.csv").is_file()
    assert not (desk.root / ".cache").exists()
    assert not desk.site.exists()


def test_unusable_parameters_and_failing_reports_compare_nothing(desk: Desk) -> None:
    desk.notebook("raises", "raise ValueError('odd')")
    desk.report("raises", "parameters: {m: 1}\n")
    wrong = verify(desk)
    assert wrong.returncode == 2
    assert "raises.yml:1" in wrong.stderr

    desk.report("raises")
    failing = verify(desk)
    assert failing.returncode == 1
    assert "the first run ended with exit code 1" in failing.stderr
    assert "odd" in failing.stderr
