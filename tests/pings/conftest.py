"""The golden tables, read as the report does, on each engine; and generated ones with a known answer."""

import json
from pathlib import Path

import pandas as pd
import pytest

from engagement_utils.pings import measures
from engagement_utils.pings.measures import EVENT_WEIGHTS
from engagement_utils.pings.report import PingReport, Settings, schemas
from engagement_utils.pings.sample import generate
from engagement_utils.tables.reading import read_tables

NAMES = ("users", "pings", "interactions")
HEADERS = {
    "users": ["user_id", "signup_date"],
    "pings": ["ping_id", "creator_id", "main_hashtag", "category", "duration_sec", "created_at"],
    "interactions": ["user_id", "ping_id", "event_type", "watch_time_sec", "event_timestamp"],
}
SAMPLE = {name: f"sample:pings/{name}.csv" for name in NAMES}

ENGINES = [
    pytest.param("duckdb", id="duckdb"),
    pytest.param("postgres", id="postgres", marks=[pytest.mark.engines, pytest.mark.xdist_group("postgres")]),
    pytest.param("spark", id="spark", marks=[pytest.mark.engines, pytest.mark.xdist_group("spark")]),
]


def read(paths, folder, engine="duckdb://", weights=EVENT_WEIGHTS):
    return read_tables(paths, schemas(Settings(event_weights=weights)), engine=engine, aside=folder)


@pytest.fixture
def write(tmp_path):
    """Write rows of users, pings and interactions as CSV; the paths by table name."""

    def written(users, pings, interactions):
        rows = {"users": users, "pings": pings, "interactions": interactions}
        paths = {}
        for name, columns in HEADERS.items():
            paths[name] = str(tmp_path / f"{name}.csv")
            pd.DataFrame(rows[name], columns=columns).to_csv(paths[name], index=False)
        return paths

    return written


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """The folder that downloads of this test go to."""
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "downloads"))
    return tmp_path / "downloads"


@pytest.fixture(scope="session")
def golden():
    return json.loads((Path(__file__).parent / "golden_expected.json").read_text())


@pytest.fixture(scope="session", params=ENGINES)
def tables(request, tmp_path_factory):
    """The golden tables as Ibis tables, on each engine in turn."""
    url = "duckdb://" if request.param == "duckdb" else request.getfixturevalue(f"{request.param}_url")
    return read(SAMPLE, tmp_path_factory.mktemp("aside"), url)


@pytest.fixture(scope="session")
def scored(tables):
    return measures.score_events(tables["interactions"], tables["pings"], EVENT_WEIGHTS)


@pytest.fixture(scope="session")
def activity(tables, scored):
    first_new = measures.new_from(measures.window(tables["interactions"]).last, 7)
    return measures.user_activity(scored, tables["users"], first_new=first_new, completion=0.95, skip=0.1)


@pytest.fixture(scope="session")
def golden_report(tmp_path_factory):
    return PingReport(read(SAMPLE, tmp_path_factory.mktemp("aside")), Settings())


def _simulated(truth, folder):
    return PingReport(read(generate.write(truth, folder), folder), Settings())


SIZE = {"users": 150, "pings": 48, "exposures": 2000}
PLANTED = generate.Truth(
    **SIZE, ratio=(2.0, 1.0), new_ratio=(4.0, 1.0), pull=0.5, favour=0.4, act=0.3, act_slope=0.4
)


@pytest.fixture(scope="session")
def null_report(tmp_path_factory):
    """Nothing is planted."""
    return _simulated(generate.Truth(**SIZE), tmp_path_factory.mktemp("null"))


@pytest.fixture(scope="session")
def planted_report(tmp_path_factory):
    """Every effect is planted at once."""
    return _simulated(PLANTED, tmp_path_factory.mktemp("planted"))
