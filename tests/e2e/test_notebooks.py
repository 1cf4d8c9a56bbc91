"""The stored outputs hold: nbval passes on them, and fails when a stored table is altered by one digit."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def nbval(notebook: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
            "-q",
            "--rootdir",
            str(notebook.parent),
            "--nbval-lax",
            "--nbval-current-env",
            "--nbval-sanitize-with",
            str(ROOT / "tests" / "nbval.cfg"),
            "-c",
            os.devnull,
            str(notebook),
        ],
        cwd=notebook.parent,
        env=os.environ
        | {"PYTHONPATH": str(ROOT), "ENGAGEMENT_OUTPUT_DIR": str(notebook.parent / "_output")}
        | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},  # sums of several threads differ in the end
        capture_output=True,
        text=True,
        timeout=280,
    )


@pytest.mark.xdist_group("e2e-nbval")
def test_nbval_fails_on_one_altered_digit(tmp_path: Path) -> None:
    notebook = Path(shutil.copy(ROOT / "notebooks" / "ping_engagement.ipynb", tmp_path))
    content = json.loads(notebook.read_text(encoding="utf-8"))
    marked = [c for c in content["cells"] if "NBVAL_CHECK_OUTPUT" in "".join(c["source"])]
    assert marked
    bundle = next(o["data"] for c in marked for o in c["outputs"] if "text/plain" in o.get("data", {}))
    text = "".join(bundle["text/plain"])
    digit = re.search(r"\d(?=\D*$)", text)
    assert digit
    other = str((int(digit.group()) + 1) % 10)
    bundle["text/plain"] = text[: digit.start()] + other + text[digit.end() :]
    notebook.write_text(json.dumps(content), encoding="utf-8")

    done = nbval(notebook)

    assert done.returncode == 1, done.stdout
    assert "1 failed" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda p: p.stem)
def test_nbval_passes_on_the_stored_outputs(notebook: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(notebook, tmp_path))
    done = nbval(copy)
    assert done.returncode == 0, done.stdout[-3000:]
