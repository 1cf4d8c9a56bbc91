"""The rules that `make check` holds, on a copy of the package with something wrong in it."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checks import cells, domains, judging, mirror, mutate, names

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and its rules in a folder of their own, with a sixth domain, `newsletter`."""
    shutil.copytree(ROOT / "engagement_utils", tmp_path / "engagement_utils", ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    folder = tmp_path / "engagement_utils" / "newsletter"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A sixth domain."""\n')
    (folder / "measures.py").write_text("from engagement_utils.tables import schema\n")
    return tmp_path


ignored = shutil.ignore_patterns("__pycache__")


def lint(root: Path) -> tuple[int, str]:
    """Exit code and output of the import linter, its lines joined."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    return done.returncode, re.sub(r"\s+", " ", done.stdout)


def test_a_sixth_domain_that_keeps_to_the_rooms_is_accepted(copy: Path) -> None:
    code, output = lint(copy)
    assert code == 0, output
    assert "newsletter" in domains(copy)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("newsletter/measures.py", "pings.schema"),
        ("newsletter/measures.py", "suite.job"),
        ("pings/schema.py", "newsletter.measures"),
        ("tables/schema.py", "newsletter.measures"),
        ("report/table.py", "newsletter.measures"),
        ("suite/job.py", "newsletter.measures"),
        ("suite/job.py", "report.table"),
        ("inference/means.py", "tables.schema"),
        ("cli.py", "newsletter.measures"),
    ],
)
def test_an_import_against_the_layers_is_named(copy: Path, importer: str, imported: str) -> None:
    package, _, module = imported.rpartition(".")
    with (copy / "engagement_utils" / importer).open("a") as file:
        file.write(f"\nfrom engagement_utils.{package} import {module}\n")
    code, output = lint(copy)
    assert code == 1
    name = importer.removesuffix(".py").replace("/", ".")
    assert re.search(rf"engagement_utils\.{name} -> engagement_utils\.{imported}\b", output), output


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("from engagement_utils.inference.verdict import judge", "imports judge"),
        ("from engagement_utils.inference import multiple", "imports multiple"),
        ("import engagement_utils.inference.verdict as v", "imports engagement_utils.inference.verdict"),
        ("from scipy.stats import false_discovery_control", "imports false_discovery_control"),
        ("adjusted = stats.false_discovery_control(ps)", "adjusts p-values"),
        ("verdict = v.judge(e)", "calls judge"),
        ("firm = e.p_value < alpha", "compares a p-value, e.p_value with alpha"),
        ("firm = 0.01 > frame['p_value']", "compares a p-value"),
        ("moved = p is not None and p < 0.05", "compares a p-value, p with 0.05"),
        ("firm = top['probability'] >= 0.95", "compares top['probability'] with 0.95"),
        ("caption = f'Bars are 95% intervals of {name}.'", '"95%" in a text'),
        ("caption = 'an 80 % interval'", '"80 % interval" in a text'),
        ("half = 1.96 * error", "1.96 as a critical value"),
        ("half = 1.959964 * error", "1.959964 as a critical value"),
        ("half = stats.t.ppf(0.975, n)", "ppf of 0.975"),
        ("low, high = np.quantile(x, [0.025, 0.975])", "quantile of 0.025"),
        ("e = mean(x, level=0.95)", "level = 0.95"),
        ("e = Estimate(nan, None, None, 0, 0.95)", "an Estimate at 0.95"),
        ("ALPHA = 0.05", "ALPHA = 0.05"),
        ("class Settings:\n    level: float = 0.95", "level = 0.95"),
        ("def f(x, *, level: float = 0.95): ...", "level = 0.95"),
        ("def f(x, level=0.95): ...", "level = 0.95"),
    ],
)
def test_what_is_the_reports_is_found_in_a_domain(code: str, fault: str) -> None:
    found = judging.of_code(f"x = 1\n{code}\n")
    assert found
    line, text = found[0]
    assert line == 1 + len(code.splitlines())
    assert text.startswith(fault)


@pytest.mark.parametrize(
    "code",
    [
        "tested = e.p_value is not None and not isnan(e.p_value)",
        "p = e.with_p_value(None)",
        "level = settings.level",
        "completion_ratio = 0.95",
        "low = np.quantile(z, 0.5)",
        "def f():\n    '''A 95% interval, as published.'''",
        "head = 'a discount of 20%'",
        "col = Col('95% from')  # level: the forecast's, which the API promises",
    ],
)
def test_what_only_looks_like_it_is_left_alone(code: str) -> None:
    assert judging.of_code(code) == []


def test_a_new_domain_may_not_judge(copy: Path) -> None:
    assert judging.problems(copy) == []
    measures = copy / "engagement_utils" / "newsletter" / "measures.py"
    measures.write_text("firm = e.p_value < 0.05\n")
    (found,) = judging.problems(copy)
    assert found.startswith("engagement_utils/newsletter/measures.py:1: compares a p-value")
    measures.write_text("x = 1\n")
    assert judging.problems(copy) == []


def test_a_name_that_a_report_lacks_is_an_error_in_its_cell(tmp_path: Path) -> None:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "engagement_utils").symlink_to(ROOT / "engagement_utils")
    (tmp_path / "notebooks").mkdir()
    path = tmp_path / "notebooks" / "n.ipynb"
    sources = [
        ("markdown", "# A report"),
        ("code", "%matplotlib inline\nfrom engagement_utils.tables.spec import TableSpec\n"),
        ("code", "spec = TableSpec.of('users.csv')\ndisplay(spec.path)\n\nspec.wrong_topic"),
    ]
    notebook = {"cells": [{"cell_type": kind, "source": text.splitlines(True)} for kind, text in sources]}
    path.write_text(json.dumps(notebook))
    (found,) = cells.problems(tmp_path)
    assert found.startswith("notebooks/n.ipynb cell 2, line 4:")
    assert "wrong_topic" in found
    path.write_text(path.read_text().replace("wrong_topic", "sheet"))
    assert cells.problems(tmp_path) == []


HOME = {
    "pyproject.toml": '[project]\n[project.entry-points."engagement_utils.commands"]\n',
    "README.md": "See `tables.reading`, `read.me`, `tables.csv` and the group `engagement_utils.commands`.",
    "docs/a.md": "A line.\n\n`tables.reading.Reader.read(x)` and tables.nothing",
    "engagement_utils/__init__.py": "",
    "engagement_utils/errors.py": "class TableError(Exception): ...",
    "engagement_utils/report/__init__.py": "",
    "engagement_utils/pings/__init__.py": "",
    "engagement_utils/pings/questions/__init__.py": "",
    "engagement_utils/pings/questions/funnel.py": "# `report.funnel.data`",
    "engagement_utils/tables/__init__.py": "",
    "engagement_utils/tables/reading.py": "class Reader:\n    def read(self): ...\n",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A small checkout."""
    for name, text in HOME.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "stale"),
    [
        ("tables.reading", False),
        ("tables.reading.Reader", False),
        ("tables.reading.Reader.read", False),
        ("tables.reading.Reader.write", True),
        ("tables.writing", True),
        ("tables.Reader", True),
        ("engagement_utils.tables.reading", False),
        ("engagement_utils.reading", True),
        ("questions.funnel", False),
        ("questions.rates", True),
        ("report.funnel.data", False),
        ("report.rates.data", True),
        ("errors.TableError", False),
        ("errors.error_table", True),
        ("pandas.nothing", False),
        ("tables.css", False),
    ],
)
def test_a_stale_name_is_found_in_docstrings_comments_and_pages(home: Path, name: str, stale: bool) -> None:
    assert names.problems(home) == []
    module = home / "engagement_utils" / "tables" / "spec.py"
    module.write_text(f'"""One.\n\nSee `{name}`.\n"""\n\n# or `{name}(x)`\n')
    (home / "docs" / "b.md").write_text(f"`{name}`\n")
    places = ["engagement_utils/tables/spec.py:3", "engagement_utils/tables/spec.py:6", "docs/b.md:1"]
    assert names.problems(home) == [f"{place}: nothing is `{name}`" for place in places if stale]


def test_modules_without_tests_are_listed_but_for_small_ones(home: Path) -> None:
    module = home / "engagement_utils" / "tables" / "reading.py"
    assert mirror.missing(home) == []
    module.write_text("x = 1\n" * (mirror.SMALL + 1))
    (found,) = mirror.missing(home)
    assert found == "engagement_utils/tables/reading.py: no tests/tables/test_reading.py"
    (home / "tests" / "tables").mkdir(parents=True)
    (home / "tests" / "tables" / "test_reading.py").touch()
    assert mirror.missing(home) == []


def test_mutants_that_tests_do_not_notice_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, tests = tmp_path / "engagement_utils" / "sums.py", tmp_path / "tests" / "test_sums.py"
    for file in (module, tests):
        file.parent.mkdir()
        (file.parent / "__init__.py").touch()
    code = "def held(a, *, b):\n    return a + b\n\n\ndef loose(a, b):\n    return a - b\n"
    module.write_text(code)
    tests.write_text(
        "from engagement_utils.sums import held\ndef test_held():\n    assert held(2, b=3) == 5\n"
    )
    monkeypatch.chdir(tmp_path)
    assert mutate.main(["engagement_utils/sums.py"]) == 1
    output = capsys.readouterr().out
    assert "survived engagement_utils/sums.py:6: ReplaceBinaryOperator_Sub_Add" in output
    assert "1 of 2 mutants killed (50 %)" in output
    assert module.read_text() == code
    tests.write_text("def test_nothing():\n    assert False\n")
    assert mutate.main(["engagement_utils/sums.py"]) == 2
