"""What a notebook imports, read from its cells and from the modules that these reach; nothing is run.

The names are of two kinds: modules of our own package, and libraries. What all planned notebooks share of the
libraries is imported once, in the process that all others are forked from.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from engagement_utils.imports import PACKAGE, followed, imported

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
    found = followed(names, always=True)
    return frozenset(name for name in found if name.partition(".")[0] != PACKAGE)


def late(names: Iterable[str]) -> tuple[str, ...]:
    """What the packages of `names` import only as they are used."""
    packages = dict.fromkeys(name.partition(".")[0] for name in names)
    return tuple(module for package in packages for module in LATE.get(package, ()))


def _names(code: str) -> tuple[str, ...]:
    try:
        return imported(code, always=True)
    except ValueError:
        return ()
