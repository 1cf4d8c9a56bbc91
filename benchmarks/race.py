"""Our Ibis expressions against SQL written by hand: in turns in one connection, the results compared."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.page import table

Check = Callable[[Any, str, str], object]  # of the last result: connection, name, side


@dataclass(frozen=True)
class Lap:
    """Median seconds of both sides for one query."""

    name: str
    ours: float
    bare: float

    @property
    def ratio(self) -> float:
        """Ours over the SQL by hand."""
        return self.ours / self.bare


def race(
    connection: Any, ours: Mapping[str, str], bare: Mapping[str, str], check: Check, repeats: int
) -> list[Lap]:
    """Both sides of each query of `bare`, in turns, after a warm-up each.

    Raises:
        AssertionError: the two results differ in what `check` gives of them.
    """
    laps = []
    for name, by_hand in bare.items():
        seconds: dict[str, list[float]] = {"ours": [], "bare": []}
        for repeat in range(repeats + 1):
            found = {}
            for side, query in (("ours", ours[name]), ("bare", by_hand)):
                took = timed(connection, query)
                if repeat:
                    seconds[side].append(took)
                found[side] = check(connection, name, side)
            if found["ours"] != found["bare"]:
                msg = f"{name}: ours gives {found['ours']}, the SQL by hand {found['bare']}"
                raise AssertionError(msg)
        laps.append(Lap(name, *(statistics.median(seconds[side]) for side in ("ours", "bare"))))
    return laps


def together(laps: list[Lap]) -> Lap:
    """The sum of all."""
    return Lap("all", sum(lap.ours for lap in laps), sum(lap.bare for lap in laps))


def timed(connection: Any, query: str) -> float:
    """Seconds that DuckDB takes to make a table, `result`, of a query's result."""
    start = time.perf_counter()
    connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE result AS {query}")
    return time.perf_counter() - start


def alone(module: str, *arguments: str) -> dict[str, Any]:
    """What a benchmark's process of its own prints as its last line: seconds and gigabytes."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def shown(laps: list[Lap], memory: Mapping[str, Mapping[str, float]]) -> str:
    """Both as Markdown tables; `memory` holds what `alone` gave, by what was done."""
    rows = [(lap.name, f"{lap.ours:.2f}", f"{lap.bare:.2f}", f"{lap.ratio:.2f}") for lap in laps]
    whole = together(laps)
    rows.append((whole.name, f"{whole.ours:.2f}", f"{whole.bare:.2f}", f"**{whole.ratio:.2f}**"))
    own = [(name, f"{m['seconds']:.1f}", f"{m['gigabytes']:.2f}") for name, m in memory.items()]
    return "\n\n".join(
        [
            table(("grouped", "ours (s)", "SQL by hand (s)", "ratio"), rows),
            table(("a process of its own", "seconds", "peak memory (GB)"), own),
        ]
    )


def still_to_make(folder: Path, name: str) -> bool:
    """Whether the file is still to be generated; makes its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return not (folder / name).is_file()
