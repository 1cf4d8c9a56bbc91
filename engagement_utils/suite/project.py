"""Where a project's things are, found from any directory, and how a new report is put among them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import engagement_utils
from engagement_utils.errors import ParameterError
from engagement_utils.suite.planning.names import name_fault, readable
from engagement_utils.suite.planning.problems import Problem, refusal

NAME = "engagement-utils"
_TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class Project:
    """A clone of the suite; every path is below `root`, which is absolute."""

    root: Path

    @property
    def notebooks(self) -> Path:
        """The folder of notebooks."""
        return self.root / "notebooks"

    @property
    def params(self) -> Path:
        """The default folder of parameter files."""
        return self.root / "params"

    @property
    def reports(self) -> Path:
        """The site, and the templates and styles that go before the suite's own."""
        return self.root / "reports"

    @property
    def out(self) -> Path:
        """The default place of the published site."""
        return self.reports / "_site"

    @property
    def cache(self) -> Path:
        """Runs and pages by their keys."""
        return self.root / ".cache" / "engagement"

    @property
    def lock(self) -> Path:
        """The hash-pinned requirements."""
        return self.root / "requirements.lock"


def find_project(start: Path | None = None) -> Project:
    """The project that `start` (the working directory) is in, else the one the package runs from.

    Raises:
        ParameterError: neither is inside a project.
    """
    start = (start or Path.cwd()).absolute()
    package = Path(engagement_utils.__file__).resolve().parent
    for folder in (start, *start.parents, *package.parents):
        if _is_project(folder):
            return Project(folder.resolve())
    msg = (
        f"{start}: not inside a project, and the installed package is not in one; "
        f"accepted: a folder below a pyproject.toml of {NAME}"
    )
    raise ParameterError(msg)


def _is_project(folder: Path) -> bool:
    try:
        with (folder / "pyproject.toml").open("rb") as file:
            content = tomllib.load(file)
    except (OSError, ValueError):
        return False
    project = content.get("project")
    return isinstance(project, dict) and project.get("name") == NAME


def shown_path(path: Path) -> str:
    """A path as messages name it: from the working directory where it is below it."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def new_report(project: Project, name: str) -> list[Path]:
    """Write `notebooks/NAME.ipynb` and `params/NAME.yml` from the template; the files, in this order.

    Raises:
        ParameterError: the name is none for a report, or one of the files is there already; then nothing is
            written.
    """
    if fault := name_fault(name):
        raise refusal(Problem("engagement new", "", *fault))
    targets = {
        project.notebooks / f"{name}.ipynb": "report.ipynb",
        project.params / f"{name}.yml": "report.yml",
    }
    taken = {path.stem.lower(): path for folder in {t.parent for t in targets} for path in _listed(folder)}
    if there := taken.get(name.lower()):
        found = f"{there.relative_to(project.root)} is there already"
        raise refusal(Problem("engagement new", name, found, "accepted: a name that is free"))
    for target, template in targets.items():
        text = (_TEMPLATES / template).read_text(encoding="utf-8")
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text.replace("__NAME__", name).replace("__TITLE__", readable(name)))
    return list(targets)


def _listed(folder: Path) -> list[Path]:
    """Notebooks and parameter files, in whatever case their endings are."""
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in {".ipynb", ".yml", ".yaml"})
