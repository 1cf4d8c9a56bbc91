"""What makes a process unfit to be forked from. Each case imports a module of its own in a fresh process."""

import subprocess
import sys

import pytest

from engagement_utils.suite.execution.warm import guard

pytestmark = pytest.mark.skipif(not guard.supported({}), reason="kernels are forked on Linux only")

DRIVER = """
import os, sys
sys.path.insert(0, {folder!r})
from engagement_utils.suite.execution.warm import guard
try:
    print("added", guard.preload(["subject", "subject.name", "no_such_library.part"]))
    print("loaded", "subject" in sys.modules)
except guard.UnsafeError as error:
    print("unsafe:", error)
"""


def outcome(folder, source):
    (folder / "subject.py").write_text(source)
    done = subprocess.run(
        [sys.executable, "-c", DRIVER.format(folder=str(folder))], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_quiet_import_is_fine_and_its_variables_are_told(tmp_path):
    said = outcome(tmp_path, "import os\nname = 1\nos.environ['NEW'] = 'x'")
    assert said == "added {'NEW': 'x'}\nloaded True"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("print('hello')", "says 'hello'"),
        ("import os\nos.write(2, b'low')", "says 'low'"),
        ("import warnings\nwarnings.warn('careful')", "careful"),
        ("import warnings\nwarnings.warn('old', DeprecationWarning, stacklevel=2)", "says"),
        ("1 / 0", "raised ZeroDivisionError"),
        ("import not_there_either", "raised ModuleNotFoundError"),
        ("import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()", "threads"),
        ("import socket\nkept = socket.socket()", "open files"),
        ("import sqlite3\nkept = sqlite3.connect('file.db')", "open files"),
        ("import subprocess\nkept = subprocess.Popen(['sleep', '5'])", "child processes"),
        ("import os\nos.chdir('/')", "the working directory"),
        ("import os\nos.environ['PATH'] = ''", "environment variables: PATH"),
        ("import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)", "signal handlers"),
        ("import os\nos.umask(0o007)", "the umask"),
        ("import zmq\nzmq.Context.instance()", ""),
    ],
)
def test_an_import_with_effects_is_refused(tmp_path, monkeypatch, source, why):
    monkeypatch.chdir(tmp_path)
    said = outcome(tmp_path, source)
    assert said.startswith("unsafe: an import"), said
    assert why in said


def test_kernels_are_forked_unless_it_is_said_otherwise(monkeypatch):
    assert guard.supported({})
    assert not guard.supported({"ENGAGEMENT_KERNELS": "fresh"})
    monkeypatch.setattr(guard.sys, "platform", "darwin")
    assert not guard.supported({})
