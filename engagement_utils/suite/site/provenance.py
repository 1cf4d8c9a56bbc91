"""How a report was made: what closes its page and lets another make it again."""

import importlib.metadata
import subprocess
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from engagement_utils.suite.caching.hashing import json_sha256
from engagement_utils.suite.caching.keys import Key
from engagement_utils.suite.execution.lift import Lifted
from engagement_utils.suite.job import Job
from engagement_utils.suite.planning.jsonable import plain
from engagement_utils.tables.secrets import redact
from engagement_utils.tables.spec import TableSpec

# the libraries that make the numbers and the figures
LIBRARIES = (
    "duckdb",
    "engagement-utils",
    "ibis-framework",
    "matplotlib",
    "numpy",
    "pandas",
    "scikit-learn",
    "scipy",
    "seaborn",
    "statsmodels",
)


class Origin:
    """The repository and the environment that a run happens in; asked once a run, and only if needed."""

    def __init__(self, root: Path) -> None:
        self._root = root

    @cached_property
    def commit(self) -> dict[str, str]:
        """`{"commit": hash, "working_tree": "clean" | "modified"}`; empty outside of a git repository."""
        commit = self._git("rev-parse", "HEAD")
        if not commit:
            return {}
        changed = self._git("status", "--porcelain", "--untracked-files=normal")
        return {"commit": commit, "working_tree": "modified" if changed else "clean"}

    @cached_property
    def versions(self) -> dict[str, str]:
        """Versions of Python and of the libraries that are installed, by name."""
        # as in the key: another patch release makes the same report
        found = {"python": "{}.{}".format(*sys.version_info)}
        for name in LIBRARIES:
            try:
                found[name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                continue
        return found

    def _git(self, *arguments: str) -> str:
        command = ["git", "--no-optional-locks", "-C", str(self._root), *arguments]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""


def provenance(job: Job, key: Key, said: Lifted, origin: Origin, command: str) -> dict[str, Any]:
    """What closes the report's page, in the order to be shown. No time, no place of this machine.

    Args:
        job: the report; `${NAME}` stays as it stands in its parameters.
        key: of its run.
        said: what the notebook's outputs say.
        origin: repository and environment.
        command: the command that makes the report again.
    """
    header = said.header or {}
    window = {"data_window": f"{header['start']} to {header['end']}"} if header.get("start") else {}
    columns = ("path", "rows", "set_aside", "sha256")
    return {
        "notebook": job.notebook.name,
        **window,
        **origin.commit,
        "to_make_it_again": command,
        "key": key.run,
        "parameters": parameters(job),
        "inputs": [{c: item[c] for c in columns} for item in inputs(job, key, said)],
        "versions": origin.versions,
    }


def parameters(job: Job) -> dict[str, Any]:
    """The job's parameters as plain JSON values, without passwords."""
    return plain(job.parameters)


def inputs(job: Job, key: Key, said: Lifted) -> list[dict[str, Any]]:
    """Every input: path as stated, SHA-256 (None for a database), rows read and set aside (None if unknown).

    An input of several files has the hash of their names and hashes, and lists them under "files".
    """
    by_name = {item["name"]: item for item in said.inputs}
    files: dict[str, list[dict[str, str]]] = {name: [] for name in key.inputs.databases}
    for file in key.inputs.files:
        files.setdefault(file.parameter, []).append({"path": file.name, "sha256": key.sha256(file)})
    found = []
    for name, several in files.items():
        item: dict[str, Any] = {"name": name, "path": several[0]["path"] if several else "", "sha256": None}
        if name in job.tables:
            item["path"] = redact(TableSpec.of(job.parameters[name]).path)
        item["rows"] = by_name.get(name, {}).get("rows")
        item["set_aside"] = by_name.get(name, {}).get("set_aside")
        if len(several) == 1:
            item["sha256"] = several[0]["sha256"]
        elif several:
            item |= {"sha256": json_sha256(several), "files": several}
        found.append(item)
    return found
