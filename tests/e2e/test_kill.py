"""`kill -9` at any moment leaves the last good site whole, and the next run finishes."""

import random
import re
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.xdist_group("e2e-kill")


def assert_whole(site: Path, manifest: dict) -> None:
    """Every page is complete, and every file that index and pages link to is there."""
    for report in manifest["reports"]:
        page = (site / f"{report['name']}.html").read_text(encoding="utf-8")
        assert page.rstrip().endswith("</html>")
        assert (site / f"{report['name']}.pdf").read_bytes().rstrip().endswith(b"%%EOF")
    for name in ["index.html", *(f"{r['name']}.html" for r in manifest["reports"])]:
        page = (site / name).read_text(encoding="utf-8")
        for link in re.findall(r'(?:href|src)="([^"#:]+)"', page):
            assert (site / link).exists(), f"{name} links to {link}"


def kill_at_random(desk: Desk, kills: int, seed: int) -> None:
    """Start a run with something to do, kill it after a random time, look at the site: `kills` times.

    A run that has ended before its kill does not count, and the next ones are killed sooner.
    """
    desk.notebook("one")
    desk.notebook("two")
    desk.report("one")
    desk.report("two")
    begun = time.monotonic()
    assert desk.run().returncode == 0
    longest = time.monotonic() - begun
    chance = random.Random(seed)
    killed = number = 0
    while killed < kills:
        number += 1
        assert number <= 4 * kills, f"{killed} of {number} runs were still at work when they were killed"
        before = desk.manifest()
        desk.report("one", f"parameters: {{n: {number + 10}}}\n")
        desk.report("two", f"title: Two {number}\n")
        run = subprocess.Popen(
            desk.command("run", "--publisher", "builtin"),
            cwd=desk.root,
            env=desk.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.1, longest))
        at_work = run.poll() is None
        children = psutil.Process(run.pid).children(recursive=True) if at_work else []
        killed += at_work
        longest *= 1.0 if at_work else 0.9
        run.send_signal(signal.SIGKILL)
        run.wait()
        psutil.wait_procs(children, timeout=20)
        assert not [c for c in children if c.is_running() and c.status() != psutil.STATUS_ZOMBIE]
        after = desk.manifest()
        assert {r["name"] for r in after["reports"]} == {r["name"] for r in before["reports"]}
        assert_whole(desk.site, after)
    done = desk.run()
    assert done.returncode == 0, done.stderr
    assert_whole(desk.site, desk.manifest())
    assert "failed" not in desk.statuses().values()


def test_three_kills(desk: Desk) -> None:
    kill_at_random(desk, 3, seed=1)


@pytest.mark.slow
def test_twenty_five_kills(desk: Desk) -> None:
    kill_at_random(desk, 25, seed=2)
