"""From what a `Table` parameter says to its files, without reading them. Light: the suite uses it."""

import glob
import os
import stat
from pathlib import Path

from engagement_utils.errors import TableError
from engagement_utils.tables.names import nearest
from engagement_utils.tables.samples import sample_file
from engagement_utils.tables.secrets import is_url, redact
from engagement_utils.tables.spec import TableSpec

ENGINES = ("duckdb", "postgresql", "postgres", "pyspark", "spark")
TEXT = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
WORKBOOK = (".xlsx", ".xlsm")
JSON_LINES = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")
SUFFIXES = (*TEXT, *PARQUET, *WORKBOOK, *JSON_LINES)


def base_dir() -> Path:
    """The folder that relative input paths start from: the YAML's in a run, else the working directory."""
    return Path(os.environ.get("ENGAGEMENT_BASE_DIR") or Path.cwd())


def suffix_of(path: Path) -> str:
    """The one of `SUFFIXES` that the file name ends in, or ""."""
    name = path.name.lower()
    return max((s for s in SUFFIXES if name.endswith(s)), key=len, default="")


def files_of(spec: TableSpec, base: Path) -> list[Path]:
    """The files of a table, sorted; none for a SQL URL.

    A path is a file, a folder (its files of a known kind, hidden ones and those with a leading underscore
    left out), a glob (`**` goes into subfolders) or `sample:<domain>/<file>`.

    Raises:
        TableError: nothing is there (the text names what is nearby), it is no regular file, it may not be
            read, or a SQL URL says neither or both of `table` and `query`.
    """
    path = spec.path
    if is_url(path):
        _check_url(spec)
        return []
    if spec.table is not None or spec.query is not None:
        msg = f"{path!r}: `table` and `query` are for SQL URLs (such as duckdb:///file.db), not for files"
        raise TableError(msg)
    if path.startswith("sample:"):
        return [sample_file(path, base)]
    if "\0" in path:
        msg = f"{path!r}: a path holds no NUL character"
        raise TableError(msg)
    try:
        return [_readable(f, path) for f in _found(path, base)]
    except OSError as error:
        msg = f"{path!r}: {error.strerror or error}"
        raise TableError(msg) from error


def _check_url(spec: TableSpec) -> None:
    scheme, shown = spec.path.split("://", 1)[0].lower(), redact(spec.path)
    if scheme not in ENGINES:
        msg = f"{shown}: found a {scheme!r} URL, accepted: files, and URLs of {', '.join(ENGINES)}"
        raise TableError(msg)
    if (spec.table is None) == (spec.query is None):
        found = "neither" if spec.table is None else "both"
        msg = f"{shown}: found {found} of `table` and `query`, accepted: one of them"
        raise TableError(msg)


def _found(path: str, base: Path) -> list[Path]:
    whole = base / path
    if whole.is_dir():
        files = sorted(f for f in whole.iterdir() if suffix_of(f) and f.name[0] not in "._")
        if not files:
            msg = f"{path!r}: the folder holds no file that ends in {', '.join(SUFFIXES)}"
            raise TableError(msg)
        return files
    if os.path.lexists(whole):
        return [whole]
    if glob.has_magic(path):
        pattern = path if Path(path).is_absolute() else str(Path(glob.escape(str(base))) / path)
        names = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
        files = [Path(name) for name in names if not Path(name).is_dir()]
        if files:
            return files
    msg = f"{path!r}: no such file{' matches' if glob.has_magic(path) else ''}{_nearby(whole, base)}"
    raise TableError(msg)


def _nearby(whole: Path, base: Path) -> str:
    """What exists where `whole` was looked for."""
    part, parent = whole.name, whole.parent
    while not parent.is_dir():
        part, parent = parent.name, parent.parent
    names = sorted(p.name for p in parent.iterdir() if p.name[0] != ".")
    where = parent.relative_to(base).as_posix() if parent.is_relative_to(base) else parent.as_posix()
    where = f"{base.name or base}/" if where == "." else f"{where}/"
    near = nearest(part, names)
    if near or not names:
        return f" in {where}{near}" + ("" if names else ", which is empty")
    return f" in {where}, which holds {', '.join(names[:8])}" + (" and more" if len(names) > 8 else "")


def _readable(file: Path, path: str) -> Path:
    if not file.exists():
        msg = f"{path!r}: {file.name} is a link to a file that does not exist"
        raise TableError(msg)
    mode = file.stat().st_mode
    if not stat.S_ISREG(mode):
        kinds = {stat.S_IFIFO: "a named pipe", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
        kinds |= {stat.S_IFSOCK: "a socket", stat.S_IFDIR: "a folder"}
        msg = f"{path!r}: {file.name} is {kinds.get(stat.S_IFMT(mode), 'no regular file')}, accepted: a file"
        raise TableError(msg)
    if not os.access(file, os.R_OK):
        msg = f"{path!r}: {file.name} may not be read (permission denied)"
        raise TableError(msg)
    if not suffix_of(file):
        msg = f"{path!r}: {file.name} is of an unknown kind, accepted: {', '.join(SUFFIXES)}"
        raise TableError(msg)
    return file
