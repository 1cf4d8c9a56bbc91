"""Weekly features, training, backtest and forecasts from 1 to 33 million daily rows in 24 CSV files.

`python -m benchmarks.profiles_scale [--rows 1000000 5000000 33000000] [--folder DIR]` generates
the files, or takes those in DIR/<rows>, and measures each step in a process of its own: a bare DuckDB
group-by of the files to weeks, our weekly sums and features of the same files, the published pandas
resampling on a part, and the whole: read with every check, features, backtest, training of all horizons,
forecasts of every profile. To reach: features within 2.5 times the bare group-by and under 4 GB; the whole
within 12 minutes and 8 GB. On a machine with other work to do, seconds of the processor tell more than
those of the clock: both are given.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import page
from benchmarks.goals import Goal, record
from benchmarks.timing import machine, peak
from engagement_utils.profiles.sample.generate import write_months

RATIO, FEATURES_GB, MINUTES, WHOLE_GB = 2.5, 4.0, 12.0, 8.0  # to reach
SIZES = (1_000_000, 5_000_000, 33_000_000)
PART = 1_000_000  # rows that the published resampling gets
COLUMNS = {
    "date": "DATE",
    "profile_id": "VARCHAR",
    **dict.fromkeys(
        ("followers", "posts", "engagement", "likes", "comments", "reach", "impressions"), "BIGINT"
    ),
}
BARE = """
    CREATE OR REPLACE TEMP TABLE bare AS
    SELECT profile_id, date_trunc('week', date) AS week, sum(posts) AS posts, sum(engagement) AS engagement,
           sum(likes) AS likes, sum(comments) AS comments, sum(reach) AS reach,
           sum(impressions) AS impressions, max(followers) AS followers, count(*) AS days
    FROM {scan} GROUP BY ALL"""
Facts = dict[str, Any]


def scan(folder: Path) -> str:
    """DuckDB's reader of the files, with their types."""
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    return f"read_csv('{folder}/*.csv', header = true, nullstr = 'undefined', columns = {{{types}}})"


def bare(folder: Path) -> Facts:
    """A group-by of profile and week, written by hand."""
    from engagement_utils.tables.engines import connect

    connection = connect("duckdb://")
    connection.raw_sql(BARE.format(scan=scan(folder))).fetchall()
    return {"weeks": connection.raw_sql("SELECT count(*) FROM bare").fetchall()[0][0]}


def features(folder: Path) -> Facts:
    """Our weeks and features of the same files, through the report's own expressions."""
    from engagement_utils.profiles import preparation
    from engagement_utils.tables.engines import connect

    connection = connect("duckdb://")
    connection.raw_sql(f"CREATE TEMP VIEW days AS FROM {scan(folder)}").fetchall()
    prepared = preparation.prepare(connection, connection.table("days", database="temp.main"))
    weeks = prepared.weeks.count().to_pyarrow().as_py()
    return {"weeks": weeks, "rows": prepared.count, "profiles": prepared.profiles}


def published(folder: Path) -> Facts:
    """The published preprocessing in pandas: weekly sums of each profile, month means and lags."""
    parts = [pd.read_csv(path) for path in sorted(folder.glob("*.csv"))]
    frame = pd.concat(parts, ignore_index=True)
    frame["date"] = pd.to_datetime(frame["date"])
    frame["followers"] = pd.to_numeric(frame["followers"], errors="coerce")
    frame = frame.drop(columns=["likes", "comments"]).set_index("date")
    weekly = frame.groupby("profile_id").resample("W").sum().reset_index()
    weekly["engagement_per_post"] = weekly["engagement"] / weekly["posts"]
    month = frame.groupby(["profile_id", pd.Grouper(freq="ME")])[["engagement", "posts"]].sum()
    weekly["month"] = weekly["date"] + pd.offsets.MonthEnd(0)
    monthly = (month["engagement"] / month["posts"]).rename("monthly").reset_index()
    weekly = weekly.merge(
        monthly, left_on=["profile_id", "month"], right_on=["profile_id", "date"], how="left"
    )
    grouped = weekly.groupby("profile_id")
    for k in range(1, 5):
        for column in ("engagement", "followers", "reach", "impressions"):
            weekly[f"{column}_lag_{k}"] = grouped[column].shift(k).fillna(0)
    return {"weeks": int((weekly["posts"] + weekly["reach"] > 0).sum())}


def whole(folder: Path) -> Facts:
    """All that the prediction report measures, and forecasts of every profile."""
    from engagement_utils.profiles.forecast import forecast
    from engagement_utils.profiles.measures import PredictionMeasures, PredictionSettings
    from engagement_utils.profiles.schema import PROFILES
    from engagement_utils.tables.reading import read_tables

    steps, started = {}, time.perf_counter()
    with tempfile.TemporaryDirectory() as aside:
        dataset = read_tables({"profiles": str(folder)}, {"profiles": PROFILES}, aside=Path(aside))
    steps["read"] = time.perf_counter() - started
    m = PredictionMeasures(dataset, PredictionSettings())
    errors, _ = m.errors, (m.exploration, m.errors_by_stratum, m.split, m.importance)
    steps["measure"] = time.perf_counter() - started - steps["read"]
    table = forecast(m.model, m.latest, m.prepared.span.last_week)
    first = errors[(errors["horizon"] == 1) & (errors["measure"] == "MASE")].set_index("predictor")
    return {
        **steps,
        "profiles": m.prepared.profiles,
        "forecasts": len(table),
        "share": m.share,
        "gain": 1 - first.loc["model", "value"] / first.drop("model")["value"].min(),
    }


STEPS: dict[str, Callable[[Path], Facts]] = {
    "bare": bare,
    "features": features,
    "published": published,
    "whole": whole,
}


def measured(step: str, folder: Path) -> Facts:
    """Seconds, peak gigabytes and facts of one step in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.profiles_scale", "--only", step, "--folder", str(folder)]
    # as the suite sets it for its kernels
    environment = os.environ | {"OMP_WAIT_POLICY": "PASSIVE"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: Facts = json.loads(done.stdout.splitlines()[-1])
    print(f"  {step}: {found}", flush=True)
    return found


def part_of(place: Path, rows: int) -> Path:
    """The folder of the files of one size, written where they are not there yet."""
    target = place / str(rows)
    if not any(target.glob("*.csv")):
        write_months(target, rows)
    return target


def size(place: Path, rows: int, repeats: int, all_steps: bool) -> Facts:
    """All steps at one size; bare and features in turns, the fastest of the repeats counts."""
    folder = part_of(place, rows)
    megabytes = sum(f.stat().st_size for f in folder.glob("*.csv")) / 1e6
    print(f"{rows:,} rows, {megabytes:,.0f} MB", flush=True)
    runs = [(measured("bare", folder), measured("features", folder)) for _ in range(repeats)]
    by_hand = min((b for b, _ in runs), key=lambda f: f["seconds"])
    ours = min((f for _, f in runs), key=lambda f: f["seconds"])
    found = measured("whole", folder) if all_steps else {}
    return {
        "rows": rows,
        "megabytes": megabytes,
        "bare": by_hand,
        "features": ours,
        "whole": found,
    }


def report(sizes: list[Facts], pandas: Facts) -> str:
    """The tables."""
    rows = [
        [
            f"{s['rows']:,}",
            f"{s['megabytes']:,.0f}",
            *(f"{s[step]['seconds']:.0f} ({s[step]['cpu']:.0f})" for step in ("bare", "features")),
            f"{ratio(s, 'seconds'):.2f} ({ratio(s, 'cpu'):.2f})",
            f"{s['features']['gigabytes']:.2f}",
            *([f"{s['whole']['seconds']:.0f} ({s['whole']['cpu']:.0f})"] if s["whole"] else ["not run"]),
            *([f"{s['whole']['gigabytes']:.2f}"] if s["whole"] else [""]),
        ]
        for s in sizes
    ]
    head = ["rows", "MB of CSV", "group-by (s)", "features (s)", "ratio", "GB", "whole (s)", "GB"]
    last, w = sizes[-1], sizes[-1]["whole"]
    text = [
        f"Seconds of the clock, in brackets those of the processor; {machine()}:",
        "",
        page.table(head, rows),
        "",
        f"- Features at {last['rows']:,} rows: {last['features']['profiles']:,} profiles, "
        f"{last['features']['weeks']:,} weeks, {last['features']['rows']:,} rows.",
    ]
    if w:
        text.append(
            f"- The whole at {last['rows']:,} rows: reading with every check {w['read']:.0f} s, the rest "
            f"{w['measure']:.0f} s, {w['forecasts']:,} forecasts. Models learn from all rows of "
            f"{w['share']:.0%} of the profiles, and err by {w['gain']:.1%} less than "
            "the best baseline at 7 days."
        )
    if pandas:
        text.append(
            f"- The published resampling in pandas on {PART:,} rows: {pandas['seconds']:.0f} s "
            f"({pandas['cpu']:.0f}) and {pandas['gigabytes']:.2f} GB."
        )
    return "\n".join(text)


def goals(last: Facts) -> list[Goal]:
    """What is to be reached at the largest size."""
    rows, whole = f"{last['rows']:,} rows", last["whole"]
    found = [
        Goal(f"features of {rows}, times a bare group-by (clock)", ratio(last, "seconds"), RATIO),
        Goal(f"features of {rows}, times a bare group-by (processor)", ratio(last, "cpu"), RATIO),
        Goal(f"features of {rows}, GB", last["features"]["gigabytes"], FEATURES_GB),
    ]
    if whole:
        found += [
            Goal(f"read, backtest, train and forecast {rows}, minutes", whole["seconds"] / 60, MINUTES),
            Goal(f"read, backtest, train and forecast {rows}, GB", whole["gigabytes"], WHOLE_GB),
        ]
    return found


def ratio(s: Facts, kind: str) -> float:
    """Features over the bare group-by."""
    return float(s["features"][kind] / s["bare"][kind])


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--folder", type=Path, help="where the files are kept, a folder a size")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--features-only", action="store_true", help="leave out the whole and pandas")
    parser.add_argument("--only", choices=STEPS, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.only:
        # what is measured is the work, not the loading of libraries
        from engagement_utils.profiles import measures  # noqa: F401

        started, spent = time.perf_counter(), time.process_time()
        found = STEPS[given.only](given.folder)
        print(
            json.dumps(
                {
                    "seconds": time.perf_counter() - started,
                    "cpu": time.process_time() - spent,
                    "gigabytes": peak(),
                }
                | found
            )
        )
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        place = given.folder or Path(scratch)
        sizes = [size(place, rows, given.repeats, not given.features_only) for rows in sorted(given.rows)]
        pandas = {} if given.features_only else measured("published", part_of(place, PART))
    text = report(sizes, pandas)
    print(text)
    page.write("profiles", "scale", text)
    return record("profiles_scale", goals(sizes[-1]))


if __name__ == "__main__":
    sys.exit(main())
