"""The bundled sample on each engine: the same rows, so that the same figures are due."""

import json
from pathlib import Path

import pytest

from engagement_utils.pings import findings, metrics, results, sample, schema
from engagement_utils.pings.events import EVENT_WEIGHTS
from engagement_utils.tables.reading import read_tables

NAMES = ("users", "pings", "interactions")
SAMPLE = {name: f"sample:pings/{name}.csv" for name in NAMES}

ENGINES = [
    pytest.param("duckdb", id="duckdb"),
    pytest.param("postgres", id="postgres", marks=[pytest.mark.engines, pytest.mark.xdist_group("postgres")]),
    pytest.param("spark", id="spark", marks=[pytest.mark.engines, pytest.mark.xdist_group("spark")]),
]


def read(paths, folder, engine="duckdb://"):
    return read_tables(paths, schema.schemas(EVENT_WEIGHTS), engine=engine, aside=folder)


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
    return metrics.score_events(tables["interactions"], tables["pings"], EVENT_WEIGHTS)


@pytest.fixture(scope="session")
def activity(tables, scored):
    first_new = metrics.new_from(metrics.window(tables["interactions"]).last, 7)
    return metrics.user_activity(scored, tables["users"], first_new=first_new, completion=0.95, skip=0.1)


@pytest.fixture(scope="session")
def golden_results(tmp_path_factory):
    return results.measure(read(SAMPLE, tmp_path_factory.mktemp("aside")), results.Settings())


@pytest.fixture(scope="session")
def golden_answers(golden_results):
    return findings.answers(golden_results)


def _simulated(truth, folder):
    return results.measure(read(sample.write(truth, folder), folder), results.Settings())


@pytest.fixture(scope="session")
def null_results(tmp_path_factory):
    """Nothing is planted."""
    return _simulated(sample.Truth(), tmp_path_factory.mktemp("null"))


PLANTED = sample.Truth(
    ratio=(2.0, 1.0), new_ratio=(4.0, 1.0), pull=1.0, favour=0.3, act=0.3, act_slope=0.4, exposures=4000
)


@pytest.fixture(scope="session")
def planted_results(tmp_path_factory):
    """Every effect is planted at once."""
    return _simulated(PLANTED, tmp_path_factory.mktemp("planted"))
