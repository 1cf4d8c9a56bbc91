"""Where a run lives and the environment variables that its processes see."""

import os
import sysconfig
from collections.abc import Mapping
from pathlib import Path

import engagement_utils

SCRATCH = ".scratch"  # in the run directory while the run lasts
# BLAS adds up in an order that depends on its threads: with one, no digit depends on what else runs.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
SHARED = "ENGAGEMENT_THREADS"
THREADS = ("NUMEXPR_MAX_THREADS", "NUMBA_NUM_THREADS", "POLARS_MAX_THREADS", SHARED)
HASH_SEED = "ENGAGEMENT_HASH_SEED"  # of the kernels: `engagement verify` gives its two runs two of them
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


def threads_each(workers: int, environ: Mapping[str, str] | None = None) -> int:
    """Threads that DuckDB and its like get in each of `workers` runs at once: one, so that results are exact.

    They add up fractions in the order in which threads finish, which changes last digits from run to run. Who
    wants speed instead says in `ENGAGEMENT_THREADS` how many threads the runs are to share.
    """
    given = (os.environ if environ is None else environ).get(SHARED, "").strip()
    return max(1, int(given) // max(1, workers)) if given.isdecimal() else 1


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
        threads: what DuckDB and its like may use.
        environ: of the suite, by default the running process's.
    """
    environ = os.environ if environ is None else environ
    scratch = run / SCRATCH
    given = {name: value for name, value in environ.items() if name not in DROPPED}
    return given | {
        **dict.fromkeys(ONE_THREAD, "1"),
        "ENGAGEMENT_BASE_DIR": str(base),
        "ENGAGEMENT_OUTPUT_DIR": str(run / "downloads"),
        "ENGAGEMENT_PRIVATE_DIR": str(run / "private"),
        "PYTHONPATH": _search_path(environ.get("PYTHONPATH", "")),
        "PYTHONHASHSEED": environ.get(HASH_SEED, "0"),
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
