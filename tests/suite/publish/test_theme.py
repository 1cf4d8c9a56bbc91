import os
import subprocess
import sys
import zipfile
from pathlib import Path

from engagement_utils.suite.publish.builtin import BuiltinPublisher
from engagement_utils.suite.publish.pdf import make_pdf
from engagement_utils.suite.publish.publisher import Prepared
from engagement_utils.suite.publish.theme import ASSETS, OURS, Theme
from tests.suite.publish import prepared_reports as reports

ROOT = Path(__file__).parents[3]


def put(project: Path, path: str, text: str) -> Path:
    own = project / "reports" / path
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text(text, encoding="utf-8")
    return own


def pages(report: Prepared, theme: Theme, into: Path) -> str:
    """The HTML of a report's page and code view."""
    into.mkdir(parents=True)
    assert BuiltinPublisher(theme).pages([report], into, jobs=1) == {}
    return "".join(p.read_text(encoding="utf-8") for p in sorted(into.rglob("*.html")))


def test_a_projects_file_goes_before_ours_of_the_same_path_and_of_no_other(tmp_path):
    theme = Theme(tmp_path)
    assert theme.file("styles/page.css") == OURS.file("styles/page.css") == ASSETS / "styles" / "page.css"
    own = put(tmp_path, "styles/page.css", "p {}")
    assert theme.file("styles/page.css") == own
    assert theme.text("styles/page.css") == "p {}"
    assert theme.file("styles/code.css") == ASSETS / "styles" / "code.css"
    assert OURS.file("styles/page.css") == ASSETS / "styles" / "page.css"


def test_the_files_of_a_folder_are_ours_and_the_projects_without_hidden_ones(tmp_path):
    own = put(tmp_path, "quarto/logo.svg", "<svg/>")
    put(tmp_path, "quarto/.DS_Store", "")
    found = Theme(tmp_path).files("quarto")
    assert found == dict(sorted({**OURS.files("quarto"), "logo.svg": own}.items()))
    assert list(found) == sorted(found)
    assert ASSETS / "quarto" / "_quarto.yml" in found.values()


def test_a_style_and_a_template_of_the_project_change_the_page(tmp_path):
    report = reports.rich(tmp_path / "run")
    project = tmp_path / "project"
    ours = pages(report, OURS, tmp_path / "ours")
    assert pages(report, Theme(tmp_path), tmp_path / "same") == ours
    put(project, "styles/report.css", "main { color: tomato }")
    layout = OURS.text("templates/engagement/layout.html.j2")
    layout = layout.replace("</body>", "<i>own layout</i></body>")
    put(project, "templates/engagement/layout.html.j2", layout)
    changed = pages(report, Theme(project), tmp_path / "changed")
    assert "tomato" in changed
    assert "tomato" not in ours
    assert "own layout" in changed
    assert pages(report, OURS, tmp_path / "again") == ours


def test_the_print_template_of_the_project_changes_the_pdf(tmp_path):
    report = reports.write(tmp_path / "run", [("body", "markdown", "Text.")])
    ours, own = tmp_path / "ours.pdf", tmp_path / "own.pdf"
    make_pdf(report, ours)
    put(tmp_path, "typst/report.typ", OURS.text("typst/report.typ").replace("a4", "a5"))
    make_pdf(report, own, Theme(tmp_path))
    assert ours.read_bytes() != own.read_bytes()


def test_the_policy_names_the_scripts_by_their_hashes():
    page, site = OURS.carried(("page",), ("page",)), OURS.carried(("page",), ("page", "family"))
    assert page.head_script == OURS.text("templates/scripts/theme.js")
    assert page.policy != site.policy
    assert page.policy.count("'sha256-") == 2
    assert page.css == OURS.text("styles/page.css")


def test_a_wheel_carries_every_file(tmp_path):
    command = [
        sys.executable,
        "-m",
        "uv",
        "build",
        "--wheel",
        "--offline",
        "--quiet",
        "--out-dir",
        str(tmp_path),
    ]
    subprocess.run(command, cwd=ROOT, check=True, env=os.environ | {"UV_NO_CONFIG": "1"})
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    expected = {p.relative_to(ROOT).as_posix() for p in ASSETS.rglob("*") if p.is_file()}
    assert len(expected) > 20
    assert expected <= set(names)
    assert not any(name.startswith("reports/") for name in names)
