"""Times of stage and source changes: by hand, against a planted rate, and from what a pull writes."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from engagement_utils.contacts.headers import resolved
from engagement_utils.contacts.hubspot.api import Api
from engagement_utils.contacts.hubspot.mapping import Property
from engagement_utils.contacts.hubspot.pull import history_file, pull
from engagement_utils.contacts.questions.stage_times import StageTimes
from engagement_utils.contacts.report import ContactReport, Contacts, Settings
from engagement_utils.contacts.sample import generate
from engagement_utils.contacts.sample import history as sample_history
from engagement_utils.contacts.schema import CONTACTS, HISTORY
from engagement_utils.contacts.timing import moments, stays, timing
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.report.report import Report
from engagement_utils.tables.reading import Dataset, read_tables
from tests.contacts.fake_hubspot import TOKEN, FakeHubSpot

DAY = pd.Timestamp
SCHEMAS = {"contacts": CONTACTS, "history": HISTORY}
STAGE, SOURCE = "Lifecycle Stage", "Latest Traffic Source"


def rows(given, prop="lifecycle_stage"):
    """(contact, label, day) as the moments of a property."""
    frame = pd.DataFrame(given, columns=["contact_id", "label", "time"])
    position = frame.groupby("contact_id").cumcount() + 1
    return frame.assign(property=prop, position=position, time=pd.to_datetime(frame["time"]))


def test_stays_by_hand():
    given = [
        ("1", "lead", "2024-01-01"),
        ("1", "lead", "2024-01-05"),  # the same stage set again begins no new stay
        ("1", "opportunity", "2024-01-11"),
        ("2", "lead", "2024-01-01"),
        ("2", "customer", "2024-07-01"),  # behind the day looked at: still a lead on it
        ("3", "lead", "2024-01-01"),
        ("3", "opportunity", None),  # neither the lead's end nor the opportunity's start is known
        ("3", "customer", "2024-02-01"),
        ("4", "lead", "2024-02-01"),
        ("4", "customer", "2024-01-01"),  # backwards
        ("5", "lead", "2025-01-01"),  # begins behind the day looked at
    ]
    found = stays(rows(given), DAY("2024-05-31"))
    assert list(found.itertuples(index=False, name=None)) == [
        ("1", "lead", 10.0, True),
        ("1", "opportunity", 142.0, False),
        ("2", "lead", 152.0, False),
        ("3", "customer", 121.0, False),
        ("4", "lead", -31.0, True),
        ("4", "customer", 152.0, False),
    ]


def cohort(n, closed=False):
    segment = np.where(np.arange(n) % 2 == 0, "1A", "1B")
    frame = pd.DataFrame({"contact_id": [str(i) for i in range(n)], "segment": segment, "is_social": True})
    return frame.assign(closed=closed, close_date=DAY("2024-02-01") if closed else pd.NaT)


def planted(n, mean_first, mean_other, seed):
    """Leads whose stay is exponential with a mean by segment, followed for 200 days."""
    rng = np.random.default_rng(seed)
    start = DAY("2024-01-01")
    mean = np.where(np.arange(n) % 2 == 0, mean_first, mean_other)
    end = start + pd.to_timedelta(rng.exponential(mean), unit="D")
    given = [(str(i), "lead", start) for i in range(n)]
    given += [(str(i), "opportunity", e) for i, e in enumerate(end)]
    return rows(given).sort_values(["contact_id", "position"], kind="stable"), start + pd.Timedelta(days=200)


class Timed(Report):
    """A report that asks one question."""

    stages: StageTimes


def asked(t):
    """The question on these times."""
    question = Timed(SimpleNamespace(settings=Settings()), Settings()).stages
    question.timing = t
    return question


def test_planted_stays_are_found_under_censoring():
    given, as_of = planted(2000, 40.0, 120.0, 0)
    t = timing(given, cohort(2000), as_of, 10, level=0.95)
    assert t.stage == "lead"
    expected = np.exp(-90 / 120) - np.exp(-90 / 40)
    assert t.gap.low < expected < t.gap.high
    assert t.gap.p_value < 1e-6
    row = t.table.set_index("stage").loc["lead"]
    share = 1 - (np.exp(-90 / 120) + np.exp(-90 / 40)) / 2
    assert row["low"] < share < row["high"]
    assert row["left"] < row["stays"] == 2000  # some are censored
    question = asked(t)
    assert question.finding().verdict == SUPPORTED
    assert question.said["stages"].heading == "1A leaves the stage lead sooner"


def test_nothing_is_found_where_nothing_was_planted():
    given, as_of = planted(1000, 80.0, 80.0, 1)
    t = timing(given, cohort(1000), as_of, 10, level=0.95)
    assert asked(t).finding().verdict == CHANCE


def test_small_stages_are_hidden_and_too_few_are_said():
    given, as_of = planted(8, 40.0, 40.0, 2)
    t = timing(given, cohort(8), as_of, 10, level=0.95)
    assert t.table.empty
    assert len(asked(t).details) == 1  # the table alone
    untimed = given.assign(time=pd.NaT)
    assert timing(untimed, cohort(8), as_of, 10, level=0.95) is None
    only = given[given["label"] == "lead"]
    t = timing(only, cohort(8), as_of, 10, level=0.95)
    assert asked(t).finding().verdict == TOO_LITTLE


def test_source_changes_after_the_closing():
    n = 40
    given = [(str(i), "direct", DAY("2024-01-01")) for i in range(n)]
    given += [(str(i), "email", DAY("2024-02-01 23:00" if i % 4 else "2024-02-02 01:00")) for i in range(n)]
    frame = rows(given, "latest_source")
    t = timing(frame, cohort(n, closed=True), DAY("2024-06-01"), 10, level=0.95)
    assert (t.after_closing.n, t.after_closing.value) == (n, 0.25)
    assert "25.0% came after the day of closing" in asked(t).sources()
    t = timing(frame, cohort(n), DAY("2024-06-01"), 10, level=0.95)
    assert "No change" in asked(t).sources()


@pytest.fixture(scope="module")
def timed(planted, tmp_path_factory):
    """The planted contacts with times of their stages and sources, a day a value from the first on."""
    folder = tmp_path_factory.mktemp("timed")
    frame = planted[0].head(1500)
    frame.to_csv(folder / "contacts.csv", index=False)
    parts = []
    for header, name in ((STAGE, "Etapa del ciclo de vida"), (SOURCE, "latest_source")):
        values = frame.set_index("Record ID")[header].str.split(" // ").explode()
        part = values[values != ""].rename("value").rename_axis("contact_id").reset_index()
        part["position"] = part.groupby("contact_id").cumcount() + 1
        parts.append(part.assign(property=name))
    times = pd.concat(parts, ignore_index=True)
    times["time"] = (DAY("2024-01-01") + pd.to_timedelta(10 * times["position"], unit="D")).astype(str)
    broken = pd.DataFrame(
        {
            "contact_id": ["no-such", times["contact_id"][0], times["contact_id"][1], times["contact_id"][2]],
            "position": [1, 0, 9, 1],
            "property": ["latest_source", "latest_source", "latest_source", "Ciudad"],
            "value": "x",
            "time": ["2024-01-01", "2024-01-01", "some day", "2024-01-01"],
        }
    )
    pd.concat([times, broken, times.head(1)]).to_csv(folder / "history.csv", index=False)
    spec, _ = resolved(str(folder / "contacts.csv"))
    dataset = read_tables(
        {"contacts": spec, "history": str(folder / "history.csv")}, SCHEMAS, aside=folder / "aside"
    )
    return dataset, spec, times


def test_bad_rows_of_a_history_are_set_aside(timed):
    dataset, _, _ = timed
    reasons = {r.rule: r.rows for r in dataset.quality[1].reasons if r.rows}
    assert reasons == {
        "contact_id is not in contacts": 1,
        "position is below 1": 1,
        "time is not a time": 1,
        "contact_id, property, position repeats an earlier row's": 1,
    }


def test_moments_are_the_values_with_their_times(timed):
    dataset, spec, times = timed
    found = moments(dataset.connection, dataset["contacts"], dataset["history"], spec.columns)
    assert found["time"].notna().all()
    assert len(found) == len(times)
    assert (found["time"] == DAY("2024-01-01") + pd.to_timedelta(10 * found["position"], unit="D")).all()
    assert set(found["property"]) == {"lifecycle_stage", "latest_source"}
    assert {"lead", "customer"} <= set(found.loc[found["property"] == "lifecycle_stage", "label"])


def test_the_time_of_another_value_is_not_taken(timed):
    dataset, spec, _ = timed
    stale = dataset["history"].mutate(value=dataset["history"]["value"] + " of yesterday")
    found = moments(dataset.connection, dataset["contacts"], stale, spec.columns)
    assert found["time"].isna().all()
    unnamed = dataset["history"].mutate(value=None)
    found = moments(dataset.connection, dataset["contacts"], unnamed.cast({"value": "string"}), spec.columns)
    assert found["time"].notna().all()


def test_the_report_says_more_with_times_and_the_same_besides(timed):
    dataset, spec, _ = timed
    untimed = Dataset(dataset.connection, {"contacts": dataset["contacts"]}, dataset.quality[:1])
    without, report = (
        ContactReport(Contacts(data, spec.columns, pd.DataFrame()), Settings()) for data in (untimed, dataset)
    )
    assert without.stage_times.timing is None
    assert "stages" not in without.findings
    assert list(without.stage_times.answer) == list(without.stage_times.details) == []
    assert report.findings["stages"].text
    drawn, table = report.stage_times.details
    assert drawn._repr_mimebundle_()["image/svg+xml"]
    assert "Kaplan-Meier" in str(table._repr_mimebundle_())
    pd.testing.assert_frame_equal(report.measures.contacts, without.measures.contacts)
    # one more test is corrected for
    single, all_ = (x.findings["conversion"].p_value for x in (without, report))
    assert single <= all_ or np.isclose(single, all_)
    assert set(report.reasons()) == {"contacts", "history"}


def test_what_a_pull_writes_is_read(tmp_path, monkeypatch):
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", TOKEN)
    fake, out = FakeHubSpot(60), tmp_path / "pulled.parquet"
    labels = {"Etapa del ciclo de vida": "lifecyclestage", "Ciudad": "city"}
    pull(Api(fake.url, sleep=[].append), [Property(k, v) for k, v in labels.items()], out)
    fake.close()
    assert pq.read_table(history_file(out)).num_rows > 60
    required = dict.fromkeys(("Create Date", "Original Source"), "x") | dict.fromkeys(
        ("Number of Sessions", "Number of Pageviews", "Forms Submitted"), "1"
    )
    pq.read_table(out).to_pandas().assign(**required).to_parquet(out)
    spec, _ = resolved(str(out))
    dataset = read_tables({"contacts": spec, "history": str(history_file(out))}, SCHEMAS, aside=tmp_path)
    found = moments(dataset.connection, dataset["contacts"], dataset["history"], spec.columns)
    stage = found[(found["contact_id"] == "1") & (found["property"] == "lifecycle_stage")]
    assert stage["label"].tolist() == ["subscriber", "lead"]
    assert stage["time"].tolist() == [DAY("2024-01-01 00:00:00.5"), DAY("2024-02-01")]
    # every third has a current value without a history, and so no time
    third = found[(found["contact_id"] == "3") & (found["property"] == "lifecycle_stage")]
    assert third["time"].isna().all()


def test_the_generated_history_is_that_of_the_generated_contacts(planted):
    export, truth = planted
    times = sample_history.history(export, truth, generate.AS_OF, 3)
    for header in (STAGE, SOURCE):
        rows = times[times["property"] == header].sort_values(["contact_id", "position"])
        written = rows.groupby("contact_id")["value"].agg(" // ".join)
        texts = export.set_index("Record ID")[header]
        pd.testing.assert_series_equal(written, texts[texts != ""].sort_index(), check_names=False)
    stages = times[(times["property"] == STAGE) & (times["time"] != "")]
    stages = stages.assign(time=pd.to_datetime(stages["time"]).dt.tz_localize(None)).merge(truth)
    assert (stages.loc[stages["position"] == 1, "time"] == stages["created"][stages["position"] == 1]).all()
    closing = stages[stages["value"].isin(["customer", "Cliente"])]
    assert (closing["time"] == closing["closed_on"]).all()
    assert (stages.groupby("contact_id")["time"].diff().dropna() >= pd.Timedelta(0)).all()
    # planted: half the share of the way as a lead in segment A
    second = stages[(stages["position"] == 2) & (stages["created"] < generate.AS_OF)]
    end = second["closed_on"].fillna(pd.Timestamp(generate.AS_OF))
    share = ((second["time"] - second["created"]) / (end - second["created"])).groupby(second["segment"])
    assert share.mean()["A"] < share.mean()["B"] - 0.1
