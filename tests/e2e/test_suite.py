"""From YAML to the published site with the real command: fresh, cached, failed, changed."""

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

from tests.e2e.conftest import Desk

pytestmark = pytest.mark.xdist_group("e2e-suite")


def test_one_failing_report_stops_no_other_and_a_second_run_starts_no_kernel(desk: Desk) -> None:
    desk.notebook("good", "from pathlib import Path\nPath('downloads').mkdir(exist_ok=True)")
    desk.notebook("raises", "raise ValueError('the ninth value is odd')")
    desk.notebook("hangs", "import time\ntime.sleep(600)")
    desk.report("good", "title: A good report\nparameters: {n: 7}\n")
    desk.report("raises")
    desk.report("hangs", "timeout: 12\n")

    done = desk.run("--jobs", "2")

    assert done.returncode == 1, done.stderr
    assert desk.statuses() == {"good": "fresh", "raises": "failed", "hangs": "failed"}
    manifest = desk.manifest()
    schema = json.loads((desk.site / "manifest.schema.json").read_text())
    jsonschema.validate(manifest, schema)
    (good,) = [r for r in manifest["reports"] if r["name"] == "good"]
    assert good["parameters"] == {"n": 7}
    assert [f["text"] for f in good["findings"]] == ["There are 7 posts."]
    index = (desk.site / "index.html").read_text(encoding="utf-8")
    assert "A good report" in index
    assert "There are 7 posts." in index
    assert "failed" in index
    assert (desk.site / "good.html").is_file()
    assert (desk.site / "good.pdf").read_bytes().startswith(b"%PDF")
    assert "the ninth value is odd" in (desk.site / "raises" / "failed.html").read_text(encoding="utf-8")

    # the two that failed are taken out: what is left has nothing to do
    for name in ("raises", "hangs"):
        (desk.root / "params" / f"{name}.yml").unlink()
    again = desk.run()
    assert again.returncode == 0, again.stderr
    assert desk.statuses() == {"good": "cached"}
    assert "none to execute" in again.stdout + again.stderr


def test_a_failure_leaves_the_last_good_version_on_the_site(desk: Desk) -> None:
    desk.notebook("report", "assert n < 5, 'too many posts'")
    desk.report("report", "parameters: {n: 2}\n")
    first = desk.run()
    assert first.returncode == 0, first.stderr
    page = (desk.site / "report.html").read_bytes()

    desk.report("report", "parameters: {n: 9}\n")
    done = desk.run()

    assert done.returncode == 1
    assert desk.statuses() == {"report": "failed"}
    assert (desk.site / "report.html").read_bytes() == page
    assert "too many posts" in (desk.site / "report" / "failed.html").read_text(encoding="utf-8")


def test_a_password_of_the_environment_is_published_nowhere(desk: Desk, tmp_path: Path) -> None:
    secret = "s3cr3t-Pa55/word"
    desk.notebook(
        "base",
        "import os\nprint('the password is', os.environ['DB_PASSWORD'])",
        parameters='n: int = 1\ndata: str = ""  # URL',
    )
    desk.report("base", "parameters:\n  data: postgresql://ana:${DB_PASSWORD}@localhost/db\n")

    done = desk.run(DB_PASSWORD=secret)

    assert done.returncode == 0, done.stderr
    assert secret not in done.stdout + done.stderr
    for path in (p for p in desk.root.rglob("*") if p.is_file()):
        content = path.read_bytes()
        assert secret.encode() not in content, path
        assert b"s3cr3t-Pa55%2Fword" not in content, path
    assert "${DB_PASSWORD}" in json.dumps(desk.manifest())


def test_unusable_parameters_are_reported_together_before_any_kernel(desk: Desk) -> None:
    desk.notebook("one")
    desk.notebook("two")
    desk.report("one", "parameters:\n  nn: 3\n")
    desk.report("two", "parameters:\n  n: many\ntimeout: soon\n")

    done = desk.run()

    assert done.returncode == 2
    for text in ("one.yml:2", "nn", "two.yml:2", "many", "two.yml:3", "timeout"):
        assert text in done.stderr
    assert not desk.site.exists()
    assert not (desk.root / ".cache" / "engagement" / "runs").exists()


def test_a_new_report_runs_as_it_is(desk: Desk) -> None:
    made = subprocess.run(
        desk.command("new", "weekly_sign_ups"),
        cwd=desk.root,
        env=desk.environment,
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    done = desk.run()
    assert done.returncode == 0, done.stderr
    (report,) = desk.manifest()["reports"]
    assert (report["name"], report["status"]) == ("weekly_sign_ups", "fresh")
    assert report["findings"]
    assert report["inputs"][0]["rows"] > 0
    assert (desk.site / "weekly_sign_ups.pdf").is_file()
