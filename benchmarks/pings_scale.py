"""Score and group 20 million events in DuckDB: our Ibis expressions against SQL written by hand.

`python -m benchmarks.pings_scale [--rows 20000000] [--repeats 3]` generates the events as Parquet, lets both
sides take turns in one process (the ratio of their medians is the result), and measures the peak memory of
ours in a process of its own. To reach: a ratio of at most 3, and less than 4 GB.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis

from benchmarks import page, race
from benchmarks.goals import Goal, record
from benchmarks.timing import machine, peak
from engagement_utils.pings import measures
from engagement_utils.pings.measures import EVENT_WEIGHTS, Settings
from engagement_utils.pings.sample import generate
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
    scored = measures.score_events(tables["interactions"], tables["pings"], EVENT_WEIGHTS)
    expressions = {
        "by ping": measures.ping_totals(scored, tables["pings"]),
        "by user and ping": measures.pair_engagement(scored),
    }
    return {name: str(ibis.to_sql(e, dialect="duckdb")) for name, e in expressions.items()}


def opened(folder: Path) -> tuple[Any, dict[str, ibis.Table]]:
    """A connection as the report opens it, with the generated tables."""
    connection = connect("duckdb://")
    names = ("users", "pings", "interactions")
    return connection, {n: connection.read_parquet(folder / f"{n}.parquet", table_name=n) for n in names}


def checksum(connection: Any, name: str, side: str) -> tuple[int, float]:
    """Rows and total score of the last result: both sides must agree."""
    column = "engagement_score" if side == "ours" else "score"
    rows, total = connection.raw_sql(f"SELECT count(*), sum({column}) FROM result").fetchall()[0]
    return rows, round(total, 3)


def alone(folder: Path) -> None:
    """Ours only, for its peak memory."""
    connection, tables = opened(folder)
    for query in ours(tables).values():
        race.timed(connection, query)


def checked(folder: Path) -> None:
    """The whole way in: read with every check, then score and group."""
    paths = {name: str(folder / f"{name}.parquet") for name in ("users", "pings", "interactions")}
    dataset = read_tables(paths, schemas(Settings()), aside=folder / "aside")
    for query in ours(dict(dataset.tables)).values():
        race.timed(dataset.connection, query)


ALONE: dict[str, Callable[[Path], None]] = {
    "score and group": alone,
    "read with every check, score and group": checked,
}


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
        if race.still_to_make(folder, "interactions.parquet"):
            exposures = round(given.rows / EVENTS_AN_EXPOSURE)
            truth = generate.Truth(users=100_000, pings=2_000, exposures=exposures, pull=1.0)
            generate.write(truth, folder, form="parquet")
        connection, tables = opened(folder)
        rows = int(tables["interactions"].count().to_pandas())
        laps = race.race(connection, ours(tables), BARE, checksum, given.repeats)
        connection.disconnect()
        memory = {what: race.alone("pings_scale", "--only", what, "--folder", str(folder)) for what in ALONE}
    text = f"{rows:,} events, medians of {given.repeats}; {machine()}.\n\n{race.shown(laps, memory)}"
    print(text)
    page.write("pings", "scale", text)
    return record(
        "pings_scale",
        [
            Goal(f"{rows:,} events, times SQL by hand", race.together(laps).ratio, RATIO),
            Goal(f"{rows:,} events, GB", memory["score and group"]["gigabytes"], GIGABYTES),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
