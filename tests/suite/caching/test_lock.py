import json
import subprocess
import sys
import threading
import time

import pytest

from engagement_utils.errors import LockedError
from engagement_utils.suite.caching import lock
from engagement_utils.suite.caching.lock import hold, holder

HOLDER = """
import sys, time
from pathlib import Path
from engagement_utils.suite.caching.lock import hold
with hold(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def held(tmp_path):
    """A lock file and the process that holds it."""
    path = tmp_path / "cache" / "lock"
    arguments = ["run", "--set", "a.password=hunter2", "postgresql://me:hunter2@host/db"]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path), *arguments], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"held\n"
        yield path, process
        process.kill()


def test_a_second_run_is_told_who_holds_the_lock(held):
    path, process = held
    with (
        pytest.raises(LockedError, match=f"another run holds .*: process {process.pid} on ") as raised,
        hold(path, False),
    ):
        pass
    assert "run --set a.password=…" in str(raised.value)
    assert "hunter2" not in str(raised.value) + path.with_name("lock.holder.json").read_text()


def test_waiting_ends_after_the_seconds_given(held):
    path, process = held
    waits = []
    begun = time.monotonic()
    with pytest.raises(LockedError), hold(path, 0.5, waits.append):
        pass
    assert 0.5 <= time.monotonic() - begun < 5
    assert [who.pid for who in waits] == [process.pid]


def test_the_lock_of_a_killed_holder_is_free(held):
    path, process = held
    waits = []

    def kill(who):
        waits.append(who)
        threading.Timer(0.2, process.kill).start()

    with hold(path, True, kill):
        assert [who.pid for who in waits] == [process.pid]
        assert holder(path).pid != process.pid
    # and it is free again, with no name left on it
    with hold(path, False):
        pass
    assert [entry.name for entry in path.parent.iterdir()] == ["lock"]


def test_a_free_lock_is_held_without_waiting(tmp_path):
    waits = []
    with hold(tmp_path / "lock", True, waits.append):
        assert holder(tmp_path / "lock").command
    assert waits == []


def test_the_name_of_a_dead_holder_is_not_believed(tmp_path):
    with subprocess.Popen(["true"]) as dead:
        pass
    me = vars(lock._me())
    (tmp_path / "lock.holder.json").write_text(json.dumps({**me, "pid": dead.pid}))
    assert holder(tmp_path / "lock", patience=0.1) is None
    (tmp_path / "lock.holder.json").write_text(json.dumps({**me, "pid": dead.pid, "host": "another"}))
    assert holder(tmp_path / "lock", patience=0.1).pid == dead.pid
    (tmp_path / "lock.holder.json").write_text("{")
    assert holder(tmp_path / "lock", patience=0.1) is None
