"""The stock tables, read as the report reads them, on each engine; and generated ones with a known answer."""

import pytest

from engagement_utils.activity.report import ActivityReport, Settings, schemas
from engagement_utils.activity.sample import generate
from engagement_utils.tables.reading import read_tables

NAMES = ("activity", "recommendations", "moderators")
STOCK = {name: f"sample:activity/{name}.csv" for name in NAMES}

ENGINES = [
    pytest.param("duckdb", id="duckdb"),
    pytest.param("postgres", id="postgres", marks=[pytest.mark.engines, pytest.mark.xdist_group("postgres")]),
    pytest.param("spark", id="spark", marks=[pytest.mark.engines, pytest.mark.xdist_group("spark")]),
]


def read(paths, folder, engine="duckdb://", scale="1-6", outside="set aside"):
    settings = Settings(rating_scale=scale, outside_scale=outside)
    return read_tables(paths, schemas(settings), engine=engine, aside=folder)


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
    return generate.generate(generate.Truth())


def reported(paths, folder, **settings):
    """The report on the tables at `paths`."""
    scale = settings.get("rating_scale", "1-6")
    return ActivityReport(read(paths, folder, scale=scale), Settings(**settings))


def sampled(prefix):
    return {name: f"sample:activity/{prefix}{name}.csv" for name in NAMES}


@pytest.fixture
def downloads(tmp_path, monkeypatch):
    """The folder that downloads of this test go to."""
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "out"))
    return tmp_path / "out"


@pytest.fixture(scope="session")
def stock_report(tmp_path_factory):
    return reported(STOCK, tmp_path_factory.mktemp("aside"))


@pytest.fixture(scope="session")
def null_report(tmp_path_factory):
    """Nothing is planted."""
    return reported(sampled("nothing_"), tmp_path_factory.mktemp("aside"))


@pytest.fixture(scope="session")
def repeated_report(tmp_path_factory):
    """Users come back."""
    return reported(sampled("repeated_"), tmp_path_factory.mktemp("aside"))


ACTIVITY = "user_id,session_id,timestamp,session_length,messages_sent,feedback_rating,resources_clicked"
RECOMMENDATIONS = "recommendation_id,user_id,recommendation_type,click_through_rate,feedback_score"


def written(folder, sessions, recommendations=("r1,nobody,blog,0.5,3",)):
    """The two required tables as CSV files with these rows; paths by table name."""
    texts = {"activity": [ACTIVITY, *sessions], "recommendations": [RECOMMENDATIONS, *recommendations]}
    for name, lines in texts.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n")
    return {name: str(folder / f"{name}.csv") for name in texts}
