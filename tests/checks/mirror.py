"""Tests mirror modules: whoever opens `x/y.py` finds its tests in `tests/x/test_y.py`."""

from pathlib import Path

from tests.checks import PACKAGE

STRICT = False  # whether a module without its tests breaks `make check`, or is only listed
SMALL = 15  # lines up to which a module needs no tests of its own


def missing(root: Path) -> list[str]:
    """Modules without a file of tests, each with the file that is expected."""
    home = root / PACKAGE
    return [
        f"{PACKAGE}/{path.as_posix()}: no {test.relative_to(root).as_posix()}"
        for path in sorted(p.relative_to(home) for p in home.rglob("*.py"))
        for test in [root / "tests" / path.parent / f"test_{path.name}"]
        if not path.name.startswith("__") and not test.is_file() and _lines(home / path) > SMALL
    ]


def _lines(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())
