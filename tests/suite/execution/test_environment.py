import os
import subprocess
import sys
from pathlib import Path

import engagement_utils
from engagement_utils.suite.execution import environment


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
    assert {seen[name] for name in environment.ONE_THREAD} == {"1"}


def test_verification_gives_kernels_another_hash_seed(tmp_path):
    seen = environment.variables(tmp_path, tmp_path, 1, {environment.HASH_SEED: "20", "PYTHONHASHSEED": "9"})
    assert seen["PYTHONHASHSEED"] == "20"


def test_a_run_computes_with_one_thread_unless_it_is_given_more():
    assert [environment.threads_each(workers, {}) for workers in (0, 1, 20)] == [1, 1, 1]
    given = {"ENGAGEMENT_THREADS": "8"}
    assert [environment.threads_each(workers, given) for workers in (0, 1, 3, 8, 20)] == [8, 8, 2, 1, 1]
    assert environment.threads_each(1, {"ENGAGEMENT_THREADS": "many"}) == 1


def test_the_package_is_found_from_anywhere(tmp_path):
    run = tmp_path / "k.partial"
    environment.prepare(run)
    seen = environment.variables(run, tmp_path, 1, {"PATH": os.environ["PATH"], "PYTHONPATH": str(tmp_path)})
    code = "import engagement_utils; print(engagement_utils.__file__)"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=run, env=seen, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == engagement_utils.__file__
