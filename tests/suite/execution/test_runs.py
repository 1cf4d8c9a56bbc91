"""Real kernels run small notebooks; one batch for the whole module, since a kernel takes seconds to start."""

import json
import multiprocessing
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError, ProcessPoolExecutor
from datetime import date
from pathlib import Path

import nbformat
import psutil
import pytest

from engagement_utils.suite.execution import runs as execution
from engagement_utils.suite.execution.lift import read_failure, read_result
from engagement_utils.suite.execution.masking import ANSI
from engagement_utils.suite.execution.runs import Event, execute_all, run_job
from engagement_utils.suite.job import Job, RunResult

# one process of pytest-xdist makes the batch
pytestmark = pytest.mark.xdist_group("execution")

PASSWORD = "s3cr&t/pä ss'\"word"
URL = "postgresql://me:${RUN_TEST_PASSWORD}@host/db"

GOOD = [
    "import os, sys, json, time, warnings, subprocess\n"
    "from pathlib import Path\n"
    "from engagement_utils.report.outputs import Finding, Header, Quality\n"
    "from engagement_utils.tables.quality import InputQuality\n"
    "output = Path(os.environ['ENGAGEMENT_OUTPUT_DIR'])\n"
    "private = Path(os.environ['ENGAGEMENT_PRIVATE_DIR'])\n"
    "names = ['ENGAGEMENT_BASE_DIR', 'PYTHONHASHSEED', 'TZ', 'OMP_NUM_THREADS', 'ENGAGEMENT_THREADS']\n"
    "names.append('SOURCE_DATE_EPOCH')\n"
    "child = subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    "facts = {'executable': sys.executable, 'cwd': os.getcwd(), 'pid': os.getpid(), 'child': child.pid,\n"
    "         'oom': Path('/proc/self/oom_score_adj').read_text().strip(), 'argv': sys.argv,\n"
    "         **{name: os.environ.get(name) for name in names}, 'text': text, 'when': str(when)}\n"
    "_ = (private / 'facts.json').write_text(json.dumps(facts))\n",
    "password = os.environ['RUN_TEST_PASSWORD']\n"
    "from urllib.parse import quote, quote_plus\n"
    "print('raw', password, 'quoted', quote(password, safe=''), quote_plus(password))\n"
    "print([password], file=sys.stderr)\n"
    "_ = (output / 'note.csv').write_text('url\\npostgresql://me:' + password + '@host\\n')\n"
    "_ = Path('stray.txt').write_text('in the working directory')\n",
    "print('\\x1b[31mred\\x1b[0m', os.getcwd() + '/downloads/x', Path.home() / 'x', json.__file__)\n"
    "print('in', os.environ['ENGAGEMENT_BASE_DIR'] + '/data/users.csv', object(), time)\n"
    "for i in range(3):\n    print(i, flush=True); time.sleep(0.02)\n"
    "warnings.warn('careful')\n"
    "object()",
    ("raises", "json.loads('{')"),
    "display(Header(start='2025-06-01', end='2025-08-02', counts=(('3', 'events'),)))\n"
    "display(Quality(inputs=(InputQuality('users', 'users.csv', 3, 0),)))\n"
    "Finding('reach', 'Reach is high.', 0.5, (0.4, 0.6), 10, 0.01, 'supported')",
]
RAISES = [
    "import os\nfrom engagement_utils.errors import TableError\nprint(os.environ['RUN_TEST_PASSWORD'])",
    "raise TableError('users.csv: no connection to postgresql://me:' + os.environ['RUN_TEST_PASSWORD']\n"
    "    + '@host,\\naccepted: one that answers')",
    "print('never')",
]
HANGS = [
    "import json, os, signal, subprocess, sys, time\n"
    "for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):\n"
    "    signal.signal(number, signal.SIG_IGN)\n"
    # a daemon: its own parent has ended, its session is its own
    "daemon = int(subprocess.run([sys.executable, '-c', 'import subprocess as s; "
    'print(s.Popen(["sleep", "300"], start_new_session=True, stdout=s.DEVNULL, stderr=s.DEVNULL).pid)\'],\n'
    "    capture_output=True, text=True).stdout)\n"
    "pids = [os.getpid(), os.getppid(), daemon]\n"
    "_ = open(os.environ['ENGAGEMENT_PRIVATE_DIR'] + '/pids.json', 'w').write(json.dumps(pids))",
    "print('before the hang', flush=True)\ntime.sleep(300)",
]
KILLED = ["import os, signal\nprint('soon', flush=True)", "os.kill(os.getpid(), signal.SIGKILL)"]
EATS = ["x = 1", "hog = bytearray(64 << 30)"]
CRASHES = [
    "import os, signal\n"
    "_ = open(os.environ['ENGAGEMENT_PRIVATE_DIR'] + '/pids.json', 'w').write(str([os.getpid()]))",
    "os.kill(os.getppid(), signal.SIGKILL)\nimport time\ntime.sleep(300)",
]
LEAKS = [
    "import os, pathlib\nout = pathlib.Path(os.environ['ENGAGEMENT_OUTPUT_DIR'])\n"
    "_ = (out / 'image.bin').write_bytes(b'\\0\\0' + os.environ['RUN_TEST_PASSWORD'].encode())\n"
    "(out / 'link.csv').symlink_to('/etc/hostname')\n_ = (out / 'fine.csv').write_text('a\\n')",
]
EXITS = ["x = 1", "import sys\nsys.exit(0)", "print('never')"]
TIMEOUT = 30.0


def write_notebook(path: Path, cells: list) -> Path:
    notebook = nbformat.v4.new_notebook()
    notebook.metadata["kernelspec"] = {"name": "no-such-kernel", "display_name": "x", "language": "julia"}
    parameters = "from datetime import date\nurl: str = ''\ntext: str = ''\nwhen: date = date(2025, 1, 1)"
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Test"),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
    ]
    for cell in cells:
        tags = {"tags": ["raises-exception"]} if isinstance(cell, tuple) else {}
        notebook.cells.append(nbformat.v4.new_code_cell(cell[1] if tags else cell, metadata=tags))
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def make_job(folder: Path, name: str, cells: list, **fields) -> Job:
    notebook = write_notebook(folder / "note {books}" / f"{name}.ipynb", cells)
    parameters = {"url": URL, "text": "a=b 'c' \"d\" é\n#", "when": date(2025, 6, 1)}
    fields = {"timeout": 120.0, **fields}
    return Job(name, name.title(), notebook, folder / "params" / f"{name}.yml", parameters, **fields)


class Batch:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events: list[Event] = []
        jobs = [
            make_job(folder, "hangs", HANGS, timeout=TIMEOUT),
            make_job(folder, "good", GOOD),
            make_job(folder, "raises", RAISES),
            make_job(folder, "killed", KILLED),
            make_job(folder, "eats", EATS, memory=8 << 30),
            make_job(folder, "crashes", CRASHES),
            make_job(folder, "leaks", LEAKS),
            make_job(folder, "exits", EXITS),
        ]
        twin = Job(**{**vars(jobs[1]), "name": "twin"})
        keyed = [*((job, job.name) for job in jobs), (twin, "good")]
        # a failed try of before, to be replaced
        (folder / "runs" / "raises.failed").mkdir(parents=True)
        (folder / "runs" / "raises.failed" / "old").touch()
        (folder / "runs" / "good.failed").mkdir()
        results = list(execute_all(keyed, folder / "runs", workers=3, on_event=self.events.append))
        self.results = {result.job.name: result for result in results}
        # the same once more, elsewhere, in a process that knows nothing of this one
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            self.again = pool.submit(run_job, jobs[1], "other-key", folder / "b").result()

    def directory(self, name: str) -> Path:
        return self.results[name].directory

    def notebook(self, name: str) -> str:
        return (self.directory(name) / "executed.ipynb").read_text(encoding="utf-8")

    def cells(self, name: str) -> list[dict]:
        return json.loads(self.notebook(name))["cells"]


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUN_TEST_PASSWORD", PASSWORD)
        patch.setenv("SOURCE_DATE_EPOCH", "1750000000")
        yield Batch(tmp_path_factory.mktemp("execution"))


def facts(result: RunResult) -> dict:
    return json.loads((result.directory / "private" / "facts.json").read_text())


def gone(pids: list[int], within: float = 5.0) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        living = [pid for pid in pids if psutil.pid_exists(pid)]
        if not any(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE for pid in living):
            return True
        time.sleep(0.05)
    return False


def test_each_job_ends_in_its_own_way_and_disturbs_no_other(batch):
    ends = {name: result.failure and result.failure.kind for name, result in batch.results.items()}
    assert ends == {
        "good": None,
        "twin": None,
        "hangs": "timeout",
        "raises": "unusable input",
        "killed": "killed",
        "eats": "memory",
        "crashes": "killed",
        "leaks": "error",
        "exits": "error",
    }
    listed = sorted(path.name for path in (batch.folder / "runs").iterdir() if not path.name.startswith("."))
    failed = [f"{name}.failed" for name in ends if ends[name]]
    assert listed == sorted(["good", *failed])


def test_jobs_of_one_key_share_a_run(batch):
    assert batch.results["twin"].job.name == "twin"
    assert batch.directory("twin") == batch.directory("good")
    started = [event.job.name for event in batch.events if event.kind == "started"]
    assert started.count("good") == 1
    assert "twin" not in started


def test_a_run_directory_holds_what_the_contract_says_and_nothing_else(batch):
    held = sorted(
        p.relative_to(batch.directory("good")).as_posix() for p in batch.directory("good").rglob("*")
    )
    assert held == [
        "downloads",
        "downloads/note.csv",
        "executed.ipynb",
        "private",
        "private/facts.json",
        "result.json",
    ]


def test_the_kernel_is_this_interpreter_in_its_own_surroundings(batch):
    found = facts(batch.results["good"])
    run = str(batch.folder / "runs" / "good.partial")
    assert found["executable"] == sys.executable
    assert found["cwd"] == run
    assert found["ENGAGEMENT_BASE_DIR"] == str(batch.folder / "params")
    assert (found["PYTHONHASHSEED"], found["TZ"], found["SOURCE_DATE_EPOCH"]) == ("0", "UTC", "1750000000")
    # what adds up in an order that depends on threads gets one: `jobs` changes no digit
    assert (found["ENGAGEMENT_THREADS"], found["OMP_NUM_THREADS"]) == ("1", "1")
    assert found["oom"] == "1000"
    assert (found["text"], found["when"]) == ("a=b 'c' \"d\" é\n#", "2025-06-01")
    assert any(argument.startswith(run) for argument in found["argv"])


def test_two_runs_give_the_same_bytes(batch):
    assert batch.again.failure is None
    assert batch.again.directory == batch.folder / "b" / "other-key"
    for name in ("executed.ipynb", "result.json", "downloads/note.csv"):
        first, second = batch.directory("good") / name, batch.again.directory / name
        assert first.read_bytes() == second.read_bytes(), name


def test_an_executed_notebook_is_valid_and_names_no_place_and_no_time(batch):
    text = batch.notebook("good")
    nbformat.validate(json.loads(text))
    for word in (
        str(batch.folder),
        str(Path.home()),
        sys.prefix,
        ".partial",
        "papermill",
        "ipykernel_",
        "object at 0x7",
    ):
        assert word not in text
    assert "downloads/x ~/x python/json/__init__.py" in text
    assert "in data/users.csv <object object at 0x0>" in text
    assert "cell:5: UserWarning: careful" in text
    assert json.loads(text)["metadata"]["kernelspec"]["name"] == "python3"


def test_streams_are_whole_and_colours_stay_in_tracebacks_only(batch):
    cells = batch.cells("good")
    streams = [output["name"] for output in cells[5]["outputs"] if output["output_type"] == "stream"]
    assert streams == ["stdout", "stderr"]
    assert "\u001b" not in json.dumps(cells[5])
    assert cells[5]["outputs"][0]["text"][0].startswith("red ")
    traceback = "".join(cells[6]["outputs"][0]["traceback"])
    assert "\x1b[" in traceback
    assert "python/json/__init__.py" in ANSI.sub("", traceback)
    assert sys.base_prefix.replace(str(Path.home()), "~") not in ANSI.sub("", traceback)


@pytest.mark.parametrize("name", ["good", "raises", "leaks"])
def test_a_password_is_in_no_file_of_a_run(batch, name):
    for path in batch.directory(name).rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            for form in (PASSWORD, PASSWORD.split("/")[0], "s3cr%26t"):
                assert form not in text, path


def test_a_password_is_replaced_by_its_name(batch):
    text = batch.notebook("good")
    assert "raw ${RUN_TEST_PASSWORD} quoted ${RUN_TEST_PASSWORD} ${RUN_TEST_PASSWORD}" in text
    assert "me:${RUN_TEST_PASSWORD}@host" in (batch.directory("good") / "downloads" / "note.csv").read_text()


def test_a_result_is_lifted(batch):
    lifted = read_result(batch.directory("good") / "result.json")
    assert [finding["topic"] for finding in lifted.findings] == ["reach"]
    assert lifted.header["start"] == "2025-06-01"
    assert [entry["name"] for entry in lifted.inputs] == ["users"]
    assert read_failure(batch.directory("good") / "result.json") is None


def test_events_count_the_cells(batch):
    seen = [(event.kind, event.cell, event.cells) for event in batch.events if event.job.name == "good"]
    cells = [("cell", number, 8) for number in range(2, 9)]
    assert seen == [("started", 0, 0), *cells, ("finished", 0, 0)]
    finished = {event.job.name: event.result for event in batch.events if event.kind == "finished"}
    assert finished["hangs"] == batch.results["hangs"]


def test_what_a_notebook_leaves_running_ends_with_it(batch):
    assert gone([facts(batch.results["good"])["child"], facts(batch.results["good"])["pid"]])


def test_unusable_input_says_what_and_where_in_one_line(batch):
    failure = batch.results["raises"].failure
    assert failure.message == (
        "users.csv: no connection to postgresql://me:${RUN_TEST_PASSWORD}@host, accepted: one that answers"
    )
    assert failure.cell == 5
    assert read_failure(batch.directory("raises") / "result.json") == failure
    cells = batch.cells("raises")
    assert cells[4]["outputs"][0]["ename"] == "TableError"
    assert cells[5]["metadata"]["tags"] == ["engagement-failure"]
    assert "unusable input" in "".join(cells[5]["source"])
    assert cells[6]["outputs"] == []
    assert not (batch.directory("raises") / "old").exists()


def test_a_hanging_run_is_ended_with_all_it_started(batch):
    result = batch.results["hangs"]
    assert result.failure.message == "stopped after 30 s, in cell 5"
    assert result.seconds < TIMEOUT + 15
    assert gone(json.loads((result.directory / "private" / "pids.json").read_text()))
    cells = batch.cells("hangs")
    # what it printed before is kept
    assert cells[4]["outputs"][0]["text"] == ["before the hang\n"]
    assert "stopped after 30 s, in cell 5" in "".join(cells[5]["source"])


def test_a_killed_kernel_is_reported_with_its_signal_and_cell(batch):
    failure = batch.results["killed"].failure
    assert failure.message == "the kernel was killed by SIGKILL, in cell 5"
    assert batch.cells("killed")[3]["outputs"][0]["text"] == ["soon\n"]


def test_a_run_that_eats_its_memory_fails_alone(batch):
    failure = batch.results["eats"].failure
    assert failure.message.startswith("MemoryError")
    assert failure.cell == 5


def test_a_crashed_worker_takes_its_kernel_along_and_leaves_a_notebook(batch):
    result = batch.results["crashes"]
    assert result.failure.message == "the worker was killed by SIGKILL, in cell 5"
    assert gone(json.loads((result.directory / "private" / "pids.json").read_text()))
    assert any("engagement-failure" in c["metadata"].get("tags", []) for c in batch.cells("crashes"))


def test_files_that_must_not_be_published_fail_the_run_and_are_removed(batch):
    message = batch.results["leaks"].failure.message
    assert "downloads/image.bin carries the value of ${RUN_TEST_PASSWORD}" in message
    assert "downloads/link.csv is a link" in message
    assert [p.name for p in (batch.directory("leaks") / "downloads").iterdir()] == ["fine.csv"]


def test_a_notebook_that_ends_itself_early_has_failed(batch):
    failure = batch.results["exits"].failure
    assert (failure.message, failure.cell) == ("SystemExit: 0", 5)


def test_a_notebook_that_cannot_be_read_fails_before_a_kernel_starts(tmp_path):
    job = make_job(tmp_path, "missing", GOOD)
    job.notebook.unlink()
    result = run_job(job, "k", tmp_path / "runs")
    assert (result.failure.kind, result.failure.cell) == ("error", None)
    assert "FileNotFoundError" in result.failure.message
    executed = json.loads((result.directory / "executed.ipynb").read_text())
    assert "This report is not finished (error)" in executed["cells"][0]["source"]


def test_a_stopped_run_leaves_nothing(tmp_path):
    stop = threading.Event()
    job = make_job(tmp_path, "stopped", HANGS)
    with pytest.raises(CancelledError):
        run_job(job, "k", tmp_path / "runs", on_event=lambda event: stop.set(), stop=stop)
    assert list((tmp_path / "runs").iterdir()) == []


def test_closing_the_iterator_ends_what_runs(tmp_path):
    missing, waits = make_job(tmp_path, "missing", GOOD), make_job(tmp_path, "waits", HANGS)
    missing.notebook.unlink()
    results = execute_all(
        [(missing, "m"), (waits, "w")], tmp_path / "runs", workers=2, on_event=lambda _: None
    )
    assert next(results).job.name == "missing"
    results.close()
    left = psutil.process_iter(["cmdline"])
    assert not [p for p in left if str(tmp_path) in " ".join(p.info["cmdline"] or [])]
    assert not (tmp_path / "runs" / "w.partial").exists()


def test_a_run_that_cannot_be_kept_is_a_failure_of_its_own(tmp_path, monkeypatch):
    def full(*arguments):
        msg = "No space left on device"
        raise OSError(msg)

    monkeypatch.setattr(execution.environment, "prepare", full)
    job = make_job(tmp_path, "good", GOOD)
    (result,) = execute_all([(job, "k")], tmp_path / "runs", workers=1, on_event=lambda _: None)
    assert result.failure.message == "OSError: No space left on device"


SUITE = """
import sys
from pathlib import Path
from engagement_utils.suite.execution.runs import run_job
from engagement_utils.suite.job import Job

folder = Path(sys.argv[1])
run_job(Job("hangs", "Hangs", folder / "hangs.ipynb", folder / "hangs.yml", {}), "k", folder / "runs")
"""


def test_workers_and_kernels_die_with_the_suite(tmp_path):
    write_notebook(tmp_path / "hangs.ipynb", HANGS)
    suite = subprocess.Popen([sys.executable, "-c", SUITE, str(tmp_path)])
    said = tmp_path / "runs" / "k.partial" / "private" / "pids.json"
    try:
        deadline = time.monotonic() + 60
        while not (said.exists() and said.read_text()) and time.monotonic() < deadline:
            time.sleep(0.1)
        pids = json.loads(said.read_text())
        assert all(psutil.pid_exists(pid) for pid in pids)
    finally:
        suite.send_signal(signal.SIGKILL)
        suite.wait()
    assert gone(pids)
