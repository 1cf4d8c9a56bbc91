"""`sample:<domain>/<file>`: data that a domain bundles, or generates once into the cache.

A domain bundles files in its folder `data/`; what it generates stands in its module `sample` as
`SAMPLES: dict[str, Callable[[], pandas.DataFrame]]`, file name to generator. Light: a generator's module is
imported only when its file is not in the cache.
"""

import ast
import hashlib
import importlib
import importlib.util
import os
import re
import tempfile
from importlib.metadata import version
from pathlib import Path

from engagement_utils.errors import TableError
from engagement_utils.tables.names import listed, nearest

_NAME = re.compile(r"sample:([a-z][a-z0-9_]*)/([A-Za-z0-9][A-Za-z0-9._-]*)")
_PACKAGE = "engagement_utils"
_PROJECT = Path(__file__).parents[2]


def sample_file(path: str, base: Path) -> Path:
    """The file of a `sample:` path, generated where it is not bundled and not in the cache.

    Raises:
        TableError: the name is malformed, or no domain has such a sample.
    """
    match = _NAME.fullmatch(path)
    if not match or ".." in path:
        msg = f"{path!r}: accepted: sample:<domain>/<file>, such as sample:pings/interactions.csv"
        raise TableError(msg)
    domain, file = match[1], match[2]
    package = importlib.util.find_spec(f"engagement_utils.{domain}")
    if package is None or not package.submodule_search_locations:
        msg = f"{path!r}: no domain {domain!r}{nearest(domain, _domains())}"
        raise TableError(msg)
    inside = Path(package.submodule_search_locations[0])
    bundled = next((f for f in (inside / "sample", inside / "data") if f.is_dir()), inside / "data")
    if (bundled / file).is_file():
        return bundled / file
    module = importlib.util.find_spec(f"engagement_utils.{domain}.sample")
    cached = _cached(module.name, base, file) if module else None
    if cached is not None and cached.is_file():
        return cached
    generators = getattr(importlib.import_module(module.name), "SAMPLES", {}) if module else {}
    if file not in generators or cached is None:
        names = sorted({*generators, *(p.name for p in bundled.glob("*"))})
        msg = f"{path!r}: domain {domain!r} has no such sample{nearest(file, names)}; it has {listed(names)}"
        raise TableError(msg)
    _write(generators[file](), cached)
    return cached


def _domains() -> list[str]:
    root = Path(__file__).parents[1]
    return sorted(
        p.name for p in root.iterdir() if any((p / n).exists() for n in ("data", "sample", "sample.py"))
    )


def _cached(module: str, base: Path, file: str) -> Path:
    """Where a generated sample is kept: below what its bytes depend on."""
    texts = [part for name, text in sorted(_sources(module).items()) for part in (name.encode(), text)]
    depends = [*texts, version("pandas").encode(), version("numpy").encode()]
    digest = hashlib.sha256(b"\0".join(depends)).hexdigest()[:16]
    roots = [_PROJECT, base.absolute(), *base.absolute().parents]
    root = next((r for r in roots if (r / "pyproject.toml").is_file()), base)
    return root / ".cache" / "engagement" / "samples" / digest / file


def _sources(module: str) -> dict[str, bytes]:
    """The code of a module and of all that it imports from this package, by name; nothing of it is run."""
    found: dict[str, bytes] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        spec = importlib.util.find_spec(name) if name not in found else None
        if spec is None or spec.origin is None:
            continue
        found[name] = Path(spec.origin).read_bytes()
        for node in ast.walk(ast.parse(found[name])):
            waiting += [n for n in _imported(node) if n.startswith(f"{_PACKAGE}.")]
    return found


def _imported(node: ast.AST) -> list[str]:
    """The modules that a statement may import: `from a import b` gives a, and a.b where that is a module."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom) or not node.module or node.level:
        return []
    below = [f"{node.module}.{alias.name}" for alias in node.names] if _is_package(node.module) else []
    return [node.module, *below]


def _is_package(name: str) -> bool:
    if not name.startswith(_PACKAGE):
        return False
    spec = importlib.util.find_spec(name)
    return spec is not None and spec.submodule_search_locations is not None


def _write(frame: "pandas.DataFrame", target: Path) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Write by one rename, so that a reader never sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    os.close(handle)
    part = Path(name)
    try:
        if target.suffix == ".parquet":
            frame.to_parquet(part, index=False)
        else:
            frame.to_csv(part, index=False, lineterminator="\n")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
