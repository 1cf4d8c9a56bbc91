"""Dotted names in documentation: what stands in backticks and starts with one of our packages must exist."""

import ast
import io
import re
import tokenize
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tests.checks import PACKAGE

# `tables.reading.read_tables`, or a call of it
NAME = re.compile(r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)(?:\([^`]*\))?`")
FILE = re.compile(r"\.(?:py|md|yml|json|html|csv|css|ipynb|toml|js|parquet|xlsx|pdf|lock|j2)$")


def problems(root: Path) -> list[str]:
    """Names that nothing has, in the docstrings and comments of the package and in `docs` and README."""
    home = root / PACKAGE
    files = sorted(home.rglob("*.py"))
    texts = [(file, *text) for file in files for text in documentation(file)]
    pages = [*sorted((root / "docs").rglob("*.md")), root / "README.md"]
    texts += [(page, 1, page.read_text(encoding="utf-8")) for page in pages if page.is_file()]
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = project.get("entry-points", {})
    questions = {p.stem for p in home.glob("*/questions/*.py")}  # sections of a notebook's `report`
    # what a name may start with: a package at any depth, or a module at the top
    starts = {file.parent if file.name == "__init__.py" else file for file in [*home.glob("*.py"), *files]}
    starts = {p for p in starts if p.is_dir() or p.parent == home}
    found = []
    for file, line, text in texts:
        beside = [p for p in file.parent.glob("*.py") if file.suffix == ".py"]
        for match in NAME.finditer(text):
            first, *rest = match[1].split(".")
            known = [p for p in starts if p.stem == first]
            section = first == "report" and rest[0] in questions
            if known and not section and match[1] not in groups and not FILE.search(match[1]):
                known += [p for p in beside if p.stem == first]
                if not any(exists(p, rest) for p in known):
                    at = line + text.count("\n", 0, match.start())
                    found.append(f"{file.relative_to(root).as_posix()}:{at}: nothing is `{match[1]}`")
    return found


def documentation(file: Path) -> Iterator[tuple[int, str]]:
    """Docstrings and comments, each with its first line's number."""
    code = file.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node, False):
            yield node.body[0].lineno, ast.get_docstring(node, False) or ""
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def exists(path: Path, rest: list[str]) -> bool:
    """Whether the names follow from a package or module, as modules, then as names in it, then in a class."""
    while rest and path.is_dir():
        below = [path / rest[0], path / f"{rest[0]}.py"]
        path, rest = next((p for p in below if p.exists()), path / "__init__.py"), rest[1:]
        if path.name == "__init__.py":
            return False
    if not rest or path.is_dir():
        return True
    names = _defined(path)
    return rest[0] in names and (len(rest) == 1 or names[rest[0]] is None or rest[1] in names[rest[0]])


@cache
def _defined(file: Path) -> dict[str, Any]:
    """What a module defines at its top: for a class its members, else None."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {
        name: members(node) if isinstance(node, ast.ClassDef) else None
        for node in tree.body
        for name in _names(node)
    }


def members(node: ast.ClassDef) -> set[str] | None:
    """Names of a class; None where a base may have more."""
    if node.bases:
        return None
    own = {a.attr for a in ast.walk(node) if isinstance(a, ast.Attribute) and isinstance(a.ctx, ast.Store)}
    return own.union(*(_names(n) for n in node.body))


def _names(node: ast.stmt) -> set[str]:
    """What a statement gives a name to, in its blocks too."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    stored = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    imports = [n for n in ast.walk(node) if isinstance(n, ast.Import | ast.ImportFrom)]
    return stored | {alias.asname or alias.name for n in imports for alias in n.names}
