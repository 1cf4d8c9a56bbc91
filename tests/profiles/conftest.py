"""A small generated data set, prepared and tested once, and ways to make others by hand."""

from datetime import date, timedelta

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from engagement_utils.profiles import backtest, collect, models, sample, schema
from engagement_utils.profiles.claimed import with_claimed
from engagement_utils.tables.engines import connect
from engagement_utils.tables.reading import read_tables

FAST = models.Settings(iterations=25, leaf_rows=50)
TRUTH = sample.Truth(profiles=400, seed=11)
MONDAY = date(2024, 1, 1)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """On a busy machine the threads of OpenMP spend their time waiting for each other."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def simulated():
    return sample.simulate(TRUTH)


@pytest.fixture(scope="session")
def daily(simulated):
    return plain(simulated.daily)


def plain(frame):
    """Generated rows as a file would hold them."""
    return frame.assign(date=frame["date"].dt.date).astype({"profile_id": "string[pyarrow]"})


def read(frame, folder, engine="duckdb://"):
    """Rows read as the report reads them."""
    path = folder / "profiles.csv"
    frame.to_csv(path, index=False)
    return read_tables({"profiles": str(path)}, {"profiles": schema.PROFILES}, engine=engine, aside=folder)


@pytest.fixture(scope="session")
def dataset(daily, tmp_path_factory):
    return read(daily, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="session")
def prepared(dataset):
    return collect.prepare(dataset.connection, dataset["profiles"])


@pytest.fixture(scope="session")
def rows(prepared):
    """All rows with features, the published ones beside them."""
    found, share = collect.sample(prepared, 10**9)
    return with_claimed(found, collect.sampled_weeks(prepared, share))


@pytest.fixture(scope="session")
def tested(prepared, rows):
    span = prepared.span
    at = backtest.origins(span.first_week, span.last_week, 4, 6)
    return backtest.backtest(rows, at, 6, FAST)


@pytest.fixture(scope="session")
def model(prepared, rows):
    return models.fit(rows, prepared.span.last_week, FAST)


@pytest.fixture(scope="session")
def latest(prepared):
    return collect.current(prepared)


def days_table(frame, connection=None):
    """Checked days as an Ibis table, without the reading."""
    connection = connection or connect("duckdb://")
    name = ibis.util.gen_name("days")
    # Ibis 12's create_table writes SQL that DuckDB 2 no longer parses
    connection.con.register(name, arrow_days(frame))
    return connection, connection.table(name, database="temp.main")


def arrow_days(frame):
    """The same as an Arrow table with the types of the schema."""
    numbers = [(c.name, pa.int64()) for c in schema.PROFILES.columns[2:]]
    types = pa.schema([("date", pa.date32()), ("profile_id", pa.string()), *numbers])
    return pa.Table.from_pandas(frame[types.names], schema=types, preserve_index=False)


def made(records):
    """Days by hand: (day number from Monday 1 January 2024, profile, posts, engagement[, followers])."""
    found = [
        {
            "date": MONDAY + timedelta(days=day),
            "profile_id": profile,
            "followers": rest[0] if rest else None,
            "posts": posts,
            "engagement": engagement,
            "likes": engagement,
            "comments": 0,
            "reach": 10,
            "impressions": 20,
        }
        for day, profile, posts, engagement, *rest in records
    ]
    frame = pd.DataFrame(found)
    return frame.astype(dict.fromkeys(["followers", "posts", "engagement", "likes"], "Int64"))
