import os
import subprocess
import sys
from pathlib import Path

import engagement_utils
from engagement_utils.suite.execution import environment, process


def test_a_run_sees_its_own_folders_and_nothing_of_the_terminal(tmp_path):
    run, base = tmp_path / "k.partial", tmp_path / "params"
    environment.prepare(run)
    given = {
        "COLUMNS": "300",
        "MATPLOTLIBRC": "/x",
        "SOURCE_DATE_EPOCH": "5",
        "PYTHONHASHSEED": "9",
        "HOME": "/h",
    }
    seen = environment.variables(run, base, 3, given)
    assert seen["ENGAGEMENT_BASE_DIR"] == str(base)
    for name in (
        "ENGAGEMENT_OUTPUT_DIR",
        "ENGAGEMENT_PRIVATE_DIR",
        "IPYTHONDIR",
        "JUPYTER_RUNTIME_DIR",
        "TMPDIR",
    ):
        assert Path(seen[name]).is_dir()
        assert Path(seen[name]).is_relative_to(run)
    assert {"COLUMNS", "MATPLOTLIBRC"}.isdisjoint(seen)
    assert (seen["SOURCE_DATE_EPOCH"], seen["HOME"], seen["PYTHONHASHSEED"]) == ("5", "/h", "0")
    assert {seen[name] for name in environment.THREADS} == {"3"}


def test_cores_are_divided_among_the_runs(monkeypatch):
    monkeypatch.setattr(process, "cores", lambda: 8)
    assert [environment.threads_each(workers) for workers in (0, 1, 3, 8, 20)] == [8, 8, 2, 1, 1]


def test_the_package_is_found_from_anywhere(tmp_path):
    run = tmp_path / "k.partial"
    environment.prepare(run)
    seen = environment.variables(run, tmp_path, 1, {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)})
    code = "import engagement_utils; print(engagement_utils.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=run, env=seen, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == engagement_utils.__file__
