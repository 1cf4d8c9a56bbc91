"""Runs a project twice, from nothing, in circumstances that differ in all that must not matter."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engagement_utils.errors import EngagementError
from engagement_utils.suite.execution.environment import HASH_SEED
from engagement_utils.suite.execution.process import cores
from engagement_utils.suite.project import Project
from engagement_utils.suite.site.assembly import TIMES
from engagement_utils.suite.verify import clock
from engagement_utils.suite.verify.compare import Difference, differences

# what no report depends on, or what a run makes
LEFT_OUT = (".git", ".cache", ".ipynb_checkpoints", "__pycache__", ".*_cache", "node_modules", "*.egg-info")


@dataclass(frozen=True)
class Circumstances:
    """How one of the two runs is made.

    Attributes:
        name: "first" or "second".
        place: the project's folder below the temporary one.
        jobs: reports that run at once, and so the threads that each has.
        umask: permissions that new files do not get.
        variables: environment variables that take the place of the user's.
        days: by how much the clock is put forward.
    """

    name: str
    place: str
    jobs: int
    umask: int
    variables: Mapping[str, str]
    days: int = 0


def circumstances() -> tuple[Circumstances, Circumstances]:
    """Of the first and of the second run."""
    first = {"TZ": "Etc/GMT+12", "LC_ALL": "C", "PYTHONHASHSEED": "0", HASH_SEED: "0", "COLUMNS": "80"}
    # local dates differ at any hour: the zones lie 26 hours apart
    second = {"TZ": "Etc/GMT-14", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "20", HASH_SEED: "20"}
    second |= {"COLUMNS": "200"}
    return (
        Circumstances("first", "one", 1, 0o022, first),
        Circumstances("second", "the other one/läuft", max(2, cores()), 0o077, second, clock.DAYS),
    )


@dataclass(frozen=True)
class Verdict:
    """What came of the comparison.

    Attributes:
        files: how many files were compared.
        differences: those that differ.
        shifted: for whom the second run's clock stood `clock.DAYS` days later, "" for nobody.
    """

    files: int
    differences: tuple[Difference, ...]
    shifted: str


def verify(
    project: Project,
    params: Path,
    arguments: Sequence[str],
    say: Callable[[str], None],
    keep: Path | None = None,
) -> Verdict:
    """Run copies of the project twice, each with an empty cache, and compare what they publish.

    Args:
        project: what is copied; the user's own cache and site are neither read nor written.
        params: folder of the parameter files; one outside of the project is read where it is.
        arguments: of `engagement run`, without `--params`, `--out` and `--jobs`.
        say: told what happens.
        keep: a folder that gets both sites, as `first` and `second`.

    Raises:
        EngagementError: a run published nothing or a report failed; its own words are on standard error.
    """
    with tempfile.TemporaryDirectory(prefix="engagement-verify-") as folder:
        sites = []
        for one in circumstances():
            copy = Project(Path(folder, one.place).resolve())
            copy_project(project, copy.root)
            say(f"{one.name} run: {one.jobs} at once, {_told(one)}")
            _run(copy, _moved(params, project, copy), arguments, one, Path(folder, "clock"))
            sites.append(copy.out)
            if keep is not None:
                shutil.copytree(copy.out, keep / one.name, dirs_exist_ok=True)
        files = sum(1 for path in sites[0].rglob("*") if path.is_file())
        found = tuple(differences(sites[0], sites[1], apart_from=(TIMES,)))
        return Verdict(files - 1, found, clock.shifted())


def copy_project(project: Project, target: Path) -> None:
    """Copy all that a run may read; its git history is the project's own, so its commit too."""
    made = {project.out, project.out.with_name(".staging")}

    def left_out(folder: str, names: list[str]) -> set[str]:
        listed = shutil.ignore_patterns(*LEFT_OUT)(folder, names)
        here = Path(folder)
        return listed | {n for n in names if here / n in made or (here / n / "pyvenv.cfg").is_file()}

    shutil.copytree(project.root, target, symlinks=True, ignore=left_out)
    history = project.root / ".git"
    if history.is_dir():
        (target / ".git").write_text(f"gitdir: {history}\n", encoding="utf-8")
    elif history.is_file():  # of a worktree, which names its history itself
        shutil.copyfile(history, target / ".git")


def _told(one: Circumstances) -> str:
    ahead = f", clock {one.days} days ahead {clock.shifted()}" if one.days and clock.shifted() else ""
    return f"TZ {one.variables['TZ']}, locale {one.variables['LC_ALL']}, umask {one.umask:03o}{ahead}"


def _moved(params: Path, project: Project, copy: Project) -> Path:
    inside = params.is_relative_to(project.root)
    return copy.root / params.relative_to(project.root) if inside else params


def _run(copy: Project, params: Path, arguments: Sequence[str], one: Circumstances, ahead: Path) -> None:
    command = [sys.executable, "-m", "engagement_utils", "run", *arguments]
    command += ["--params", str(params), "--jobs", str(one.jobs)]
    environment = os.environ | one.variables
    if one.days:
        environment = clock.shift(environment, ahead)
    with _umask(one.umask):
        done = subprocess.run(command, cwd=copy.root, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        msg = f"the {one.name} run ended with exit code {done.returncode}; there is nothing to compare"
        raise EngagementError(msg)


@contextmanager
def _umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)
