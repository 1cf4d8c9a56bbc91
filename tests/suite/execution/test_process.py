import importlib
import os
import resource
import subprocess
import sys
import time

import psutil
import pytest

from engagement_utils.suite.execution import process

# a process that adopts orphans, with a child in another session whose own child's parent is gone
FAMILY = """
import os, signal, subprocess, sys, time
from engagement_utils.suite.execution import process
process.adopt_orphans()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = "import subprocess; print(subprocess.Popen(['sleep', '300'], start_new_session=True).pid, flush=True)"
subprocess.run([sys.executable, "-c", child])
subprocess.Popen(["sleep", "300"], start_new_session=True)
print("up", flush=True)
time.sleep(300)
"""


@pytest.fixture
def family():
    with subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, start_new_session=True
    ) as root:
        orphan = int(root.stdout.readline())
        assert root.stdout.readline() == b"up\n"
        yield root, orphan
        process.end_tree(root.pid)


def living(pid: int) -> list[psutil.Process]:
    return [p for p in psutil.Process(pid).children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]


def test_descendants_are_ended_and_the_root_stays(family):
    root, orphan = family
    assert orphan in [p.pid for p in living(root.pid)]
    assert len(living(root.pid)) == 2
    process.end_descendants(root.pid)
    assert living(root.pid) == []
    assert root.poll() is None


def test_a_tree_is_ended_to_the_last_leaf(family):
    root, _ = family
    leaves = living(root.pid)
    process.end_tree(root.pid)
    root.wait(5)
    _, alive = psutil.wait_procs(leaves, timeout=5)
    assert alive == []
    process.end_tree(root.pid)  # what is gone is no error


def run(code: str) -> str:
    code = "from engagement_utils.suite.execution import process\n" + code
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def test_memory_is_limited():
    limit = 2 << 30
    code = f"import resource\nprocess.limit_memory({limit})\nprint(resource.getrlimit(resource.RLIMIT_AS)[0])"
    assert run(code) == str(limit)
    before = resource.getrlimit(resource.RLIMIT_AS)
    process.limit_memory(None)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has an OOM killer to talk to")
def test_the_oom_killer_is_offered_the_run():
    assert run("process.offer_to_oom_killer(700)\nprint(open('/proc/self/oom_score_adj').read())") == "700"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="prctl is Linux's")
def test_a_process_whose_parent_is_gone_ends_at_once():
    code = "import signal\nprocess.die_with_parent(signal.SIGKILL, 1 << 22)\nprint('alive')"
    ended = subprocess.run(
        [sys.executable, "-c", f"from engagement_utils.suite.execution import process\n{code}"], check=False
    )
    assert ended.returncode == 1
    assert run(code.replace("1 << 22", str(os.getpid()))) == "alive"


def test_kills_for_want_of_memory_are_counted(tmp_path):
    (tmp_path / "vmstat").write_text("nr_free_pages 1\noom_kill 42\nother 1\n")
    assert process.oom_kills(tmp_path / "vmstat") == 42
    assert process.oom_kills(tmp_path / "none") == 0
    assert process.oom_kills() >= 0


def test_ending_takes_no_longer_than_it_must(family):
    root, _ = family
    begun = time.monotonic()
    process.end_tree(root.pid)
    assert time.monotonic() - begun < 2


def test_a_hidden_module_cannot_be_imported_and_can_be_again(monkeypatch):
    monkeypatch.setattr(process, "UNUSED", ("colorsys", "json"))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with process.without_unused():
        assert "json" in sys.modules  # what is there stays
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("colorsys")
    assert importlib.import_module("colorsys")
