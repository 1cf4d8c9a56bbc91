"""The Quarto publisher: website projects, each rendered in a folder of its own, offline, nothing executed.

`pages` puts the reports of a batch into as many projects as there are jobs, each rendered by one call of
Quarto; a render that fails is repeated report by report, so that only the one at fault is lost. `index` is a
project of one page. All projects have the same navigation (the way back to the index) and the same styles,
so their pages stand side by side and share `site_libs`, which every render writes whole.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from engagement_utils.errors import PublishError
from engagement_utils.suite.execution.process import end_descendants
from engagement_utils.suite.publish.publisher import Card, Prepared, fingerprint
from engagement_utils.suite.publish.theme import OURS, Theme

SECONDS = 900  # a render may take
TAIL = 40  # lines of Quarto's own words in an error
LIBRARIES = "site_libs"
_TOOLS = ("matplotlib", "nbconvert", "pygments", "pypandoc-binary")
_ATTRIBUTE = re.compile(r"\s+[^\s=/>\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?")
_TAG = re.compile(rf"<[a-zA-Z][^\s/>]*(?:{_ATTRIBUTE.pattern})*\s*/?>")
_KEPT = re.compile(r"(<(script|style|pre|textarea)\b[^>]*>.*?</\2\s*>|<!--.*?-->)", re.DOTALL | re.IGNORECASE)


class QuartoPublisher:
    """Pages by the Quarto that is on the PATH."""

    name = "quarto"

    def __init__(self, theme: Theme = OURS) -> None:
        self.theme = theme

    def fingerprint(self) -> str:
        """Templates, publishing code, versions of the libraries and of Quarto.

        Raises:
            PublishError: there is no Quarto on the PATH, or it does not say its version.
        """
        folders = ("quarto", "typst", "templates", "styles")
        return fingerprint(self.theme, folders, _TOOLS, (self.name, version(executable())))

    def get_ready(self, jobs: int) -> bool:
        """Nothing to load, and many reports share one start of Quarto."""
        return False

    def pages(self, batch: Sequence[Prepared], into: Path, jobs: int) -> dict[str, str]:
        """HTML, PDF and code view of every report, as `publisher.Publisher.pages` says.

        Raises:
            PublishError: there is no Quarto on the PATH.
        """
        executable()
        groups = [batch[i :: max(1, jobs)] for i in range(min(max(1, jobs), len(batch)))]
        errors: dict[str, str] = {}
        with ThreadPoolExecutor(max(1, len(groups))) as pool:
            for found in pool.map(lambda group: self._group(group, into), groups):
                errors |= found
        for name in errors:
            shutil.rmtree(into / name, ignore_errors=True)
        return errors

    def index(self, cards: Sequence[Card], into: Path) -> None:
        """Write `into/index.html` and the libraries that all pages share.

        Raises:
            PublishError: Quarto failed; the text has the end of what it said.
        """
        from engagement_utils.suite.publish import quarto_project

        with TemporaryDirectory(prefix="index-") as temporary:
            folder = Path(temporary)
            quarto_project.start(folder, self.theme)
            quarto_project.add_index(folder, cards, self.theme)
            site = render(folder, "index")
            into.mkdir(parents=True, exist_ok=True)
            _take(site, ("index.html",), into)

    def code_view(self, executed: Path, target: Path, title: str, note: str = "", report: str = "") -> None:
        """Write an executed notebook with its code as a page."""
        from engagement_utils.suite.publish.code import code_page

        code_page(executed, target, title, note, report, self.theme)

    def _group(self, group: Sequence[Prepared], into: Path) -> dict[str, str]:
        """Make the pages of some reports; the errors by name."""
        try:
            self._render(group, into)
        except PublishError as error:
            if len(group) == 1:
                return {group[0].name: str(error)}
            errors: dict[str, str] = {}
            for report in group:
                errors |= self._group([report], into)
            return errors
        return {}

    def _render(self, group: Sequence[Prepared], into: Path) -> None:
        from engagement_utils.suite.publish import quarto_project

        names = ", ".join(report.name for report in group)
        with TemporaryDirectory(prefix="reports-") as temporary:
            folder = Path(temporary)
            quarto_project.start(folder, self.theme)
            quarto_project.add_fonts(folder)
            for report in group:
                quarto_project.add_report(folder, report, self.theme)
            site = render(folder, names)
            for report in group:
                name = report.name
                _take(site, (f"{name}.html", f"{name}.pdf", name), into / name)
                code = into / name / name / "code.html"
                self.code_view(report.run / "executed.ipynb", code, report.title, report=name)


def executable() -> str:
    """The Quarto on the PATH.

    Raises:
        PublishError: there is none.
    """
    found = shutil.which("quarto")
    if not found:
        msg = (
            "publisher 'quarto': no program `quarto` on the PATH; install Quarto (environment.yml has it), "
            "or use --publisher builtin"
        )
        raise PublishError(msg)
    return found


@cache
def version(program: str) -> str:
    """What `quarto --version` says."""
    return _run([program, "--version"], Path.cwd(), "quarto --version").strip()


def render(folder: Path, what: str) -> Path:
    """Render the project in `folder`; gives the folder of its pages.

    Raises:
        PublishError: Quarto failed or did not end; the text has the end of what it said.
    """
    _run([executable(), "render", "--no-execute"], folder, f"{what}: quarto render")
    return folder / "_site"


def _run(command: Sequence[str], folder: Path, what: str) -> str:
    """What a command writes to its standard output."""
    pipe = subprocess.PIPE
    try:
        process = subprocess.Popen(
            command, cwd=folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe
        )
    except OSError as error:
        msg = f"{what}: {error}"
        raise PublishError(msg) from error
    with process:
        try:
            output, errors = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired as error:
            end_descendants(process.pid)  # the program is a script, and what it started holds the pipes
            process.kill()
            msg = f"{what} did not end within {SECONDS} seconds"
            raise PublishError(msg) from error
    if process.returncode:
        said = (errors or output).decode(errors="replace").strip().splitlines()[-TAIL:]
        msg = f"{what} ended with {process.returncode}:\n" + "\n".join(said)
        raise PublishError(msg.replace(f"{folder}{os.sep}", ""))
    return output.decode(errors="replace")


def _environment() -> Mapping[str, str]:
    """No time, no colours, no fonts of this machine in what is made."""
    return os.environ | {
        "SOURCE_DATE_EPOCH": "0",
        "TZ": "UTC",
        "NO_COLOR": "1",
        "TYPST_IGNORE_SYSTEM_FONTS": "true",
    }


def _take(site: Path, wanted: Sequence[str], into: Path) -> None:
    """Copy the wanted pages, and the shared libraries, out of a rendered project.

    Raises:
        PublishError: Quarto did not make one of the pages.
    """
    into.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        source = site / name
        if source.is_dir():
            shutil.copytree(source, into / name, dirs_exist_ok=True)
        elif source.suffix == ".html" and source.is_file():
            page = steady(source.read_text(encoding="utf-8"))
            (into / name).write_text(page, encoding="utf-8", newline="\n")
        elif source.is_file():
            shutil.copyfile(source, into / name)
        elif source.suffix:
            msg = f"quarto render made no {name}"
            raise PublishError(msg)
    if (site / LIBRARIES).is_dir():
        shutil.copytree(site / LIBRARIES, into / LIBRARIES, dirs_exist_ok=True)


def steady(html: str) -> str:
    """The page with the `data-*` attributes of every element in alphabetical order.

    Scripts, styles, comments and preformatted text stay as they are.
    """
    pieces = _KEPT.split(html)
    # the pattern has two groups: every third piece is text between, the others are what is kept and its tag
    return "".join(_TAG.sub(_sorted, p) if i % 3 == 0 else p for i, p in enumerate(pieces) if i % 3 != 2)


def _sorted(tag: re.Match[str]) -> str:
    data = sorted(text for text in _ATTRIBUTE.findall(tag[0]) if text.lstrip().startswith("data-"))
    if len(data) < 2:
        return tag[0]
    rest = iter(data)
    return _ATTRIBUTE.sub(lambda m: next(rest) if m[0].lstrip().startswith("data-") else m[0], tag[0])
