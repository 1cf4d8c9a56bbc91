"""`kill -9` at any moment leaves a whole site, and the next run finishes."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from tests.suite.workbench import Bench

ROOT = Path(__file__).parents[3]
ATTEMPTS = 6
DRIVER = """
import sys
import engagement_utils.suite.publish.publisher
import os
import time
from pathlib import Path
from tests.suite.workbench import Bench
os.fsync = lambda handle: None  # what is killed is a process, not the machine
bench = Bench(Path({root!r}), fresh=False)
for rows in range(int(sys.argv[1]), 10_000):
    begun = time.monotonic()
    bench.data("visits.csv", rows)
    bench.run()
    print(time.monotonic() - begun, flush=True)
"""


def whole(bench: Bench) -> None:
    """Every page says what the manifest says, and nothing else is there."""
    files = bench.files()
    assert {"index.html", "manifest.json", "times.js", "assets/style.css"} <= files.keys()
    entries = bench.manifest()["reports"]
    assert [entry["name"] for entry in entries] == ["alpha", "beta"]
    for entry in entries:
        said = entry["findings"][1]["text"]
        assert said.encode() in files[entry["pages"]["html"]]
        assert said.encode() in files[entry["pages"]["pdf"]]
        assert files[f"{entry['name']}/visits.csv"] == f"n\n{entry['findings'][1]['n']}\n".encode()
    assert len({entry["key"] for entry in entries}) == 2


def test_a_kill_at_any_moment_leaves_the_site_whole(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "project")
    bench.report("alpha")
    bench.report("beta", top_n=3)
    bench.run()
    script = DRIVER.format(root=str(bench.root))
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    rng = random.Random(7)
    seen = set()
    for attempt in range(ATTEMPTS):
        command = [sys.executable, "-c", script, str(100 * (attempt + 1))]
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            # the second line is of a run without imports: some moment of the third one is the last
            took = [float(process.stdout.readline()) for _ in range(2)][-1]
            time.sleep(rng.uniform(0.0, took))
            process.kill()
        if not bench.site.exists():  # between two renames, where a system cannot exchange folders
            assert bench.site.with_name("._site.previous").is_dir()
            continue
        whole(bench)
        seen.add(bench.entry("alpha")["inputs"][0]["sha256"])
    assert len(seen) > ATTEMPTS / 2  # the kills came at work that had got somewhere
    outcome = bench.run()
    assert {report.status for report in outcome.reports} <= {"fresh", "cached"}
    whole(bench)
    assert (
        bench.entry("alpha")["findings"][1]["n"]
        == len((bench.root / "params" / "data" / "visits.csv").read_text().splitlines()) - 1
    )
    leftovers = [p.name for p in bench.site.parent.iterdir() if p != bench.site]
    assert leftovers == []
