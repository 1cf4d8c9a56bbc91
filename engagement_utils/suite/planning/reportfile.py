"""One parameter file: its top-level keys, each checked by itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import ByteSize, TypeAdapter, ValidationError

from engagement_utils.suite.planning import yamlfile
from engagement_utils.suite.planning.names import name_fault, readable
from engagement_utils.suite.planning.problems import Problem, dotted, nearest, printable, shown, unknown
from engagement_utils.suite.project import Project

KEYS = ("notebook", "title", "parameters", "for_each", "timeout", "memory")
DEFAULT_TIMEOUT = 600.0
MAX_TIMEOUT = 7 * 24 * 3600.0
MIN_MEMORY = 64 * 1024**2
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass
class ReportFile:
    """What a parameter file asks for; `problems` holds what is wrong, the fields then hold defaults.

    `for_each` maps a parameter to its values; `notebook` is None where none was found.
    """

    name: str
    path: Path
    document: yamlfile.Document
    title: str = ""
    notebook: Path | None = None
    parameters: dict[Any, Any] = field(default_factory=dict)
    for_each: dict[Any, list[Any]] = field(default_factory=dict)
    timeout: float = DEFAULT_TIMEOUT
    memory: int | None = None
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: yamlfile.KeyPath, found: str, accepted: str, key: str = "") -> None:
        """Note a problem at the line of `path`, which names it where no `key` does."""
        self.problems.append(Problem(self.document.where(path), key or dotted(path), found, accepted))


def read_report(path: Path, label: str, project: Project) -> ReportFile:
    """Read a parameter file; nothing is raised, everything wrong is in `problems`."""
    document = yamlfile.read(path, label)
    report = ReportFile(
        path.stem, path, document, title=readable(path.stem), problems=list(document.problems)
    )
    if fault := name_fault(path.stem):
        report.add((), *fault, key="the file's name")
    value = document.value
    if not isinstance(value, dict):
        if not document.problems:
            found = "empty" if value is None else shown(value)
            report.add((), found, f"accepted: a mapping of {', '.join(KEYS)}; at least `notebook: NAME`")
        return report
    for key in value:
        if key not in KEYS:
            hint = "a report is named by its file; " if key == "name" else ""
            report.add((key,), "unknown key", hint + unknown(key, KEYS))
    _notebook(report, value, project)
    _title(report, value)
    _parameters(report, value)
    _for_each(report, value)
    _limits(report, value)
    return report


def _notebook(report: ReportFile, value: Mapping[str, Any], project: Project) -> None:
    """A bare name is one of the project's notebooks; with a slash it is a path from the YAML's folder."""
    stated = value.get("notebook", report.name)
    known = sorted(p.stem for p in project.notebooks.glob("*.ipynb")) if project.notebooks.is_dir() else []
    accepted = (
        f"the name of a notebook ({', '.join(known) or 'there is none yet'}) or a path such as ./mine.ipynb"
    )
    if not isinstance(stated, str) or not stated.strip() or "\0" in stated:
        report.add(("notebook",), shown(stated), f"accepted: {accepted}")
        return
    if "/" in stated or "\\" in stated:
        path = report.path.parent / stated
    else:
        path = project.notebooks / (stated if stated.endswith(".ipynb") else f"{stated}.ipynb")
    try:
        there = path.suffix == ".ipynb" and path.is_file()
    except OSError:
        there = False
    if there:
        report.notebook = path.resolve()
        return
    found = f"no notebook {printable(stated)!r}" + ("" if "notebook" in value else " (the file's name)")
    report.add(("notebook",), found, f"{nearest(stated, known)}accepted: {accepted}")


def _title(report: ReportFile, value: Mapping[str, Any]) -> None:
    if "title" not in value:
        return
    title = value["title"]
    if isinstance(title, str) and title.strip() and len(title) <= 200 and not _CONTROL.search(title):
        report.title = title.strip()
    else:
        report.add(("title",), shown(title), "accepted: one line of text, at most 200 characters")


def _parameters(report: ReportFile, value: Mapping[str, Any]) -> None:
    parameters = value.get("parameters")
    if isinstance(parameters, dict):
        report.parameters = parameters
    elif parameters is not None:
        accepted = "accepted: a mapping of the notebook's parameters to values"
        report.add(("parameters",), shown(parameters), accepted)


def _for_each(report: ReportFile, value: Mapping[str, Any]) -> None:
    if "for_each" not in value:
        return
    for_each = value["for_each"]
    accepted = "accepted: a mapping of parameters to lists, such as {campus: [QRO, MTY]}"
    if not isinstance(for_each, dict) or not for_each:
        report.add(("for_each",), shown(for_each), accepted)
        return
    for key, values in for_each.items():
        path = ("for_each", key)
        if not isinstance(values, list) or not values:
            report.add(path, shown(values), "accepted: a list of values")
            continue
        if key in report.parameters:
            report.add(path, "also stated under parameters", "accepted: in one of the two")
        wrong = [i for i, v in enumerate(values) if not isinstance(v, str | int | float | date) or v != v]
        for i in wrong:
            accepted = "accepted: text, numbers, dates, true or false"
            report.add((*path, i), shown(values[i]), accepted)
        if not wrong:
            report.for_each[key] = values


def _limits(report: ReportFile, value: Mapping[str, Any]) -> None:
    timeout = value.get("timeout", DEFAULT_TIMEOUT)
    number = isinstance(timeout, int | float) and not isinstance(timeout, bool)
    if number and isfinite(timeout) and 0 < timeout <= MAX_TIMEOUT:
        report.timeout = float(timeout)
    else:
        report.add(("timeout",), shown(timeout), f"accepted: seconds, above 0, at most {MAX_TIMEOUT:.0f}")
    memory = value.get("memory")
    if memory is None:
        return
    accepted = "accepted: a size with its unit, such as 2GB or 512MiB, at least 64MiB"
    try:
        size = int(TypeAdapter(ByteSize).validate_python(memory)) if isinstance(memory, str) else -1
    except (ValidationError, OverflowError):
        size = -1
    if size >= MIN_MEMORY:
        report.memory = size
    else:
        report.add(("memory",), shown(memory), accepted)
