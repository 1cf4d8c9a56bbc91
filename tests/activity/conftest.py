"""The stock tables, read as the report reads them, on each engine; and generated ones with a known answer."""

import pytest

from engagement_utils.activity import sample, schema
from engagement_utils.tables.reading import read_tables

NAMES = ("activity", "recommendations", "moderators")
STOCK = {name: f"sample:activity/{name}.csv" for name in NAMES}

ENGINES = [
    pytest.param("duckdb", id="duckdb"),
    pytest.param("postgres", id="postgres", marks=[pytest.mark.engines, pytest.mark.xdist_group("postgres")]),
    pytest.param("spark", id="spark", marks=[pytest.mark.engines, pytest.mark.xdist_group("spark")]),
]


def read(paths, folder, engine="duckdb://", scale="1-6", outside="set aside"):
    schemas = schema.schemas(scale, outside, moderators="moderators" in paths)
    return read_tables(paths, schemas, engine=engine, aside=folder)


@pytest.fixture(scope="session", params=ENGINES)
def tables(request, tmp_path_factory):
    """The stock tables as Ibis tables, on each engine in turn."""
    url = "duckdb://" if request.param == "duckdb" else request.getfixturevalue(f"{request.param}_url")
    return read(STOCK, tmp_path_factory.mktemp("aside"), url)


@pytest.fixture(scope="session")
def stock(tmp_path_factory):
    return read(STOCK, tmp_path_factory.mktemp("aside"))


@pytest.fixture(scope="session")
def generated():
    """The stock tables as their generator makes them."""
    return sample.generate(sample.Truth())
