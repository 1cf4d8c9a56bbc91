"""DuckDB, PostgreSQL and Spark give the same numbers: values by hand, the cohort of a generated export."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from engagement_utils.contacts import detection, history, measures, platforms, segments
from engagement_utils.contacts.deliverables import source_texts
from engagement_utils.contacts.features import features
from engagement_utils.contacts.headers import resolved
from engagement_utils.contacts.lookup import show_contact_by_id
from engagement_utils.contacts.measures import Settings
from engagement_utils.contacts.moments import to_date, to_number
from engagement_utils.contacts.sample import generate
from engagement_utils.contacts.schema import CONTACTS, HISTORY
from engagement_utils.contacts.timing import moments
from engagement_utils.contacts.words import plain
from engagement_utils.tables.backend import kept
from engagement_utils.tables.reading import read_tables
from engagement_utils.tables.schema import Column, Schema
from tests.activity.conftest import ENGINES

LINES = Schema(
    "lines", "a text", (Column("i", "integer"), Column("v", "string", nullable=True)), duplicates="ignored"
)
DATES = {
    "1710460800000": "2024-03-15",
    "1710547199999": "2024-03-15",
    "1710460800": "2024-03-15",
    "2024-03-15T23:59:59.000Z": "2024-03-15",
    "2024/3/5": "2024-03-05",
    "15/03/2024": "2024-03-15",
    "03/15/2024": "2024-03-15",
    "3.4.2024 10:00": "2024-04-03",
    "15 de marzo de 2024": "2024-03-15",
    "1 Sept. 2024": "2024-09-01",
    "31/02/2024": None,
    "2024-13-01": None,
    "29-02-2023": None,
    "29-02-2024": "2024-02-29",
    "pendiente": None,
    "1724": None,
    "15/03/1724": None,
    "": None,
}
NUMBERS = {"1,234": 1234.0, "12": 12.0, "0.5": 0.5, "-1": None, "muchos": None, "1e3": None, "": None}
HISTORIES = ["a // https://b.c//d // e", "  // z", "q //", "one", "", None, "a //  // b", "x\n1 // y"]


@pytest.fixture(scope="module", params=ENGINES)
def engine(request):
    return "duckdb://" if request.param == "duckdb" else request.getfixturevalue(f"{request.param}_url")


@pytest.fixture(scope="module")
def texts(engine, tmp_path_factory):
    """(connection, table of i, v, p) for given values."""
    folder = tmp_path_factory.mktemp("texts")

    def given(values):
        file = folder / f"{len(list(folder.iterdir()))}.parquet"
        pd.DataFrame({"i": range(len(values)), "v": pd.array(values, dtype="string")}).to_parquet(file)
        data = read_tables({"lines": str(file)}, {"lines": LINES}, engine=engine, aside=folder / "aside")
        t = data["lines"]
        return data.connection, kept(data.connection, t.mutate(p=plain(t["v"]), plain=plain(t["v"])), "lines")

    return given


def answers(con, t, x):
    found = con.to_pandas(t.select("i", x=x).order_by("i"))["x"]
    return [None if pd.isna(v) else v for v in found]


def test_dates_and_numbers(texts):
    con, t = texts(list(DATES))
    assert [d and str(d)[:10] for d in answers(con, t, to_date(t["p"]))] == list(DATES.values())
    con, t = texts(list(NUMBERS))
    assert answers(con, t, to_number(t["p"])) == list(NUMBERS.values())


def test_histories(texts):
    con, t = texts(HISTORIES)
    assert answers(con, t, history.current(t["v"])) == ["e", "z", "q", "one", None, None, "b", "y"]
    assert answers(con, t, history.oldest(t["v"])) == ["a", "z", "q", "one", None, None, "a", "x\n1"]
    t = t.mutate(contact_id=t["i"].cast("string"))
    long = con.to_pandas(history.long_table(t, ["v"])).sort_values(["contact_id", "position"])
    expected = ["a", "https://b.c//d", "e", "z", "q", "one", "a", "b", "x\n1", "y"]
    assert long["value"].tolist() == expected
    assert long["position"].tolist() == [1, 2, 3, 1, 1, 1, 1, 2, 1, 2]


def test_platforms(texts):
    labelled = detection.labelled()
    con, t = texts(labelled["value"].tolist())
    found = con.to_pandas(platforms.detect(t).order_by("i"))
    truth = np.array([[k in labels.split() for k in platforms.KEYS] for labels in labelled["platforms"]])
    wrong = (found[list(platforms.KEYS)].to_numpy(dtype=bool) != truth).any(axis=1)
    # the same few texts that DuckDB gets wrong
    on_duckdb = detection.scores(labelled, platforms.detect, level=0.95).iloc[-1]
    flags = found[list(platforms.KEYS)].to_numpy(dtype=bool)
    assert (int(flags.sum()), int((flags & truth).sum())) == (on_duckdb["found"], on_duckdb["right"])
    assert wrong.mean() < 0.05


@pytest.fixture(scope="module")
def export(tmp_path_factory):
    """1,200 generated contacts with histories of their stages, and the truth."""
    folder = tmp_path_factory.mktemp("export")
    frame, truth = generate.generate(generate.Truth(contacts=1200, seed=5))
    frame.to_csv(folder / "contacts.csv", index=False)
    values = frame.set_index("Record ID")["Lifecycle Stage"].str.split(" // ").explode().rename("value")
    times = values.rename_axis("contact_id").reset_index()
    times["position"] = times.groupby("contact_id").cumcount() + 1
    day = pd.Timestamp("2024-01-01 12:00") + pd.to_timedelta(times["position"], unit="D")
    times.assign(property="Lifecycle Stage", time=day).to_csv(folder / "history.csv", index=False)
    return folder, truth


def load(folder, engine, aside):
    spec, _ = resolved(str(folder / "contacts.csv"))
    tables = {"contacts": spec, "history": str(folder / "history.csv")}
    return read_tables(tables, {"contacts": CONTACTS, "history": HISTORY}, engine=engine, aside=aside), spec


@pytest.fixture(scope="module")
def expected(export, tmp_path_factory):
    """What DuckDB says."""
    data, _ = load(export[0], "duckdb://", tmp_path_factory.mktemp("aside"))
    table = measures.measures(data.connection, data["contacts"], Settings())
    return measures.counts(table), measures.cohort(table)


def test_the_cohort_and_what_is_made_of_it(engine, export, expected, tmp_path):
    folder, truth = export
    data, spec = load(folder, engine, tmp_path)
    con, raw = data.connection, data["contacts"]
    table = kept(con, measures.measures(con, raw, Settings()), "measures")
    assert measures.counts(table) == expected[0]
    found = measures.cohort(table)
    pd.testing.assert_frame_equal(found, expected[1], check_dtype=False, check_categorical=False)
    # what was planted, not only what DuckDB says
    planted = truth.set_index("contact_id").loc[found["contact_id"]]
    assert (planted["tier"].to_numpy() == found["tier"].astype(str).to_numpy()).all()
    doors = {"digital": "3A", "event": "3B", "messaging": "3C", "niche": "3D", "unknown": "3-unknown"}
    assert (planted["channel"].map(doors).to_numpy() == found["entry"].astype(str).to_numpy()).all()
    pd.testing.assert_frame_equal(features(found), features(expected[1]))
    assert segments.geo_segments(found, 0.5).tolist() == segments.geo_segments(expected[1], 0.5).tolist()
    timed = moments(con, raw, data["history"], spec.columns)
    stages = timed[timed["property"] == "lifecycle_stage"]
    day = pd.Timestamp("2024-01-01 12:00") + pd.to_timedelta(stages["position"], unit="D")
    assert (pd.to_datetime(stages["time"]) == day).all()
    r = SimpleNamespace(raw=raw, contacts=found)
    some = found["contact_id"][0]
    texts = source_texts(r).set_index("contact_id")
    row = texts.loc[some]
    assert len(texts) == 1200
    assert row["latest_source_hist_all"].split(" // ")[-1] == row["latest_source"]
    shown = show_contact_by_id(some, SimpleNamespace(measures=r))["value"]
    assert list(shown["latest_source_hist_all"]) == row["latest_source_hist_all"].split(" // ")
