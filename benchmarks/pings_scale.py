"""Score and group 20 million events in DuckDB: our Ibis expressions against SQL written by hand.

`python -m benchmarks.pings_scale [--rows 20000000] [--repeats 3]` generates the events as Parquet, lets both
sides take turns in one process (the ratio of their medians is the result), and measures the peak memory of
ours in a process of its own. To reach: a ratio of at most 3, and less than 4 GB.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis

from engagement_utils.pings import metrics, sample
from engagement_utils.pings.events import EVENT_WEIGHTS
from engagement_utils.pings.schema import schemas
from engagement_utils.tables.engines import connect
from engagement_utils.tables.reading import read_tables

EVENTS_AN_EXPOSURE = 1.74  # of the generator's rates: impression, view, action, follow
RATIO, GIGABYTES = 3.0, 4.0  # to reach

CASES = "\n".join(f"WHEN '{kind}' THEN {weight!r}::DOUBLE" for kind, weight in EVENT_WEIGHTS.items())
SCORED = f"""
    SELECT i.user_id, i.ping_id, i.watch_time_sec, p.duration_sec,
           CASE i.event_type {CASES} END AS weight,
           least(coalesce(i.watch_time_sec::DOUBLE / nullif(p.duration_sec::DOUBLE, 0), 0), 1) AS ratio
    FROM interactions i LEFT JOIN pings p USING (ping_id)"""
BARE = {
    "by ping": f"""
        SELECT ping_id, sum(weight + ratio) AS score, sum(ratio) AS ratio, count(*) AS events,
               count(DISTINCT user_id) AS users
        FROM ({SCORED}) GROUP BY ping_id""",
    "by user and ping": f"""
        SELECT user_id, ping_id, sum(weight + ratio) AS score, sum(watch_time_sec::DOUBLE) AS watched,
               max(duration_sec) AS duration
        FROM ({SCORED}) GROUP BY user_id, ping_id""",
}


def ours(tables: dict[str, ibis.Table]) -> dict[str, str]:
    """The report's own expressions, as SQL."""
    scored = metrics.score_events(tables["interactions"], tables["pings"], EVENT_WEIGHTS)
    expressions = {
        "by ping": metrics.ping_totals(scored, tables["pings"]),
        "by user and ping": metrics.pair_engagement(scored),
    }
    return {name: str(ibis.to_sql(e, dialect="duckdb")) for name, e in expressions.items()}


def opened(folder: Path) -> tuple[Any, dict[str, ibis.Table]]:
    """A connection as the report opens it, with the generated tables."""
    connection = connect("duckdb://")
    names = ("users", "pings", "interactions")
    return connection, {n: connection.read_parquet(folder / f"{n}.parquet", table_name=n) for n in names}


def timed(connection: Any, query: str) -> float:
    """Seconds that DuckDB takes to make a table of a query's result."""
    start = time.perf_counter()
    connection.raw_sql(f"CREATE OR REPLACE TEMP TABLE result AS {query}")
    return time.perf_counter() - start


def checksum(connection: Any, column: str) -> tuple[int, float]:
    """Rows and total score of the last result: both sides must agree."""
    rows, total = connection.raw_sql(f"SELECT count(*), sum({column}) FROM result").fetchall()[0]
    return rows, round(total, 3)


def race(folder: Path, repeats: int) -> list[dict[str, Any]]:
    """Both sides in turns, after a warm-up each."""
    connection, tables = opened(folder)
    rows = []
    for name, query in ours(tables).items():
        seconds: dict[str, list[float]] = {"ours": [], "bare": []}
        for repeat in range(repeats + 1):
            for side, text, column in (("ours", query, "engagement_score"), ("bare", BARE[name], "score")):
                took = timed(connection, text)
                if repeat:
                    seconds[side].append(took)
                found = checksum(connection, column)
                if side == "ours":
                    expected = found
        if found[1] != expected[1]:
            msg = f"{name}: ours gives {expected}, the SQL by hand {found}"
            raise AssertionError(msg)
        mine, bare = (statistics.median(seconds[s]) for s in ("ours", "bare"))
        rows.append({"grouped": name, "ours": mine, "bare": bare, "ratio": mine / bare})
    return rows


def alone(folder: Path) -> None:
    """Ours only, for its peak memory."""
    connection, tables = opened(folder)
    for query in ours(tables).values():
        timed(connection, query)


def checked(folder: Path) -> None:
    """The whole way in: read with every check, then score and group."""
    paths = {name: str(folder / f"{name}.parquet") for name in ("users", "pings", "interactions")}
    dataset = read_tables(paths, schemas(EVENT_WEIGHTS), aside=folder / "aside")
    for query in ours(dict(dataset.tables)).values():
        timed(dataset.connection, query)


ALONE: dict[str, Callable[[Path], None]] = {"alone": alone, "checked": checked}


def measured(folder: Path, what: str) -> dict[str, float]:
    """Seconds and peak gigabytes of a process that does one thing."""
    command = [sys.executable, "-m", "benchmarks.pings_scale", "--only", what, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def peak() -> float:
    """Gigabytes that this process held at most; `ru_maxrss` would count its parent's before the start."""
    status = Path("/proc/self/status")
    if status.is_file():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024**2
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**3


def report(rows: int, races: list[dict[str, Any]], memory: dict[str, dict[str, float]]) -> str:
    """The results as Markdown."""
    lines = [f"{rows:,} events, median of the repeats, both sides in turns in one process:", ""]
    lines += ["| grouped | ours (s) | SQL by hand (s) | ratio |", "|---|---:|---:|---:|"]
    lines += [f"| {r['grouped']} | {r['ours']:.2f} | {r['bare']:.2f} | {r['ratio']:.2f} |" for r in races]
    mine, bare = sum(r["ours"] for r in races), sum(r["bare"] for r in races)
    lines += [f"| both | {mine:.2f} | {bare:.2f} | **{mine / bare:.2f}** |", ""]
    lines += ["| a process of its own | seconds | peak memory (GB) |", "|---|---:|---:|"]
    names = {"alone": "score and group", "checked": "read with every check, score and group"}
    lines += [f"| {names[k]} | {m['seconds']:.1f} | {m['gigabytes']:.2f} |" for k, m in memory.items()]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=20_000_000, help="events, about")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="keep the generated files here, or use those that are here"
    )
    parser.add_argument("--only", choices=ALONE, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.only:
        start = time.perf_counter()
        ALONE[given.only](given.folder)
        print(json.dumps({"seconds": time.perf_counter() - start, "gigabytes": peak()}))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        if not (folder / "interactions.parquet").is_file():
            exposures = round(given.rows / EVENTS_AN_EXPOSURE)
            truth = sample.Truth(users=100_000, pings=2_000, exposures=exposures, pull=1.0)
            sample.write(truth, folder, form="parquet")
        connection, tables = opened(folder)
        rows = int(tables["interactions"].count().to_pandas())
        connection.disconnect()
        races = race(folder, given.repeats)
        memory = {what: measured(folder, what) for what in ALONE}
    print(report(rows, races, memory))
    ratio = sum(r["ours"] for r in races) / sum(r["bare"] for r in races)
    reached = ratio <= RATIO and memory["alone"]["gigabytes"] < GIGABYTES
    print(f"\n{'reached' if reached else 'missed'}: a ratio of at most {RATIO:g} and under {GIGABYTES:g} GB")
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
