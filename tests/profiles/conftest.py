"""A small generated data set, prepared and tested once, and ways to make others by hand."""

from copy import copy
from dataclasses import replace
from datetime import date, timedelta

import ibis
import pandas as pd
import pyarrow as pa
import pytest

from engagement_utils.profiles import backtest, models, preparation, schema
from engagement_utils.profiles.claimed import with_claimed
from engagement_utils.profiles.measures import PredictionSettings
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.report import ForecastReport, ForecastSettings, PredictionReport
from engagement_utils.profiles.sample import simulation
from engagement_utils.profiles.sample.best import best_forecasts, best_table
from engagement_utils.profiles.serving import bundle
from engagement_utils.report.report import Report
from engagement_utils.tables.engines import connect
from engagement_utils.tables.reading import read_tables

FAST = models.Fitting(iterations=25, leaf_rows=50)
TRUTH = simulation.Truth(profiles=400, seed=11)
LEVEL = 0.95
MONDAY = date(2024, 1, 1)


@pytest.fixture(autouse=True)
def _downloads(tmp_path, monkeypatch):
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "downloads"))
    monkeypatch.setenv("ENGAGEMENT_PRIVATE_DIR", str(tmp_path / "private"))


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """On a busy machine the threads of OpenMP spend their time waiting for each other."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session")
def simulated():
    return simulation.simulate(TRUTH)


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
    return preparation.prepare(dataset.connection, dataset["profiles"])


@pytest.fixture(scope="session")
def rows(prepared):
    """All rows with features, the published ones beside them."""
    found, share = preparation.sample(prepared, 10**9)
    return with_claimed(found, preparation.sampled_weeks(prepared, share))


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
    return preparation.current(prepared)


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


def at(tested, h):
    return tested.forecasts[tested.forecasts["horizon"] == h]


@pytest.fixture(scope="session")
def prediction(dataset, simulated, prepared, rows, tested, model, latest):
    """The prediction report on the small data: what the other tests have, beside the best forecasts."""
    best = best_table(simulated, best_forecasts(simulated)).rename(columns={"median": backtest.BEST})
    best["profile_id"] = best["profile_id"].astype(str)

    def with_best(table):
        keyed = table.assign(profile_id=table["profile_id"].astype(str))
        return keyed.merge(best, on=["profile_id", "week", "horizon"], how="left")

    week = backtest.cutoff_week(backtest.CUTOFF, prepared.span)
    report = PredictionReport(dataset, PredictionSettings())
    report.measures.__dict__ |= {
        "rows": rows,
        "backtest": replace(tested, forecasts=with_best(tested.forecasts)),
        "split": with_best(backtest.claimed_split(rows, week, FAST)),
        "chosen": dict.fromkeys((1, 2, 3, 4), MODEL),
        "model": model,
        "latest": latest,
    }
    return report


# what is measured first, from which all else follows
FIRST = ("prepared", "settings", "level", "rows", "weeks", "backtest", "split", "chosen", "model", "latest")


def altered(report, settings=None, **measured):
    """The prediction report with other measures, or another choice."""
    measures = copy(report.measures)
    measures.__dict__ = {name: getattr(report.measures, name) for name in FIRST} | measured
    if settings is not None:
        measures.settings, measures.level = settings, settings.level
    other = object.__new__(PredictionReport)
    Report.__init__(other, measures, measures.settings)
    return other


def forecast_as(report, **columns):
    """The prediction report with other forecasts in its backtest."""
    tested = report.measures.backtest
    return altered(report, backtest=replace(tested, forecasts=tested.forecasts.assign(**columns)))


def shown(report):
    """Every output of a report by topic, as its sections show them."""
    return {q.topic: [*q.answer, *q.details] for q in report.asked}


def replaced_forecasts(report, forecasts):
    """The prediction report on other forecasts of its backtest."""
    return altered(report, backtest=replace(report.measures.backtest, forecasts=forecasts))


@pytest.fixture(scope="session")
def saved(model, latest, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "model"
    bundle.save(model, {"backtest": []}, "card", folder, latest)
    return folder


@pytest.fixture(scope="session")
def ahead(dataset, saved, latest):
    """The forecast report, of a stale profile and of one that is not."""
    stale, fresh = (
        latest[old]["profile_id"].iloc[0] for old in (latest["behind"] > 0, latest["behind"] == 0)
    )
    return ForecastReport(dataset, ForecastSettings(model=saved, show=(str(stale), str(fresh))))


def looking_ahead(report, **measured):
    """The forecast report with other measures."""
    measures = copy(report.measures)
    kept = ("prepared", "settings", "level", "bundle", "latest", "forecasts", "shown", "reasons", "history")
    measures.__dict__ = {name: getattr(report.measures, name) for name in kept} | measured
    other = object.__new__(ForecastReport)
    Report.__init__(other, measures, measures.settings)
    return other
