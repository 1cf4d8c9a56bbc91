"""`engagement new NAME`: a notebook and a parameter file that run as they are."""

from importlib.resources import files
from pathlib import Path

from engagement_utils.suite.planning.names import name_fault, readable
from engagement_utils.suite.planning.problems import Problem, refusal
from engagement_utils.suite.project import Project

_TEMPLATES = files("engagement_utils.suite.planning") / "templates"


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
