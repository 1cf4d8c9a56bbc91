"""Which modules of `engagement_utils` a notebook reaches by import, and a hash of each.

Imports are read from the code, never run: of a notebook by `engagement_utils.imports`, of the whole package
by grimp's graph, which is faster. The graph is built anew each time, so nothing hangs on file times.
"""

import importlib.util
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engagement_utils.imports import PACKAGE, imported
from engagement_utils.suite.caching.hashing import FileHashes

if TYPE_CHECKING:
    from grimp import ImportGraph

EVERYTHING = "*"


def imported_names(code: str, package: str = PACKAGE) -> set[str]:
    """Dotted names that `code` imports from `package`.

    Code that Python cannot parse gives `EVERYTHING`: what it imports is unknown, so it depends on the whole
    package.
    """
    try:
        return {n for n in imported(code) if n == package or n.startswith(package + ".")}
    except ValueError:
        return {EVERYTHING}


class Modules:
    """The package's import graph and the bytes of its files; one instance serves a whole run."""

    def __init__(self, hashes: FileHashes, package: str = PACKAGE) -> None:
        self._hash = hashes
        self._package = package
        self._known: dict[frozenset[str], dict[str, str]] = {}

    @cached_property
    def _graph(self) -> "ImportGraph":
        import grimp  # a tenth of a second, and `engagement list` needs none of it

        return grimp.build_graph(self._package, cache_dir=None, exclude_type_checking_imports=True)

    @cached_property
    def _root(self) -> Path:
        spec = importlib.util.find_spec(self._package)
        if spec is None or spec.origin is None:
            msg = f"the package {self._package} is not on Python's path"
            raise ModuleNotFoundError(msg)
        return Path(spec.origin).parent

    def reached(self, names: Iterable[str]) -> set[str]:
        """The modules behind `names`, all they import, and the packages that Python runs on the way."""
        names = set(names)
        if EVERYTHING in names:
            return set(self._graph.modules)
        start = {m for name in names for m in _with_packages(name) if m in self._graph.modules}
        found = set(start)
        for module in start:
            found |= self._graph.find_upstream_modules(module)
        return {m for module in found for m in _with_packages(module)}

    def hashes(self, names: Iterable[str]) -> dict[str, str]:
        """SHA-256 by module for everything that `names` reach.

        A file that is not Python and lies in a reached package (a style sheet, a schema) counts too, under
        its path in the package: such files are read by the modules beside them.
        """
        names = frozenset(names)
        if names not in self._known:
            found: dict[str, str] = {}
            for module in sorted(self.reached(names)):
                path = self._root.joinpath(*module.split(".")[1:])
                if not path.is_dir():
                    found[module] = self._hash.of(path.with_suffix(".py"))
                    continue
                found[module] = self._hash.of(path / "__init__.py")
                for file in sorted(path.iterdir()):
                    if file.is_file() and file.suffix not in {".py", ".pyc"}:
                        found[file.relative_to(self._root.parent).as_posix()] = self._hash.of(file)
            self._known[names] = found
        return self._known[names]


def _with_packages(module: str) -> list[str]:
    parts = module.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts) + 1)]
