"""What `make check` holds beside the linters: the rules of this code base, each in a module of its own."""

from pathlib import Path

ROOMS = ("tables", "inference", "report", "suite")
PACKAGE = "engagement_utils"


def domains(root: Path) -> list[str]:
    """The domains of a checkout: every package directly below `engagement_utils` that is no room."""
    found = (root / PACKAGE).iterdir()
    return sorted(p.name for p in found if p.name not in ROOMS and (p / "__init__.py").is_file())
