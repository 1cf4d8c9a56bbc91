import json
import os
import subprocess
import sys
import types
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from engagement_utils import cli
from engagement_utils.suite.execution.cluster import execute_on
from engagement_utils.suite.job import Failure
from engagement_utils.suite.tools import Tools
from tests.suite.workbench import Bench

ROOT = Path(__file__).parents[1]

HEAVY = ["IPython", "duckdb", "ibis", "jupyter_client", "matplotlib", "nbclient", "nbconvert", "nbformat"]
HEAVY += ["numpy", "pandas", "papermill", "rich"]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(tmp_path / "project")
    bench.report("alpha")
    bench.report("beta", top_n=3)
    monkeypatch.chdir(bench.root)
    monkeypatch.setattr("engagement_utils.suite.tools.real", lambda: bench.tools)
    monkeypatch.setattr(os, "fsync", lambda handle: None)
    return bench


def call(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments, prog_name="engagement")


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engagement_utils", *arguments],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_run_publishes_and_sums_up(bench: Bench) -> None:
    result = call("run")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "report  status  seconds  findings  where",
        "alpha   fresh       1.2  ● 1  ◌ 1  reports/_site/alpha.html",
        "beta    fresh       1.2  ● 1  ◌ 1  reports/_site/beta.html",
    ]
    assert result.stderr.splitlines() == [
        "2 reports, 2 to execute",
        "alpha: started",
        "alpha: executed in 1.2 s",
        "beta: started",
        "beta: executed in 1.2 s",
        "publishing 2 reports",
    ]
    again = call("run")
    assert again.stderr == "2 reports, none to execute\n"
    assert again.stdout.splitlines()[1] == "alpha   cached           ● 1  ◌ 1  reports/_site/alpha.html"


def test_a_failed_report_gives_exit_code_1_and_says_where(bench: Bench) -> None:
    bench.kernels.fail["alpha"] = Failure("error", "ValueError: no visits", 3)
    result = call("run", "--jobs", "1")
    assert result.exit_code == 1
    page = bench.site / "alpha" / "failed.html"
    assert f"error: alpha failed (error): ValueError: no visits; see {page}" in result.stderr.splitlines()
    assert "alpha   failed" in result.stdout
    assert "beta    fresh" in result.stdout


def test_unusable_input_gives_exit_code_2(bench: Bench) -> None:
    bench.kernels.fail["alpha"] = Failure("unusable input", "visits.csv: no rows", 3)
    assert call("run").exit_code == 2


def test_names_overrides_and_folders_reach_the_run(bench: Bench, tmp_path: Path) -> None:
    (bench.root / "params").rename(tmp_path / "elsewhere")
    arguments = [
        "--params",
        "../elsewhere",
        "--out",
        "../site",
        "--set",
        "beta.top_n=7",
        "--publisher",
        "builtin",
    ]
    assert call("run", "beta", *arguments).exit_code == 0
    (entry,) = json.loads((tmp_path / "site" / "manifest.json").read_text())["reports"]
    assert (entry["name"], entry["parameters"]["top_n"]) == ("beta", 7)
    page = (tmp_path / "site" / "beta.html").read_text()
    assert '"to_make_it_again": "engagement run beta --params elsewhere --set beta.top_n=7"' in page
    assert not (tmp_path / "site" / "alpha.html").exists()


def test_an_executor_reaches_the_tools_and_an_unusable_one_gives_exit_code_2(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tools(executor: str = "") -> Tools:
        return replace(bench.tools, execute_all=partial(execute_on, executor))

    monkeypatch.setattr("engagement_utils.suite.tools.real", tools)
    result = call("run", "--executor", "spark://here")
    assert result.exit_code == 2
    assert "error: --executor 'spark://here': accepted: dask://HOST:PORT" in result.stderr
    assert not bench.site.exists()


def test_force_executes_again(bench: Bench) -> None:
    call("run")
    assert "2 to execute" in call("run", "--force").stderr


def test_an_interrupt_says_that_the_site_stands(bench: Bench) -> None:
    def interrupt(job: object) -> None:
        raise KeyboardInterrupt

    bench.kernels.before = interrupt
    result = call("run")
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1] == "interrupted; the published site is as it was"


def test_check_counts_or_lists_every_problem(bench: Bench) -> None:
    result = call("check")
    assert (result.exit_code, result.stdout) == (0, "2 reports, 1 input file: all parameters are usable\n")
    bench.report("alpha", top_m=3)
    bench.report("beta", top_n="many")
    result = call("check")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "top_m" in result.stderr
    assert "many" in result.stderr
    assert "Traceback" not in result.stderr
    assert bench.kernels.executed == []


def test_list_shows_what_is_stated(bench: Bench) -> None:
    assert call("list").stdout.splitlines() == [
        "report  notebook      title  stated parameters",
        "alpha   visits.ipynb  Alpha",
        "beta    visits.ipynb  Beta   top_n=3",
    ]
    found = json.loads(call("list", "beta", "--json").stdout)
    assert [report["name"] for report in found] == ["beta"]
    (top_n,) = [p for p in found[0]["parameters"] if p["name"] == "top_n"]
    assert (top_n["value"], top_n["default"], top_n["given"], top_n["description"]) == (
        3,
        10,
        True,
        "rows to show",
    )


def test_list_shows_no_password(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "hunter22")
    bench.report("beta", visits={"path": "postgresql://reader:${SECRET}@db/visits", "table": "v"})
    result = call("list", "--json")
    assert "${SECRET}@db" in result.stdout
    assert "hunter22" not in result.stdout


def test_explain_says_why(bench: Bench) -> None:
    call("run")
    bench.report("beta", top_n=4)
    result = call("explain")
    assert result.stdout == "alpha: nothing changed\nbeta: parameter top_n: 3 -> 4\n"
    assert call("explain", "alpha").stdout == "alpha: nothing changed\n"


def test_an_unknown_report_is_an_unusable_parameter(bench: Bench) -> None:
    for name in ("run", "check", "list", "explain"):
        result = call(name, "alpa")
        assert result.exit_code == 2
        assert "'alpha'" in result.stderr


@pytest.mark.parametrize("arguments", [("--set", "beta"), ("--set", "beta.x=1"), ("--set", "gamma.top_n=1")])
def test_an_unusable_override_gives_exit_code_2(bench: Bench, arguments: tuple[str, ...]) -> None:
    result = call("run", *arguments)
    assert result.exit_code == 2
    assert "--set" in result.stderr


def test_a_folder_that_is_no_site_gives_exit_code_1(bench: Bench) -> None:
    result = call("run", "--out", "notebooks")
    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")
    assert (bench.root / "notebooks" / "visits.ipynb").exists()


def test_a_folder_that_cannot_be_written_is_named(bench: Bench) -> None:
    (bench.root / "blocked").write_text("a file")
    result = call("run", "--out", "blocked/site")
    assert result.exit_code == 1
    assert "blocked" in result.stderr
    assert "Traceback" not in result.stderr


def test_commands_of_domains_are_imported_when_called(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("domain_commands")

    @click.command()
    @click.argument("what")
    def pull(what: str) -> None:
        """Pull."""
        click.echo(f"pulled {what}")

    module.pull = pull  # type: ignore[attr-defined]
    points = {
        "pull": EntryPoint("pull", "domain_commands:pull", cli.COMMANDS),
        "serve": EntryPoint("serve", "no_such_package:serve", cli.COMMANDS),
    }
    monkeypatch.setattr(cli, "_foreign", lambda: points)
    result = call("--help")
    assert result.exit_code == 0
    assert "pull     (from domain_commands)" in result.stdout
    assert "domain_commands" not in sys.modules
    monkeypatch.setitem(sys.modules, "domain_commands", module)
    assert call("pull", "contacts").stdout == "pulled contacts\n"
    missing = call("serve")
    assert missing.exit_code == 1
    assert "serve needs a package that is not installed" in missing.stderr


def test_help_names_every_command_and_option() -> None:
    assert all(name in call("--help").stdout for name in ("run", "check", "list", "explain", "new"))
    options = call("run", "--help").stdout
    for option in (
        "--params",
        "--out",
        "--set NAME.KEY=VALUE",
        "--jobs",
        "--force",
        "--publisher",
        "--no-wait",
    ):
        assert option in options


def test_new_makes_a_report_that_checks(bench: Bench) -> None:
    result = call("new", "weekdays")
    assert result.exit_code == 0, result.stderr
    assert (bench.root / "notebooks" / "weekdays.ipynb").is_file()
    assert "made params/weekdays.yml" in result.stdout
    assert call("check", "weekdays").exit_code == 0
    assert call("new", "weekdays").exit_code == 2


# with a process of its own


def test_the_module_runs_from_any_folder(bench: Bench) -> None:
    result = command("list", cwd=bench.root / "notebooks")
    assert (result.returncode, result.stderr) == (0, "")
    assert "beta" in result.stdout


def test_problems_leave_no_traceback_and_no_colours(bench: Bench) -> None:
    bench.report("alpha", top_m=3)
    result = command("run", cwd=bench.root, FORCE_COLOR="1")
    assert result.returncode == 2
    assert result.stdout == ""
    assert "top_m" in result.stderr
    assert "Traceback" not in result.stderr
    assert "\x1b" not in result.stderr


def test_a_terminal_without_utf8_gets_a_table_too(bench: Bench) -> None:
    bench.report("beta", "title: Café ●\n")
    result = command("list", cwd=bench.root, PYTHONIOENCODING="ascii")
    assert result.returncode == 0
    assert "Caf?" in result.stdout


def test_a_run_without_changes_imports_nothing_heavy(bench: Bench) -> None:
    """The imports of a run are those of its modules: kernels and pages are imported as they are needed."""
    script = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(ROOT)!r})
from tests.suite.workbench import Bench
bench = Bench(Path({str(bench.root.parent / "other")!r}))
bench.report("alpha")
from engagement_utils.suite import tools
tools.real = lambda: bench.tools
import os
os.chdir(bench.root)
from engagement_utils.cli import main
for _ in range(2):
    main(["run"], standalone_mode=False)
from engagement_utils.suite.publish.publisher import choose
choose("auto", Path({str(ROOT)!r})).fingerprint()
print(*[name for name in {HEAVY!r} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == ""
