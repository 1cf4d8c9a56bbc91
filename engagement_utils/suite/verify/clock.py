"""The second run's clock, put forward: by libfaketime for all that its processes do, else for Python alone.

Debian's `faketime` brings the library, which takes the place of the C library's clocks in DuckDB, Typst and
whatever else a process loads; pandoc is linked without one and reads no time. time-machine, which comes with
the tests, shifts what Python code sees.
"""

import importlib.util
import os
import sys
from collections.abc import Mapping
from pathlib import Path

DAYS = 400  # another year and another weekday
VARIABLE = "ENGAGEMENT_FAKETIME"  # path of libfaketime's library; "" for none
PLACES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib*/faketime/libfaketimeMT.so.1")
# what Python runs as it starts, in the suite, its workers and kernels alike
CODE = f"""\
import time
import time_machine
time_machine.travel(time.time() + {DAYS * 86_400}, tick=True).start()
"""
_PYTHON = "for Python"


def library(environ: Mapping[str, str] | None = None) -> Path | None:
    """libfaketime's library for processes with threads, where it is installed."""
    given = (os.environ if environ is None else environ).get(VARIABLE)
    if given is not None:
        return Path(given) if given else None
    if not sys.platform.startswith("linux"):
        return None
    root = Path("/")
    found = (path for place in PLACES for path in sorted(root.glob(place.lstrip("/"))))
    return next(found, None)


def shifted() -> str:
    """For whom the clock can be put forward, as words; "" for nobody."""
    if library():
        return "for every library"
    return _PYTHON if importlib.util.find_spec("time_machine") else ""


def shift(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment with which processes have a clock `DAYS` days ahead, as far as that can be done.

    Args:
        environment: of the run.
        folder: is made, if Python is to find a file in it.
    """
    changed = dict(environment)
    if preload := library():
        # monotonic clocks go ahead with the others: with these alone as they are, ZeroMQ waits for ever
        changed.pop("FAKETIME_DONT_FAKE_MONOTONIC", None)
        others = filter(None, [changed.get("LD_PRELOAD")])
        return changed | {"FAKETIME": f"+{DAYS}d", "LD_PRELOAD": ":".join([str(preload), *others])}
    if shifted():
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(CODE, encoding="utf-8")
        paths = [str(folder), *filter(None, [changed.get("PYTHONPATH")])]
        changed["PYTHONPATH"] = os.pathsep.join(paths)
    return changed
