"""Score and group 50 million sessions in DuckDB: our Ibis expressions against SQL written by hand.

`python -m benchmarks.activity_scale [--rows 50000000] [--repeats 3]` generates sessions and recommendations
as Parquet, lets both sides take turns in one process (the ratio of their medians is the result), and measures
the peak memory of ours in a process of its own. To reach: a ratio of at most 3, and less than 6 GB.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import ibis

from benchmarks import page, race
from benchmarks.goals import Goal, record
from benchmarks.timing import machine, peak
from engagement_utils.activity import scoring
from engagement_utils.activity.questions import session_times, weekly_trend
from engagement_utils.tables.engines import connect

RATIO, GIGABYTES = 3.0, 6.0  # to reach
NAMES = ("activity", "recommendations")
TYPES = ["blog", "podcast", "video"]

# the published query as one writes it for DuckDB: // divides whole numbers there
SCORED = """
    WITH users AS (
        SELECT user_id, array_agg(recommendation_type) AS types, count(*) AS n,
               array_to_string(list_sort(list_distinct(types)), ' + ') AS combination,
               round(avg(click_through_rate), 2) AS ctr, round(avg(feedback_score), 2) AS feedback
        FROM recommendations GROUP BY user_id)
    SELECT a.*, u.types, u.n, coalesce(u.combination, 'none') AS combination,
           CASE WHEN u.n IS NULL THEN a.resources_clicked // a.session_length
                WHEN a.resources_clicked = 0 THEN 0 ELSE a.resources_clicked // u.n END AS rate,
           round((session_length + messages_sent + feedback_rating + resources_clicked + rate) * 0.2, 2)
               AS score
    FROM activity a LEFT JOIN users u USING (user_id)"""
BARE = {
    "by week": f"""
        SELECT date_trunc('week', timestamp) AS week, count(*) AS n, avg(score) AS mean,
               stddev_samp(score) AS sd
        FROM ({SCORED}) GROUP BY 1""",
    "by combination": f"""
        SELECT combination, count(*) AS n, avg(score) AS mean, stddev_samp(score) AS sd
        FROM ({SCORED}) GROUP BY 1""",
    "by hour": "SELECT isodow(timestamp) - 1 AS day, hour(timestamp) AS hour, count(*) AS n "
    "FROM activity GROUP BY 1, 2",
}


def by_combination(scored: ibis.Table) -> ibis.Table:
    """Sessions, mean and standard deviation of the published score by combination."""
    value = scored.user_engagement_score.cast("float64")
    return (
        scored.select("combination", value=value)
        .group_by("combination")
        .agg(n=lambda t: t.count(), mean=lambda t: t.value.mean(), sd=lambda t: t.value.std(how="sample"))
    )


def ours(tables: dict[str, ibis.Table]) -> dict[str, str]:
    """The report's own expressions, as SQL."""
    scored = scoring.score_sessions(tables["activity"], tables["recommendations"], TYPES)
    expressions = {
        "by week": weekly_trend.by_week(scored, "user_engagement_score"),
        "by combination": by_combination(scored),
        "by hour": session_times.by_hour(tables["activity"]),
        "corrected, by week": weekly_trend.by_week(scoring.correct_sessions(scored), "corrected_score"),
    }
    return {name: str(ibis.to_sql(e, dialect="duckdb")) for name, e in expressions.items()}


def generate(folder: Path, rows: int) -> None:
    """Sessions of a fifth as many users, and recommendations for a third of those."""
    connection = connect("duckdb://")
    users = max(10, rows // 5)
    connection.raw_sql(f"""
        COPY (SELECT (hash(n) % {users})::BIGINT AS user_id, n AS session_id,
                     TIMESTAMP '2024-01-01' + to_seconds((hash(n + 1) % 34214400)::BIGINT) AS timestamp,
                     (5 + hash(n + 2) % 137)::BIGINT AS session_length,
                     (1 + hash(n + 3) % 85)::BIGINT AS messages_sent,
                     (1 + hash(n + 4) % 6)::BIGINT AS feedback_rating,
                     (hash(n + 5) % 7)::BIGINT AS resources_clicked
              FROM range({rows}) r(n)) TO '{folder / "activity.parquet"}' (FORMAT parquet)""")
    connection.raw_sql(f"""
        COPY (SELECT n AS recommendation_id, (hash(n) % {users // 3})::BIGINT AS user_id,
                     {TYPES!r}[1 + (hash(n + 1) % 3)::BIGINT] AS recommendation_type,
                     (10 + hash(n + 2) % 91) / 100 AS click_through_rate,
                     (10 + hash(n + 3) % 41) / 10 AS feedback_score
              FROM range({users // 2}) r(n)) TO '{folder / "recommendations.parquet"}' (FORMAT parquet)""")
    connection.disconnect()


def opened(folder: Path) -> tuple[Any, dict[str, ibis.Table]]:
    """A connection as the report opens it, with the generated tables."""
    connection = connect("duckdb://")
    return connection, {n: connection.read_parquet(folder / f"{n}.parquet", table_name=n) for n in NAMES}


def checksum(connection: Any, name: str, side: str) -> tuple[float, ...]:
    """Groups, sessions and summed means of the last result: both sides must agree."""
    mean = "0" if name == "by hour" else "sum(mean)"
    rows = connection.raw_sql(f"SELECT count(*), sum(n), {mean} FROM result").fetchall()[0]
    return tuple(round(float(x), 6) for x in rows)


def alone(folder: Path) -> None:
    """All of ours, for its peak memory."""
    connection, tables = opened(folder)
    for query in ours(tables).values():
        race.timed(connection, query)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, help="keep the generated files here, or use those that are here"
    )
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.alone:
        start = time.perf_counter()
        alone(given.folder)
        print(json.dumps({"seconds": time.perf_counter() - start, "gigabytes": peak()}))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        if race.still_to_make(folder, "activity.parquet"):
            generate(folder, given.rows)
        connection, tables = opened(folder)
        rows = int(tables["activity"].count().to_pandas())
        laps = race.race(connection, ours(tables), BARE, checksum, given.repeats)
        connection.disconnect()
        memory = race.alone("activity_scale", "--alone", "--folder", str(folder))
    what = "score and group all of these, and the corrected score by week"
    text = (
        f"{rows:,} sessions, medians of {given.repeats}; {machine()}.\n\n{race.shown(laps, {what: memory})}"
    )
    print(text)
    page.write("activity", "scale", text)
    return record(
        "activity_scale",
        [
            Goal(f"{rows:,} sessions, times SQL by hand", race.together(laps).ratio, RATIO),
            Goal(f"{rows:,} sessions, GB", memory["gigabytes"], GIGABYTES),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
