"""How long a command takes, and how much processor time it and everything that it starts uses."""

import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engagement_utils.suite.execution import process


@dataclass(frozen=True)
class Took:
    """One measurement: seconds of the clock, and of processors."""

    wall: float
    cpu: float

    def __add__(self, other: "Took") -> "Took":
        return Took(self.wall + other.wall, self.cpu + other.cpu)


def measured(command: Sequence[str], cwd: Path, environ: Mapping[str, str]) -> Took:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it failed; the error holds what it wrote to standard error.
    """
    process.adopt_orphans()  # so that the time of all descendants comes here
    before, begun = _children(), time.perf_counter()
    subprocess.run(command, cwd=cwd, env=dict(environ), capture_output=True, text=True, check=True)
    wall = time.perf_counter() - begun
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    took = Took(wall, _children() - before)
    # as it goes: a run of an hour that is stopped has told what it measured
    print(
        f"{took.wall:8.2f} s {took.cpu:8.2f} CPU s  {' '.join(command[1:])[:100]}",
        file=sys.stderr,
        flush=True,
    )
    return took


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """Gigabytes that this process held at most; `ru_maxrss` would count its parent's before the start."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**3


def machine(load: bool = True) -> str:
    """Processor, cores, memory, Python, and how busy others keep the machine."""
    model = platform.processor() or platform.machine()
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{model}, {process.cores()} cores, {memory:.0f} GB; {platform.system()}, Python "
        f"{platform.python_version()}" + (f"; load average {os.getloadavg()[0]:.1f}" if load else "")
    )
