"""The clock of the second run, in a process of its own."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from engagement_utils.suite.verify import clock

PYTHON = "import datetime; print(datetime.datetime.now(datetime.UTC).date())"
DUCKDB = "import duckdb; print(duckdb.sql('SELECT epoch_ms(epoch_ms(now()))::DATE').fetchall()[0][0])"
WAITS = """import zmq
context = zmq.Context()
one, other = context.socket(zmq.PAIR), context.socket(zmq.PAIR)
one.connect(f"tcp://127.0.0.1:{other.bind_to_random_port('tcp://127.0.0.1')}")
one.send(b"")
print(other.poll(20_000), other.recv(), other.poll(50))"""


def said(code: str, folder: Path) -> str:
    environment = clock.shift(os.environ, folder / "clock")
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True, timeout=60
    ).stdout.strip()


def ahead() -> set[str]:
    """The dates that may be read, should midnight pass meanwhile."""
    then = datetime.now(UTC) + timedelta(clock.DAYS)
    return {str((then - timedelta(minutes=m)).date()) for m in (0, 2)}


def test_python_is_ahead_with_time_machine(tmp_path, monkeypatch):
    pytest.importorskip("time_machine", reason="time-machine is not installed (extra `test`)")
    monkeypatch.setenv(clock.VARIABLE, "")
    assert clock.library() is None
    assert clock.shifted() == "for Python"
    assert said(PYTHON, tmp_path) in ahead()


@pytest.mark.skipif(not clock.library(), reason="libfaketime is not installed")
@pytest.mark.parametrize("code", [PYTHON, DUCKDB])
def test_every_library_is_ahead_with_libfaketime(code, tmp_path):
    assert clock.shifted() == "for every library"
    assert said(code, tmp_path) in ahead()


@pytest.mark.skipif(not clock.library(), reason="libfaketime is not installed")
def test_messages_arrive_under_libfaketime(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    assert said(WAITS, tmp_path) == "1 b'' 0"


def test_a_library_that_is_named_is_taken_and_stands_before_others(tmp_path, monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "/some/lib.so")
    changed = clock.shift({"LD_PRELOAD": "other.so"}, tmp_path / "clock")
    assert changed == {"LD_PRELOAD": "/some/lib.so:other.so", "FAKETIME": f"+{clock.DAYS}d"}
    assert not (tmp_path / "clock").exists()


def test_nothing_installed_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv(clock.VARIABLE, "")
    monkeypatch.setattr(clock.importlib.util, "find_spec", lambda name: None)
    assert clock.shifted() == ""
    assert clock.shift({"A": "1"}, tmp_path / "clock") == {"A": "1"}
