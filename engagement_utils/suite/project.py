"""Where a project's things are: found from any directory."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import engagement_utils
from engagement_utils.errors import ParameterError

NAME = "engagement-utils"


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
