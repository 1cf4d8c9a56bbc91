"""Time and memory of parsing, detection, features and segments, from 20 thousand to 2 million contacts.

`python -m benchmarks.contacts_scale [--rows 20000 200000 2000000]` prints a Markdown table. Each size runs in
a process of its own, so that its peak memory is its own.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

CHUNK = 100_000


def write(rows: int, folder: Path) -> None:
    """Contacts in Parquet files of 100,000 rows, each with its own seed and ids."""
    from engagement_utils.contacts.sample import Truth, generate

    for i, first in enumerate(range(0, rows, CHUNK)):
        frame, _ = generate(Truth(contacts=min(CHUNK, rows - first), seed=i, first_id=1 + first))
        for column in frame.columns:
            frame[column] = frame[column].astype(str)
        frame.to_parquet(folder / f"part-{i:04d}.parquet", index=False)


def measure(folder: Path) -> None:
    """One size: prints rows, seconds a step and peak gigabytes."""
    from engagement_utils.contacts import metrics, segments
    from engagement_utils.contacts.headers import resolved
    from engagement_utils.contacts.schema import CONTACTS
    from engagement_utils.tables.reading import read_tables

    clock, before = [time.perf_counter()], time.process_time()
    spec, _ = resolved(str(folder / "*.parquet"))
    dataset = read_tables({"contacts": spec}, {"contacts": CONTACTS}, aside=folder / "aside")
    clock.append(time.perf_counter())
    table = metrics.measures(dataset.connection, dataset["contacts"], metrics.Cohort())
    contacts = metrics.cohort(table)
    clock.append(time.perf_counter())
    social = contacts[contacts["is_social"]]
    segments.cluster(social, segments.scaled_features(social), 2, 0)
    segments.geo_segments(contacts, 0.5)
    clock.append(time.perf_counter())
    steps = " | ".join(f"{b - a:.1f}" for a, b in pairwise(clock))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    cpu = time.process_time() - before  # what a busy machine does not change, all threads together
    print(f"| {dataset.quality[0].rows:,} | {steps} | {clock[-1] - clock[0]:.1f} | {cpu:.1f} | {peak:.1f} |")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 200_000, 2_000_000])
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.folder:
        measure(given.folder)
        return
    names = ("contacts", "read (s)", "parse, detect, measure (s)", "segments (s)", "all (s)")
    names += ("processor (s)", "peak (GB)")
    print(f"| {' | '.join(names)} |\n|{'---:|' * len(names)}", flush=True)
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            write(rows, Path(folder))
            subprocess.run(
                [sys.executable, "-m", "benchmarks.contacts_scale", "--folder", folder], check=True
            )


if __name__ == "__main__":
    main()
