"""From a folder of parameter files to the jobs of a run: every problem is found before any kernel starts."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engagement_utils.errors import ParameterError
from engagement_utils.suite.job import Job
from engagement_utils.suite.planning import yamlfile
from engagement_utils.suite.planning.family import Member, members
from engagement_utils.suite.planning.inputs import check_inputs
from engagement_utils.suite.planning.jsonable import canonical
from engagement_utils.suite.planning.parameters import Issue, Parameters, read_parameters
from engagement_utils.suite.planning.problems import Problem, dotted, raise_all, refusal, unknown
from engagement_utils.suite.planning.reportfile import ReportFile, read_report
from engagement_utils.suite.project import Project, shown_path

SUFFIXES = (".yml", ".yaml")
Override = tuple[str, str, str]


def plan(
    params_dir: Path, project: Project, overrides: Iterable[Override] = (), only: Iterable[str] = ()
) -> list[Job]:
    """The jobs of every parameter file in a folder, sorted by name.

    Args:
        params_dir: folder of `*.yml` and `*.yaml` files; files that start with a dot are left out.
        project: whose notebooks are meant by name.
        overrides: (report or family, parameter, YAML text of the value), as `parse_override` reads them.
        only: reports or families to keep; of other files no problem is raised.

    Raises:
        ParameterError: a line a problem, of all files: `file:line: key: what was found; what is accepted`.
    """
    planner = _Planner(project, list(overrides))
    reports = [read_report(path, shown_path(path), project) for path in report_files(params_dir)]
    jobs = [job for report in reports for job in planner.jobs(report)]
    wanted = planner.choose(reports, list(only))
    planner.check_overrides(reports)
    of_files = [sorted(r.problems, key=lambda p: p.line) for r in reports if r.name in wanted]
    raise_all([*planner.problems, *itertools.chain(*of_files)])
    names = planner.only
    return sorted(
        (j for j in jobs if not names or j.name in names or j.family in names), key=lambda j: j.name
    )


def parse_override(text: str) -> Override:
    """`NAME.KEY=VALUE` in its three parts; VALUE may hold further `=`, NAME and KEY no `.` or `=`.

    Raises:
        ParameterError: a part is missing.
    """
    target, equals, value = text.partition("=")
    name, dot, key = target.partition(".")
    if not (equals and dot and name.strip() and key.strip()):
        accepted = "accepted: NAME.KEY=VALUE, a report, a parameter, YAML"
        raise refusal(Problem(f"--set {text}", "", "not of the form", accepted))
    return name.strip(), key.strip(), value


def report_files(params_dir: Path) -> list[Path]:
    """The parameter files of a folder, sorted by name, absolute.

    Raises:
        ParameterError: no such folder, or no such file in it.
    """
    accepted = "accepted: a folder of parameter files, *.yml or *.yaml"
    try:
        found = sorted(p for p in params_dir.iterdir() if p.suffix.lower() in SUFFIXES and p.name[0] != ".")
    except OSError as error:
        reason = f"cannot be read ({error.strerror})"
        raise refusal(Problem(str(params_dir), "", reason, accepted)) from error
    if not found:
        raise refusal(Problem(str(params_dir), "", "no parameter file in it", accepted))
    return [path.absolute() for path in found]


@dataclass
class _Override:
    """One `--set`: its parsed value, and whether a report took it."""

    name: str
    key: str
    document: yamlfile.Document
    used: bool = False


@dataclass
class _Source:
    """Where one parameter's value was written: a document, the path within it, the key to show."""

    document: yamlfile.Document
    path: yamlfile.KeyPath
    key: str

    def problem(self, issue: Issue) -> Problem:
        """An issue of the value, at its line."""
        rest = issue.path[1:]
        where = self.document.where((*self.path, *rest))
        return Problem(where, dotted([self.key, *rest]), issue.found, issue.accepted)


@dataclass
class _Planner:
    """Reads each notebook once and looks at each input once, however many members a family has."""

    project: Project
    stated: list[Override]
    problems: list[Problem] = field(default_factory=list)
    only: set[str] = field(default_factory=set)
    names: dict[str, tuple[str, str]] = field(default_factory=dict)  # lower-case name -> name, who makes it
    notebooks: dict[Path, Parameters | ParameterError] = field(default_factory=dict)
    inputs: dict[tuple[Path, str], list[Issue]] = field(default_factory=dict)
    overrides: list[_Override] = field(init=False)

    def __post_init__(self) -> None:
        self.overrides = []
        for name, key, text in self.stated:
            document = yamlfile.parse(text, f"--set {name}.{key}", lines=False)
            self.problems += document.problems
            self.overrides.append(_Override(name, key, document))

    def jobs(self, report: ReportFile) -> list[Job]:
        """The jobs of one file; what is wrong is added to its problems."""
        parameters = self.parameters(report)
        made = members(report)
        for member in made:
            self.claim(report, member)
        if parameters is None:
            for override in self.overrides:
                override.used |= override.name in {report.name, *(m.name for m in made)}
            return []
        return [self.job(report, member, parameters) for member in made]

    def parameters(self, report: ReportFile) -> Parameters | None:
        """The parameters of the file's notebook, or None with a problem noted."""
        path = report.notebook
        if path is None:
            return None
        if path not in self.notebooks:
            try:
                self.notebooks[path] = read_parameters(path, shown_path(path))
            except ParameterError as error:
                self.notebooks[path] = error
        found = self.notebooks[path]
        if isinstance(found, Parameters):
            return found
        report.problems += [Problem("", "", line) for line in str(found).splitlines()]
        return None

    def claim(self, report: ReportFile, member: Member) -> None:
        """Two reports of one name, also where a file system takes `A` for `a`, are a problem."""
        label = report.document.label
        name, maker = self.names.setdefault(member.name.lower(), (member.name, label))
        if maker != label:
            found = f"makes a report {member.name!r}, as {maker} makes {name!r}"
            accepted = "accepted: names that differ by more than case"
            report.add((), found, accepted, key="the report's name")

    def job(self, report: ReportFile, member: Member, parameters: Parameters) -> Job:
        """One member's job; where there are problems its values are not to be used."""
        sources = {
            key: _Source(report.document, ("parameters", key), f"parameters.{key}")
            for key in report.parameters
        }
        given = {**report.parameters, **member.values}
        for key, i in member.positions.items():
            sources[key] = (
                _Source(report.document, ("for_each", key, i), f"for_each.{key}[{i}]")
                if key in parameters.names
                else _Source(report.document, ("for_each", key), f"for_each.{key}")
            )
        for override in self.overrides:
            if override.name not in {member.name, report.name}:
                continue
            override.used = True
            if override.document.problems:
                continue
            if override.key in member.values:
                found = f"{override.key} is stated by for_each"
                self.problems.append(
                    Problem(override.document.label, "", found, "accepted: another parameter")
                )
            else:
                given[override.key] = override.document.value
                sources[override.key] = _Source(override.document, (), "")
        values, issues = parameters.resolve(given)
        tables = tuple(name for name in parameters.tables if values[name] is not None)
        if not issues:
            issues = self.missing(values, tables, report.path.parent)
        for issue in issues:
            name = issue.path[0]
            default = _Source(report.document, ("parameters",), f"parameters.{name} (the notebook's default)")
            problem = sources.get(name, default).problem(issue)
            (self.problems if problem.where.startswith("--set ") else report.problems).append(problem)
        assert report.notebook is not None
        return Job(
            name=member.name,
            title=member.title,
            notebook=report.notebook,
            source=report.path,
            parameters=values,
            tables=tables,
            given=tuple(name for name in parameters.names if name in given),
            timeout=report.timeout,
            memory=report.memory,
            family=report.name if report.for_each else "",
            member=member.values,
        )

    def missing(self, values: dict[str, Any], tables: Sequence[str], base: Path) -> list[Issue]:
        """What `check_inputs` finds, each value looked at once."""
        issues: list[Issue] = []
        for name, value in values.items():
            key = (base, canonical([name, name in tables, value]))
            if key not in self.inputs:
                self.inputs[key] = check_inputs({name: value}, [name] if name in tables else [], base)
            issues += self.inputs[key]
        return issues

    def choose(self, reports: Sequence[ReportFile], only: Sequence[str]) -> set[str]:
        """The files whose problems count: all, or those that make what `only` names."""
        if not only:
            return {report.name for report in reports}
        known = self.known(reports)
        for name in only:
            if name not in known:
                self.problems.append(Problem("reports", name, "no such report", unknown(name, known)))
        self.only = set(only)
        made = dict(self.names.values())
        labels = {made.get(name, "") for name in only}
        return {r.name for r in reports if r.name in self.only or r.document.label in labels}

    def check_overrides(self, reports: Sequence[ReportFile]) -> None:
        """An override of a report that is none."""
        for override in self.overrides:
            if not override.used:
                label = override.document.label
                accepted = unknown(override.name, self.known(reports))
                self.problems.append(Problem(label, "", f"no report {override.name!r}", accepted))

    def known(self, reports: Sequence[ReportFile]) -> list[str]:
        """Every name of a report or a family."""
        return sorted({name for name, _ in self.names.values()} | {report.name for report in reports})


def describe(jobs: Iterable[Job]) -> list[dict[str, Any]]:
    """What `engagement list` shows: each planned job with its parameters; a notebook is read once.

    A parameter that is `given` is stated by YAML or `--set`; the others have their default.

    Raises:
        ParameterError: a notebook's parameters cell changed since the plan, and is not readable now.
    """
    read: dict[Path, Parameters] = {}
    found = []
    for job in jobs:
        if job.notebook not in read:
            read[job.notebook] = read_parameters(job.notebook)
        rows = [
            {
                "name": item.name,
                "annotation": item.annotation,
                "accepted": item.kind.words,
                "default": item.default,
                "description": item.description,
                "value": job.parameters.get(item.name, item.default),
                "given": item.name in job.given,
            }
            for item in read[job.notebook].items
        ]
        shown = ("name", "title", "notebook", "source", "family", "timeout", "memory")
        found.append({name: getattr(job, name) for name in shown} | {"parameters": rows})
    return found
