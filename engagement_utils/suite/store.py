"""Store a notebook's outputs in it, as `make notebooks` does: what nbval compares and the web shows.

`python -m engagement_utils.suite.store PATH...` runs each notebook with its own defaults in the suite's
worker, so that what is stored is in the normal form: no times, no paths of a machine, no ids of a session.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from engagement_utils.errors import EngagementError, OutputError
from engagement_utils.suite.caching.atomic import write_bytes_atomically
from engagement_utils.suite.execution.runs import run_job
from engagement_utils.suite.hygiene import CELL_METADATA
from engagement_utils.suite.job import Job

TIMEOUT = 900.0
MOST_SVG = 60_000  # characters; a larger drawing is left to the page, its alt text stays
# in its place: nbval, which compares no drawing, wants one where the run shows one
NO_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


def store(notebook: Path) -> None:
    """Run `notebook` with its defaults and write its outputs into it.

    Raises:
        OutputError: the notebook failed; it is left as it was.
    """
    job = Job(notebook.stem, notebook.stem, notebook, notebook, {}, timeout=TIMEOUT)
    with tempfile.TemporaryDirectory() as directory:
        result = run_job(job, "stored", Path(directory))
        if result.failure is not None:
            msg = f"{notebook}: {result.failure.kind}: {result.failure.message}"
            raise OutputError(msg)
        executed = json.loads((result.directory / "executed.ipynb").read_text(encoding="utf-8"))
    content = json.loads(notebook.read_text(encoding="utf-8"))
    count = 0  # nbval takes a cell without a count for one that never ran
    for cell, run in zip(content["cells"], executed["cells"], strict=True):
        cell["metadata"] = {k: v for k, v in cell["metadata"].items() if k in CELL_METADATA}
        if cell["cell_type"] == "code":
            count += 1
            cell["outputs"] = [_stored(output, count) for output in run["outputs"]]
            cell["execution_count"] = count
    content["metadata"] = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    write_bytes_atomically(notebook, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())


def _stored(output: dict[str, Any], count: int) -> dict[str, Any]:
    data = output.get("data", {})
    if len("".join(data.get("image/svg+xml", ""))) > MOST_SVG:
        output = output | {"data": data | {"image/svg+xml": NO_DRAWING}}
    return output | ({"execution_count": count} if output["output_type"] == "execute_result" else {})


def main(arguments: list[str]) -> int:
    """Store the outputs of the notebooks (or folders of notebooks) given; 1 if one failed."""
    paths = [Path(a) for a in arguments]
    failed = 0
    for notebook in (n for p in paths for n in (sorted(p.glob("*.ipynb")) if p.is_dir() else [p])):
        try:
            store(notebook)
            print(f"{notebook}: outputs stored")
        except EngagementError as error:
            failed = 1
            print(f"error: {error}", file=sys.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
