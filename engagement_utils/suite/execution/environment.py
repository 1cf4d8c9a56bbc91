"""Where a run lives and the environment variables that its processes see."""

import os
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import engagement_utils
from engagement_utils.suite.execution import process

SCRATCH = ".scratch"  # in the run directory while the run lasts
THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_MAX_THREADS",
    "NUMBA_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "ENGAGEMENT_THREADS",
)
# a terminal's width and colours are no part of a report
DROPPED = (
    "COLUMNS",
    "LINES",
    "FORCE_COLOR",
    "CLICOLOR_FORCE",
    "PYTHONINSPECT",
    "PYTHONSTARTUP",
    "MATPLOTLIBRC",
)


def threads_each(workers: int) -> int:
    """Threads that each of `workers` runs at once may use for computing, at least 1."""
    return max(1, process.cores() // max(1, workers))


def prepare(run: Path) -> None:
    """Make the folders of an empty run directory."""
    for name in ("downloads", "private", f"{SCRATCH}/ipython", f"{SCRATCH}/jupyter", f"{SCRATCH}/tmp"):
        (run / name).mkdir(parents=True)


def variables(
    run: Path, base: Path, threads: int, environ: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The whole environment of a run's worker and kernel.

    Args:
        run: the run directory.
        base: the folder that relative input paths are relative to.
        threads: what numerical libraries may use.
        environ: of the suite, by default the running process's.
    """
    environ = os.environ if environ is None else environ
    scratch = run / SCRATCH
    given = {name: value for name, value in environ.items() if name not in DROPPED}
    return given | {
        "ENGAGEMENT_BASE_DIR": str(base),
        "ENGAGEMENT_OUTPUT_DIR": str(run / "downloads"),
        "ENGAGEMENT_PRIVATE_DIR": str(run / "private"),
        "PYTHONPATH": _search_path(environ.get("PYTHONPATH", "")),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "MPLBACKEND": "agg",
        # beside the runs and shared by them: the list of fonts takes seconds to make, and is safe to share
        "MPLCONFIGDIR": str(run.parent / ".matplotlib"),
        "IPYTHONDIR": str(scratch / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(scratch / "jupyter"),
        "TMPDIR": str(scratch / "tmp"),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # else ipykernel's debugger warns on standard error
        # threads that spin for work make a fit take ten times as long on a machine with other work to do
        "OMP_WAIT_POLICY": "PASSIVE",
        **dict.fromkeys(THREADS, str(threads)),
    }


def _search_path(given: str) -> str:
    """A PYTHONPATH with which the package is imported from where it is imported here."""
    home = str(Path(engagement_utils.__file__).parents[1])
    paths = [path for path in given.split(os.pathsep) if path]
    # an installed package is found anyway, and site-packages must not come before the standard library
    if home not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *paths):
        paths.insert(0, home)
    return os.pathsep.join(str(Path(path).resolve()) for path in paths)
