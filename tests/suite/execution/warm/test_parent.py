"""To a notebook a forked kernel is a fresh one: nothing is handed on, nothing is left, every end is seen."""

import json
import os
from pathlib import Path

import nbformat
import psutil
import pytest

from engagement_utils.suite.execution.runs import execute_all
from engagement_utils.suite.execution.warm import guard
from engagement_utils.suite.job import Job

pytestmark = [
    pytest.mark.skipif(not guard.supported({}), reason="kernels are forked on Linux only"),
    pytest.mark.xdist_group("warm"),
]

IMPORTS = """
import json, locale, os, random, resource, signal, sys, threading, time, warnings
from pathlib import Path
"""
HEAVY = f"{IMPORTS}\nimport matplotlib\nimport numpy as np\nimport pandas as pd"
PRIVATE = "private = Path(os.environ['ENGAGEMENT_PRIVATE_DIR'])"
REBINDS = """
pd.set_option("display.max_rows", 3)
pd.DataFrame.mean = None
matplotlib.rcParams["font.size"] = 99
np.random.seed(1); random.seed(1)
os.environ["LEAKED"] = "yes"; os.environ["TZ"] = "Asia/Tokyo"; time.tzset()
os.umask(0o077); os.chdir("/")
sys.path.insert(0, "/leaked"); sys.modules["leaked"] = sys
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
warnings.simplefilter("error")
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
TELLS = """
from threadpoolctl import threadpool_info
mask = os.umask(0)
os.umask(mask)
own = str(Path.cwd())
KEPT = {"JPY_PARENT_PID", "PWD", "MPLCONFIGDIR"}
state = {
    "rows": pd.get_option("display.max_rows"),
    "mean": callable(pd.DataFrame.mean),
    "rc": {k: str(v) for k, v in matplotlib.rcParams.items()},
    "backend": matplotlib.get_backend(),
    "environment": {k: v.replace(own, "") for k, v in os.environ.items() if k not in KEPT},
    "path": sys.path,
    "argv": len(sys.argv),
    "main": sys.modules["__main__"].__name__,
    "leaked": "leaked" in sys.modules,
    "signals": [str(signal.getsignal(n)).split(" at ")[0] for n in sorted(signal.valid_signals())],
    "filters": sorted({str(f[:3]) for f in warnings.filters}),
    "files": resource.getrlimit(resource.RLIMIT_NOFILE),
    "memory": resource.getrlimit(resource.RLIMIT_AS),
    "umask": mask,
    "locale": locale.setlocale(locale.LC_ALL),
    "zone": time.tzname,
    "hash": hash("text"),
    "input": os.read(0, 1).decode(),
    "session": os.getsid(0) == os.getpid(),
    "oom": Path("/proc/self/oom_score_adj").read_text(),
    "threads": sorted({t.name.rstrip("-0123456789_") for t in threading.enumerate()}),
    "pools": sorted((p["internal_api"], p["num_threads"]) for p in threadpool_info()),
}
import atexit, tempfile, weakref
sys.kept = tempfile.TemporaryDirectory(dir=private, prefix="until-the-end-")  # that of no cell
class Loop: pass
loop = Loop(); loop.own = loop; loop.opened = open(private / "in-a-circle.txt", "w")
_ = loop.opened.write("to the end")
_ = atexit.register((private / "handler.txt").write_text, "to the end")
chance = [random.random(), float(np.random.random())]
opened = open(private / "unclosed.txt", "w")
_ = opened.write("to the end")
told = json.dumps([state, chance, Path("/proc/self/cmdline").read_text()], default=str)
_ = (private / "state.json").write_text(told)
print(state["rows"], pd.DataFrame({"a": [1.5]}), os.getcwd())
"""


def make_job(folder, name, *cells, **fields):
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return Job(
        name, name, folder / f"{name}.ipynb", folder / f"{name}.yml", {}, **{"timeout": 90.0, **fields}
    )


def run(folder, *jobs, workers=1):
    """Results by name, in the order of `jobs`."""
    found = execute_all(
        [(job, job.name) for job in jobs], folder, workers=workers, on_event=lambda event: None
    )
    return {result.job.name: result for result in found}


def children():
    """Processes below this one; other tests of this worker keep engines running."""
    return set(psutil.Process().children(recursive=True))


def private(result, name="state.json"):
    return json.loads((result.directory / "private" / name).read_text())


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """The same three reports with forked kernels and with fresh ones; the first spoils what it can."""
    folder = tmp_path_factory.mktemp("warm")
    jobs = [
        make_job(folder / "notebooks", "rebinds", HEAVY, REBINDS),
        make_job(folder / "notebooks", "tells", HEAVY, PRIVATE, TELLS),
        make_job(folder / "notebooks", "again", HEAVY, PRIVATE, TELLS),
    ]
    open_files = len(list(Path("/proc/self/fd").iterdir()))
    before = children()
    warm = run(folder / "warm", *jobs)
    left = children() - before, len(list(Path("/proc/self/fd").iterdir())) - open_files
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENGAGEMENT_KERNELS", "fresh")
        fresh = run(folder / "fresh", *jobs)
    for results in (warm, fresh):
        assert [r.failure for r in results.values()] == [None] * 3
    return warm, fresh, left


def test_kernels_are_forked_or_fresh_as_it_is_said(pair):
    warm, fresh, _ = pair
    assert "warm.zygote" in private(warm["tells"])[2]
    assert "execution.kernel" in private(fresh["tells"])[2]


def test_a_forked_kernel_is_in_the_state_of_a_fresh_one_whatever_ran_before(pair):
    warm, fresh, _ = pair
    for name in ("tells", "again"):
        found, expected = private(warm[name])[0], private(fresh[name])[0]
        added = found.pop("environment").items() ^ expected.pop("environment").items()
        assert {k for k, _ in added} == {"ENGAGEMENT_KERNELS"}
        # the worker's own libraries have filters for warnings of their own
        more = set(found.pop("filters")) ^ set(expected.pop("filters"))
        assert all("requests.exceptions" in f or "urllib3.exceptions" in f for f in more)
        assert found == expected


def test_chance_is_new_in_every_kernel(pair):
    warm, _, _ = pair
    draws = [draw for name in ("tells", "again") for draw in private(warm[name])[1]]
    assert len(set(draws)) == 4


def test_the_output_is_the_same_to_the_byte(pair):
    warm, fresh, _ = pair
    for name in ("tells", "again"):
        for file in ("executed.ipynb", "result.json", "private/unclosed.txt"):
            assert (warm[name].directory / file).read_bytes() == (fresh[name].directory / file).read_bytes()
    assert (warm["tells"].directory / "private" / "unclosed.txt").read_text() == "to the end"


def test_a_kernel_ends_in_good_order(pair):
    for name in ("tells", "again"):
        warm, fresh = ((results[name].directory / "private") for results in pair[:2])
        found = {path.name for path in warm.iterdir()}
        assert found == {path.name for path in fresh.iterdir()}
        assert not any(name.startswith("until-the-end-") for name in found)
        for written in ("unclosed.txt", "in-a-circle.txt", "handler.txt"):
            assert (warm / written).read_text() == "to the end"


def test_no_process_and_no_file_is_left(pair):
    assert pair[2] == (set(), 0)


FAMILY = f"""
{IMPORTS}
{PRIVATE}
import psutil
_ = (private / "family.json").write_text(json.dumps([p.pid for p in psutil.Process().parents()]))
"""


def test_branches_of_the_same_libraries_have_a_stem_of_their_own(tmp_path):
    own = "import engagement_utils.errors"
    cells = {"one": ("import graphlib",), "two": ("import graphlib", own), "three": ("import colorsys", own)}
    jobs = [make_job(tmp_path / "notebooks", name, *imports, FAMILY) for name, imports in cells.items()]
    found = run(tmp_path / "runs", *jobs)
    one, two, three = (private(found[name], "family.json") for name in cells)
    # below what all of them share: kernel, worker and branch are each run's own
    assert len(set(one) & set(two)) == len(set(one) & set(three)) + 1


KINDS = f"{IMPORTS}\n{PRIVATE}\n_ = (private / 'cmd').write_text(Path('/proc/self/cmdline').read_text())"


def kind(result):
    text = (result.directory / "private" / "cmd").read_text()
    return "forked" if "warm.zygote" in text else "fresh"


def test_limits_hold_for_forked_kernels_one_by_one(tmp_path):
    started = (
        "import psutil, subprocess\nchild = subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    )
    tree = (
        "pids = [child.pid, os.getpid(), os.getppid()]\n(private / 'pids.json').write_text(json.dumps(pids))"
    )
    jobs = [
        make_job(tmp_path / "n", "hangs", KINDS, started + tree, "import time\ntime.sleep(300)", timeout=8.0),
        make_job(tmp_path / "n", "killed", KINDS, "os.kill(os.getpid(), signal.SIGKILL)"),
        make_job(tmp_path / "n", "crashes", KINDS, "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)"),
        make_job(tmp_path / "n", "eats", KINDS, "eaten = bytearray(4 << 30)", memory=3 << 30),
        make_job(tmp_path / "n", "narrow", KINDS, memory=900 << 20),
        make_job(tmp_path / "n", "fine", KINDS),
    ]
    before = children()
    results = run(tmp_path / "runs", *jobs, workers=2)
    ends = {name: r.failure and (r.failure.kind, r.failure.cell) for name, r in results.items()}
    assert ends == {
        "hangs": ("timeout", 3),
        "killed": ("killed", 2),
        "crashes": ("killed", 2),
        "eats": ("memory", 2),
        "narrow": None,
        "fine": None,
    }
    assert results["killed"].failure.message == "the kernel was killed by SIGKILL, in cell 2"
    assert results["crashes"].failure.message == "the worker was killed by SIGKILL, in cell 2"
    # a limit that what is imported would fill is left to a fresh process
    assert {name: kind(r) for name, r in results.items()} == {
        **dict.fromkeys(("hangs", "killed", "crashes", "eats", "fine"), "forked"),
        "narrow": "fresh",
    }
    left = [pid for pid in private(results["hangs"], "pids.json") if psutil.pid_exists(pid)]
    assert {psutil.Process(pid).status() for pid in left} <= {psutil.STATUS_ZOMBIE}  # of process 1
    assert children() <= before


def test_when_the_parent_dies_its_run_ends_well_and_the_others_are_fresh(tmp_path):
    killing = (
        "import psutil\nbranch = psutil.Process(os.getppid()).parent()\nbase = branch.parent()\n"
        "base.kill()\npsutil.wait_procs([base, branch], timeout=10)\n"
        "print(base.is_running(), branch.is_running())"
    )
    jobs = [
        make_job(tmp_path / "n", "kills", KINDS, killing),
        make_job(tmp_path / "n", "next", KINDS),
        make_job(tmp_path / "n", "last", f"import decimal\n{KINDS}"),
    ]
    before = children()
    results = run(tmp_path / "runs", *jobs)
    assert {name: (r.failure, kind(r)) for name, r in results.items()} == {
        "kills": (None, "forked"),
        "next": (None, "fresh"),
        "last": (None, "fresh"),
    }
    assert children() <= before


def test_what_cannot_be_imported_ahead_is_left_to_a_fresh_kernel(tmp_path, monkeypatch):
    library = tmp_path / "library"
    library.mkdir()
    (library / "noisy.py").write_text("import warnings\nwarnings.warn('careful')")
    (library / "threaded.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(library), os.environ.get("PYTHONPATH", "")]))
    jobs = [
        make_job(tmp_path / "n", "noisy", KINDS, "import noisy"),
        make_job(tmp_path / "n", "threaded", KINDS, "import threaded"),
        make_job(tmp_path / "n", "missing", KINDS, "import no_such_library"),
    ]
    results = run(tmp_path / "runs", *jobs, workers=2)
    assert {name: kind(r) for name, r in results.items()} == {
        "noisy": "fresh",
        "threaded": "fresh",
        "missing": "forked",
    }
    assert "UserWarning: careful" in (results["noisy"].directory / "executed.ipynb").read_text()
    assert results["missing"].failure.message.startswith("ModuleNotFoundError")


def test_runs_that_start_first_import_different_things(tmp_path):
    jobs = [
        make_job(tmp_path, "first", "import decimal\nimport colorsys"),
        make_job(tmp_path, "same", "import colorsys, decimal  # the same"),
        make_job(tmp_path, "other", "import fractions"),
        make_job(tmp_path, "more", "import statistics"),
    ]
    started = []
    keyed = [(job, job.name) for job in jobs]
    results = execute_all(
        keyed,
        tmp_path / "runs",
        workers=2,
        on_event=lambda e: started.append(e.job.name) if e.kind == "started" else None,
    )
    assert {result.failure for result in results} == {None}
    assert set(started[:2]) == {"first", "other"}
