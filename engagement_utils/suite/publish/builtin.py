"""The built-in publisher: HTML through nbconvert, PDF through pandoc and Typst, all of it from wheels."""

import multiprocessing.context
import os
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from engagement_utils.errors import EngagementError
from engagement_utils.suite.execution.process import without_unused
from engagement_utils.suite.publish.publisher import Card, Prepared, fingerprint
from engagement_utils.suite.publish.theme import OURS, Theme

_FORKS = "forkserver" in multiprocessing.get_all_start_methods()
_STARTING = threading.Lock()
_TOOLS = (
    "jinja2",
    "latex2mathml",
    "matplotlib",
    "mistune",
    "nbconvert",
    "pygments",
    "pypandoc-binary",
    "typst",
)


class BuiltinPublisher:
    """Pages without Quarto."""

    name = "builtin"

    def __init__(self, theme: Theme = OURS) -> None:
        self.theme = theme
        self._ready = False

    def fingerprint(self) -> str:
        """Templates, styles, publishing code and the versions of the tools; imports none of them."""
        return fingerprint(self.theme, ("templates", "styles", "typst"), _TOOLS, (self.name,))

    def get_ready(self, jobs: int) -> bool:
        """Start the process that those which make pages are forked from, where the platform can fork."""
        if jobs > 1 and _FORKS:
            _start(self.theme)
            self._ready = True
        return self._ready

    def pages(self, batch: Sequence[Prepared], into: Path, jobs: int) -> dict[str, str]:
        """HTML, PDF and code view of every report, as `publisher.Publisher.pages` says."""
        if not self._ready and (jobs < 2 or len(batch) < 2):
            errors = {report.name: make(report, into, self.theme) for report in batch}
        else:
            errors = self._in_processes(batch, into, min(jobs, len(batch)))
        failed = {name: text for name, text in errors.items() if text}
        for name in failed:
            shutil.rmtree(into / name, ignore_errors=True)
        return failed

    def _in_processes(self, batch: Sequence[Prepared], into: Path, workers: int) -> dict[str, str]:
        errors: dict[str, str] = {}
        lost: list[Prepared] = []
        if _FORKS:
            _start(self.theme)
        # the largest first, so that no process waits long for the last one
        largest = sorted(batch, key=lambda report: report.notebook.stat().st_size, reverse=True)
        with _pool(workers) as pool:
            running = [(report, pool.submit(make, report, into, self.theme)) for report in largest]
            for report, future in running:
                if isinstance(future.exception(), BrokenProcessPool):
                    lost.append(report)
                else:
                    errors[report.name] = future.result()
        # a process that dies takes the others' work with it: each of those again, in a process of its own
        for report in lost:
            with _pool(1) as pool:
                errors[report.name] = _outcome(pool.submit(make, report, into, self.theme))
        return errors

    def index(self, cards: Sequence[Card], into: Path) -> None:
        """Write `into/index.html`."""
        from engagement_utils.suite.publish.index import index_page

        index_page(cards, into / "index.html", theme=self.theme)

    def code_view(self, executed: Path, target: Path, title: str, note: str = "", report: str = "") -> None:
        """Write an executed notebook with its code as a page."""
        from engagement_utils.suite.publish.code import code_page

        code_page(executed, target, title, note, report, self.theme)


def make(report: Prepared, into: Path, theme: Theme) -> str:
    """Write all pages of one report below `into/<name>/`; the error's text, "" when they are whole."""
    with without_unused():
        from engagement_utils.suite.publish.code import code_page
        from engagement_utils.suite.publish.html import report_page
        from engagement_utils.suite.publish.pdf import make_pdf

    folder = into / report.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        report_page(report, folder / f"{report.name}.html", theme)
        make_pdf(report, folder / f"{report.name}.pdf", theme)
        code = folder / report.name / "code.html"
        code_page(report.run / "executed.ipynb", code, report.title, report=report.name, theme=theme)
    except EngagementError as error:
        return str(error)
    except Exception as error:  # one report's failure is no other's
        return f"{report.name}: {type(error).__name__}: {error}"
    return ""


def _outcome(future: "Future[str]") -> str:
    try:
        return future.result()
    except BrokenProcessPool:
        return "the process that made its pages was killed"


def _start(theme: Theme) -> None:
    """Start the process that others are forked from, unless it is there; it loads in the background."""
    from multiprocessing.forkserver import ensure_running

    from engagement_utils.suite.publish import rehearsal

    _context()
    with _STARTING, rehearsal.told(theme):
        ensure_running()


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, _context(), _end_with_parent)


def _context() -> multiprocessing.context.BaseContext:
    """Processes that share one import of the page-making libraries, where the platform can fork."""
    if not _FORKS:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([f"{__package__}.preload"])
    return context


def _end_with_parent() -> None:
    """End this process when the suite ends, by a kill too: a pool would wait for work for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
