"""Connections: the same Ibis expression runs on DuckDB (in process), PostgreSQL and Spark."""

import os
import shutil
import tempfile
import uuid
import weakref
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from engagement_utils.errors import TableError
from engagement_utils.tables.secrets import expand, redact

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

MEMORY = "3GB"
_scratch: dict[int, Path] = {}


def connect(url: str) -> "BaseBackend":
    """An Ibis backend whose time zone is UTC.

    `duckdb://` is a database in memory that spills to disk above `ENGAGEMENT_MEMORY_LIMIT` (default 3GB) and
    uses `ENGAGEMENT_THREADS` threads (default: the cores); `duckdb:///file` opens a file for reading only;
    `postgresql://user:${PASSWORD}@host/database`; `pyspark://` or `pyspark://local[2]` or
    `spark://host:port` a Spark session. `${NAME}` is taken from the environment.

    Raises:
        TableError: the engine is unknown, not installed or cannot be reached; without the password.
        ParameterError: a variable of the URL is not set.
    """
    openers = {"duckdb": _duckdb, "postgresql": _postgres, "postgres": _postgres}
    openers |= {"pyspark": _spark, "spark": _spark}
    scheme = url.split("://", 1)[0].lower() if "://" in url else ""
    if scheme not in openers:
        msg = f"engine {redact(url)!r}: accepted: duckdb://, postgresql://..., pyspark://, spark://..."
        raise TableError(msg)
    full = expand(url)
    try:
        return openers[scheme](full)
    except TableError:
        raise
    except ImportError as error:
        extra = "spark" if "spark" in scheme else "postgres"
        msg = f"engine {redact(url)!r}: not installed ({error.name}); install the extra `{extra}`"
        raise TableError(msg) from error
    except Exception as error:
        # drivers raise what they like, and some repeat the URL: only the redacted text goes on
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        msg = f"engine {redact(url)!r}: cannot be reached: {redact(first, urls=[url])}"
        raise TableError(msg) from None


def scratch(con: "BaseBackend") -> Path:
    """A folder of its own for files that a connection reads from; it goes when the connection goes."""
    if id(con) not in _scratch:
        folder = Path(tempfile.mkdtemp(prefix="engagement-"))
        _scratch[id(con)] = folder
        weakref.finalize(con, _drop, id(con), folder)
    return _scratch[id(con)]


def _drop(key: int, folder: Path) -> None:
    _scratch.pop(key, None)
    shutil.rmtree(folder, ignore_errors=True)


def _threads() -> int:
    given = os.environ.get("ENGAGEMENT_THREADS", "").strip()
    if given and not (given.isdecimal() and int(given) > 0):
        msg = f"ENGAGEMENT_THREADS: found {given!r}, accepted: a whole number above 0"
        raise TableError(msg)
    return int(given) if given else os.cpu_count() or 1


def _duckdb(url: str) -> "BaseBackend":
    import ibis

    file = url.split("://", 1)[1]
    if file and not Path(file).is_file():
        msg = f"engine {url!r}: no such file; duckdb:///folder/file.db is absolute, duckdb:// is in memory"
        raise TableError(msg)
    config = {
        "threads": _threads(),
        "memory_limit": os.environ.get("ENGAGEMENT_MEMORY_LIMIT") or MEMORY,
        # nothing is ever fetched from another host
        "autoinstall_known_extensions": False,
    }
    con = ibis.duckdb.connect(file or ":memory:", read_only=bool(file), **config)
    # DuckDB makes this folder when it first spills, and removes it when the connection closes
    spill = Path(tempfile.gettempdir()) / f"engagement-spill-{uuid.uuid4().hex}"
    # fetched, since DuckDB registers nothing beside a result that is still open
    con.raw_sql(f"SET temp_directory = '{spill}'").fetchall()
    # in a kernel without ipywidgets the bar is off, and setting it at all is an error
    [(shown,)] = con.raw_sql("SELECT current_setting('enable_progress_bar')").fetchall()
    if shown:
        con.raw_sql("SET enable_progress_bar = false").fetchall()
    return con


def _postgres(url: str) -> "BaseBackend":
    import ibis

    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    options.setdefault("connect_timeout", "10")
    return ibis.connect(parts._replace(scheme="postgres", query="").geturl(), **options)


def _spark(url: str) -> "BaseBackend":
    import ibis
    from pyspark.sql import SparkSession

    rest = url.split("://", 1)[1]
    local = f"local[{_threads()}]" if os.environ.get("ENGAGEMENT_THREADS") else "local[*]"
    builder = SparkSession.builder.appName("engagement")
    builder = builder.master(url if url.startswith("spark://") and rest else rest or local)
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # one machine has no use for the 200 partitions of a cluster
        "spark.sql.shuffle.partitions": str(2 * _threads()),
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    if url.startswith("spark://") and rest:
        for key in ("spark.driver.host", "spark.driver.bindAddress", "spark.sql.shuffle.partitions"):
            del settings[key]
    for key, value in settings.items():
        builder = builder.config(key, value)
    return ibis.pyspark.connect(builder.getOrCreate())
