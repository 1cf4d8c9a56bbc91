"""The pages of a small made-up notebook, made and thrown away, so that what a first page loads is loaded.

Templates are compiled, lexers and patterns are made as a first page asks for them. The process from which
those that make pages are forked rehearses once, and none of its children pays for it again.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engagement_utils.report.outputs import Figure, Finding, TableColumn, TableView
from engagement_utils.suite.job import Job
from engagement_utils.suite.pages.prepare import prepare
from engagement_utils.suite.publish.publisher import Prepared
from engagement_utils.suite.publish.theme import Theme

VARIABLE = "ENGAGEMENT_PAGES_PROJECT"  # tells the process that is forked from whose templates to load
_NAME = "rehearsal"
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36">'
    '<defs><style>*{stroke-linejoin: round}</style></defs><g id="a"><path d="M 0 0 L 9 9"/>'
    '<path d="M 0 0 L 9 9" style="fill: none; stroke: #1b1b1f" clip-path="url(#b)"/></g></svg>'
)
_TEXT = """\
## A heading

Text with $x^2$, **weight**, `code` and [a link](#a).

- item

| a | b |
|---|--:|
| 1 | 2 |
"""
_SHOWN = (
    Finding("t", "One.", None, None, 1, None, "supported"),
    Figure("f", "Title", "Caption.", "Alt.", svg=_SVG),
    TableView("t", "Title", (TableColumn("n", kind="number"),), (("1",),), "Caption.", folded=False),
)


def rehearse(theme: Theme) -> None:
    """Make page and code view once."""
    from engagement_utils.suite.publish.code import code_page
    from engagement_utils.suite.publish.html import report_page

    with TemporaryDirectory(prefix="rehearsal-") as temporary:
        run = Path(temporary)
        (run / "executed.ipynb").write_text(json.dumps(_executed()), encoding="utf-8")
        prepare(run / "executed.ipynb", Job(_NAME, "Rehearsal", Path("n.ipynb"), run, {}), {}, run)
        report = Prepared(_NAME, "Rehearsal", run / "prepared.ipynb", run)
        code_page(run / "executed.ipynb", run / "code.html", "Rehearsal", report=_NAME, theme=theme)
        report_page(report, run / "page.html", theme)


@contextmanager
def told(theme: Theme) -> Iterator[None]:
    """Meanwhile, a process that is started knows the theme (`asked`)."""
    os.environ[VARIABLE] = str(theme.project or "")
    try:
        yield
    finally:
        del os.environ[VARIABLE]


def asked() -> Theme:
    """The theme that the process which started this one named."""
    project = os.environ.get(VARIABLE)
    return Theme(Path(project) if project else None)


def _executed() -> dict[str, Any]:
    bundles = [output._repr_mimebundle_() for output in _SHOWN]
    shown = [{"output_type": "display_data", "data": bundle, "metadata": {}} for bundle in bundles]
    source = "import this  # as code is shown\nx = f\"{1:.2f}\" + 'y'\n"
    code = {"cell_type": "code", "metadata": {}, "source": source, "outputs": shown}
    text = {"cell_type": "markdown", "metadata": {}, "source": _TEXT}
    return {"cells": [text, code], "metadata": {}, "nbformat": 4}
