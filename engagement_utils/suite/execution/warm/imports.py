"""What a notebook imports, read from its cells and from the modules that these reach; nothing is run.

The names are of two kinds: modules of our own package, and libraries. What all planned notebooks share of the
libraries is imported once, in the process that all others are forked from.
"""

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = "engagement_utils"
ROOT = Path(__file__).resolve().parents[3]
# what these import when they are first used, in every report
LATE = {
    "ibis": (
        "ibis.backends.duckdb",
        "ibis.backends.duckdb.converter",
        "ibis.formats.pandas",
        "ibis.expr.types.groupby",
        "pyarrow.csv",
        "pyarrow.compute",
        "pyarrow.pandas_compat",
    ),
    "matplotlib": ("matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    "sklearn": ("narwhals._pandas_like.namespace",),
}


def of_notebook(path: Path) -> tuple[str, ...]:
    """Dotted names that the notebook's code cells import unconditionally, in order, each once.

    A cell that Python cannot parse, and a file that is no notebook, import nothing.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        sources = ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(dict.fromkeys(name for source in sources for name in _names(source)))


def libraries(names: Iterable[str]) -> frozenset[str]:
    """Modules of other packages among `names`, and those that our own modules among `names` reach."""
    todo, seen, found = list(names), set[str](), set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        if name.partition(".")[0] == PACKAGE:
            todo += _imports_of(name)
        else:
            found.add(name)
    return frozenset(found)


def late(names: Iterable[str]) -> tuple[str, ...]:
    """What the packages of `names` import only as they are used."""
    packages = dict.fromkeys(name.partition(".")[0] for name in names)
    return tuple(module for package in packages for module in LATE.get(package, ()))


@cache
def _imports_of(module: str) -> tuple[str, ...]:
    """What one of our modules imports as it is imported; () for a name that is no module's."""
    base = ROOT.joinpath(*module.split(".")[1:])  # not `find_spec`, which imports the parent
    for file in (base.with_suffix(".py"), base / "__init__.py"):
        if file.is_file():
            return tuple(_names(file.read_text(encoding="utf-8")))
    return ()


def _names(code: str) -> Iterator[str]:
    """Names in the import statements at the top level; `from a import b` gives `a` and `a.b`."""
    lines = ("" if line.lstrip().startswith(("%", "!", "?")) else line for line in code.splitlines())
    try:
        body = ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
