"""Time and memory of parsing, detection, features and segments, from 20 thousand to 2 million contacts.

`python -m benchmarks.contacts_scale [--rows 20000 200000 2000000]` writes its table to
docs/benchmarks/contacts.md. Each size runs in a process of its own, so that its peak memory is its own. To
reach at the largest: 6 minutes and 8 GB.
"""

import argparse
import json
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from benchmarks import page, race
from benchmarks.goals import Goal, record
from benchmarks.timing import machine, peak

CHUNK = 100_000
MINUTES, GIGABYTES = 6.0, 8.0  # to reach
STEPS = ("read", "parse, detect, measure", "segments")


def write(rows: int, folder: Path) -> None:
    """Contacts in Parquet files of 100,000 rows, each with its own seed and ids."""
    from engagement_utils.contacts.sample.generate import Truth, generate

    for i, first in enumerate(range(0, rows, CHUNK)):
        frame, _ = generate(Truth(contacts=min(CHUNK, rows - first), seed=i, first_id=1 + first))
        for column in frame.columns:
            frame[column] = frame[column].astype(str)
        frame.to_parquet(folder / f"part-{i:04d}.parquet", index=False)


def measure(folder: Path) -> dict[str, object]:
    """One size: rows, seconds of each step and of the processor, peak gigabytes."""
    from engagement_utils.contacts import measures, segments
    from engagement_utils.contacts.headers import resolved
    from engagement_utils.contacts.schema import CONTACTS
    from engagement_utils.tables.reading import read_tables

    clock, before = [time.perf_counter()], time.process_time()
    spec, _ = resolved(str(folder / "*.parquet"))
    dataset = read_tables({"contacts": spec}, {"contacts": CONTACTS}, aside=folder / "aside")
    clock.append(time.perf_counter())
    table = measures.measures(dataset.connection, dataset["contacts"], measures.Settings())
    contacts = measures.cohort(table)
    clock.append(time.perf_counter())
    social = contacts[contacts["is_social"]]
    segments.cluster(social, segments.scaled_features(social), 2, 0)
    segments.geo_segments(contacts, 0.5)
    clock.append(time.perf_counter())
    return {
        "rows": dataset.quality[0].rows,
        "steps": [b - a for a, b in pairwise(clock)],
        "seconds": clock[-1] - clock[0],
        # what a busy machine does not change, all threads together
        "processor": time.process_time() - before,
        "gigabytes": peak(),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 200_000, 2_000_000])
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        print(json.dumps(measure(given.folder)))
        return 0
    sizes = []
    for rows in sorted(given.rows):
        with tempfile.TemporaryDirectory() as folder:
            write(rows, Path(folder))
            sizes.append(race.alone("contacts_scale", "--folder", folder))
            print(sizes[-1], flush=True)
    head = ("contacts", *(f"{step} (s)" for step in STEPS), "all (s)", "processor (s)", "peak (GB)")
    lines = [
        [
            f"{size['rows']:,}",
            *(f"{step:.1f}" for step in size["steps"]),
            *(f"{size[figure]:.1f}" for figure in ("seconds", "processor", "gigabytes")),
        ]
        for size in sizes
    ]
    growth = [
        f"{b['rows'] / a['rows']:g} times the contacts need {b['processor'] / a['processor']:.1f} times the "
        f"processor time from {a['rows']:,} to {b['rows']:,}."
        for a, b in pairwise(sizes)
    ]
    page.write("contacts", "scale", "\n\n".join([f"{machine()}.", page.table(head, lines), " ".join(growth)]))
    last = sizes[-1]
    return record(
        "contacts_scale",
        [
            Goal(f"{last['rows']:,} contacts, minutes", last["seconds"] / 60, MINUTES),
            Goal(f"{last['rows']:,} contacts, GB", last["gigabytes"], GIGABYTES),
        ],
    )


if __name__ == "__main__":
    sys.exit(main())
