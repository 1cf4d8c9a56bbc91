"""`sample:<domain>/<file>`: data that a domain bundles, or generates once into the cache.

A domain's folder `sample/` holds its bundled files and, where it generates some, `generate.py` (or the
folder's `__init__.py`) with `SAMPLES: dict[str, Callable[[], pandas.DataFrame]]`, file name to generator. The
code is run from its file when what it makes is not in the cache: nothing here imports a domain.
"""

import hashlib
import os
import re
import runpy
import tempfile
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from engagement_utils.errors import TableError
from engagement_utils.imports import file_of, followed, homes, imported
from engagement_utils.tables.names import listed, nearest

_NAME = re.compile(r"sample:([a-z][a-z0-9_]*)/([A-Za-z0-9][A-Za-z0-9._-]*)")
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
    domains = {p.name: p for home in homes() for p in home.iterdir() if _bundled(p) or _generator(p)}
    if domain not in domains:
        msg = f"{path!r}: no domain {domain!r} with samples{nearest(domain, domains)}"
        raise TableError(msg)
    bundled, code = _bundled(domains[domain]), _generator(domains[domain])
    if file in bundled:
        return bundled[file]
    cached = _cached(code, base, file) if code else None
    if cached is not None and cached.is_file():
        return cached
    generators = runpy.run_path(str(code)).get("SAMPLES", {}) if code else {}
    if file not in generators or cached is None:
        names = sorted({*generators, *bundled})
        msg = f"{path!r}: domain {domain!r} has no such sample{nearest(file, names)}; it has {listed(names)}"
        raise TableError(msg)
    _write(generators[file](), cached)
    return cached


def _bundled(domain: Path) -> dict[str, Path]:
    """The files that a domain brings, by name; what is not data, such as its code, is none."""
    folders = (domain / "sample", domain / "data")
    files: Iterable[Path] = (p for folder in folders if folder.is_dir() for p in folder.iterdir())
    return {p.name: p for p in files if p.is_file() and p.suffix not in {".py", ".pyc"}}


def _generator(domain: Path) -> Path | None:
    """The file that says how a domain's other samples are made."""
    files = (domain / "sample" / "generate.py", domain / "sample" / "__init__.py", domain / "sample.py")
    return next((f for f in files if f.is_file()), None)


def _cached(code: Path, base: Path, file: str) -> Path:
    """Where a generated sample is kept: below what its bytes depend on."""
    text = code.read_text(encoding="utf-8")
    modules = [f for name in sorted(followed(imported(text))) if (f := file_of(name))]
    depends = [text.encode(), *(f.read_bytes() for f in modules)]
    depends += [version("pandas").encode(), version("numpy").encode()]
    digest = hashlib.sha256(b"\0".join(depends)).hexdigest()[:16]
    roots = [_PROJECT, base.absolute(), *base.absolute().parents]
    root = next((r for r in roots if (r / "pyproject.toml").is_file()), base)
    return root / ".cache" / "engagement" / "samples" / digest / file


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
