"""Five million posts: seconds and memory of reading, scoring and all measures of the audience heatmap.

`python -m benchmarks.posts_scale [posts]` writes its table into docs/benchmarks/posts.md. To reach: 30
seconds and 3 GB.
"""

import os
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import page
from benchmarks.goals import Goal, record
from benchmarks.timing import machine, peak
from engagement_utils.posts.measures import all_measures, sample, summary
from engagement_utils.posts.reading import read
from engagement_utils.posts.sample.generate import PLANTED, generate
from engagement_utils.posts.schema import schemas
from engagement_utils.posts.settings import Settings
from engagement_utils.tables.reading import read_tables

CHUNK = 500_000
SECONDS, GIGABYTES = 30.0, 3.0  # to reach


def write_posts(posts: int, path: Path) -> None:
    """Posts of the planted generator in a Parquet file, in chunks, in a process of its own."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    for i, first in enumerate(range(0, posts, CHUNK)):
        frame = generate(replace(PLANTED, posts=min(CHUNK, posts - first), seed=i))
        frame["post"] = np.char.add("p", (first + np.arange(len(frame))).astype(str))
        part = pa.Table.from_pandas(frame, preserve_index=False)
        writer = writer or pq.ParquetWriter(path, part.schema)
        writer.write_table(part)
    if writer is not None:
        writer.close()


def measured(path: Path) -> dict[str, float]:
    """Seconds of each step, and the process's peak memory in GB."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    before = own.ru_utime + own.ru_stime
    start = time.perf_counter()
    spec = {"path": str(path), "timezone": "UTC"}
    settings = Settings(posts=spec, audience_timezone="America/Mexico_City")
    dataset = read_tables({"posts": spec}, schemas(settings))
    checked = time.perf_counter()
    posts = read(dataset["posts"], settings)
    scored = time.perf_counter()
    found = all_measures(posts.table, summary(posts.table))
    done = time.perf_counter()
    rows = sample(posts.table, 20_000)
    drawn = time.perf_counter()
    assert int(found["cells"]["n"].sum()) == int(found["histogram"]["n"].sum())
    assert len(rows) == 20_000
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "read and check (s)": checked - start,
        "score and clock (s)": scored - checked,
        "all measures (s)": done - scored,
        "draw 20,000 posts (s)": drawn - done,
        "together (s)": drawn - start,
        "together, processor time of all cores (s)": used.ru_utime + used.ru_stime - before,
        "peak memory (GB)": peak(),
    }


def main(posts: int) -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.parquet"
        child = os.fork()
        if child == 0:
            write_posts(posts, path)
            os._exit(0)
        os.waitpid(child, 0)
        os.environ.setdefault("ENGAGEMENT_OUTPUT_DIR", folder)
        found = measured(path)
    rows = [(name, f"{value:.2f}") for name, value in found.items()]
    text = page.table(("step", "figure"), rows)
    print(text)
    page.write("posts", "scale", f"{posts:,} posts in one Parquet file; {machine()}.\n\n{text}")
    return record(
        "posts_scale",
        [
            Goal(f"{posts:,} posts, seconds", found["together (s)"], SECONDS),
            Goal(f"{posts:,} posts, GB", found["peak memory (GB)"], GIGABYTES),
        ],
    )


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5_000_000))
