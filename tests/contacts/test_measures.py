"""From cells of an export to the cohort: periods, dirty dates, owners, stages, and what is counted."""

import pandas as pd
import pytest

from engagement_utils.contacts import measures
from engagement_utils.contacts.headers import resolved
from engagement_utils.contacts.lookup import show_contact_by_id, show_state
from engagement_utils.contacts.measures import Settings
from engagement_utils.errors import TableError
from tests.contacts.conftest import read, reported

PERIODS = {
    "202460": "202460",
    "202510 // 202535": "202535",  # the last of a history
    "202475.0": "202475",  # as a spreadsheet writes it
    "202405": "202405",
    "202499": None,
    "2024-60": None,
    "20246": None,
    "199960": None,
    "otoño 2024": None,
    "": None,
}


def with_rows(small, column, values):
    """The small export with `values` in the first rows of a column."""
    frame = small.copy()
    if column not in frame:
        frame[column] = ""
    frame[column] = frame[column].astype(object)
    frame.loc[frame.index[: len(values)], column] = values
    return frame


def cohort(frame, folder, **settings):
    data = read(frame, folder)
    table = measures.measures(data.connection, data["contacts"], Settings(**settings))
    return measures.cohort(table).set_index("contact_id"), measures.counts(table)


def first(found, column, n):
    return [None if pd.isna(v) else v for v in found[column].reindex([str(i + 1) for i in range(n)])]


def test_periods(small, tmp_path):
    found, _ = cohort(with_rows(small, "Período de ingreso", list(PERIODS)), tmp_path)
    assert first(found, "period", len(PERIODS)) == list(PERIODS.values())


def test_dirty_dates_are_counted_and_not_guessed(small, tmp_path):
    frame = with_rows(
        small, "Create Date", ["pendiente", "31/02/2024", "", "15 de marzo de 2024", "1710460800000"]
    )
    closing = ["2024-05-01", "mañana", "2023-12-31", "2024-03-01", "2030-01-01"]
    frame = with_rows(frame, "Close Date", closing)
    found, counts = cohort(frame, tmp_path)
    days = [d and f"{d:%Y-%m-%d}" for d in first(found, "create_date", 5)]
    assert days == [None, None, None, "2024-03-15", "2024-03-15"]
    assert (counts["create_date_unread"], counts["close_date_unread"]) == (
        2,
        1,
    )  # an empty cell is no mistake
    report = reported(frame, tmp_path)
    said = {reason.rule: reason.rows for reason in report.reasons()["contacts"]}
    assert said["the creation date cannot be read"] == 2
    assert said["closed before it was created, taken as not closed"] == 1
    assert said["the closing date is after the day looked at, taken as open"] == 1
    closed = report.measures.contacts.set_index("contact_id").loc[["1", "2", "3", "4", "5"], "closed"]
    assert not closed.any()  # no creation, no closing, no creation, before it, after the day looked at


def test_owner_and_stage_in_any_spelling(small, tmp_path):
    owners = ["apreu", " APREU ", "Otra // APREU", "APREU // Otra", "Ápreu", "APREU QRO"]
    stages = ["Suscriptor", "lead // Other", "other // Prospecto", "Cliente", "MQL", "nuevo"]
    frame = with_rows(
        with_rows(small, "Propiedad del contacto", owners), "Lifecycle Stage", [*["lead"] * 6, *stages]
    )
    found, counts = cohort(frame, tmp_path)
    inside = [str(i) in found.index for i in range(1, 13)]
    assert inside == [True, True, True, False, True, False, False, False, True, True, True, True]
    assert found.loc[["9", "10", "11", "12"], "stage"].tolist() == [
        "lead",
        "customer",
        "marketing qualified",
        "unknown",
    ]
    assert counts["contacts"] == 200
    assert counts["owned"] == 198
    assert counts["cohort"] == len(found) == 196
    every, _ = cohort(frame, tmp_path, owner="", left_out_stages=())
    assert len(every) == 200


def test_counts_that_are_none_are_taken_as_0_and_counted(small, tmp_path):
    found, counts = cohort(
        with_rows(small, "Number of Sessions", ["muchas", "-3", "3 // 1,204", ""]), tmp_path
    )
    assert first(found, "num_sessions", 4) == [0, 0, 1204, 0]
    assert counts["num_sessions_unread"] == 2


def test_two_headers_for_one_name_name_both(small, tmp_path):
    file = tmp_path / "export.csv"
    small.assign(**{"Número de envíos de formularios": 1}).to_csv(file, index=False)
    with pytest.raises(TableError) as caught:
        resolved(str(file))
    for word in ("'forms_submitted'", "'Forms Submitted'", "'Número de envíos de formularios'", "rename one"):
        assert word in str(caught.value)
    spec, _ = resolved({"path": str(file), "columns": {"forms_submitted": "Forms Submitted"}})
    assert spec.columns["forms_submitted"] == "Forms Submitted"


def test_lookups_show_what_was_written(small, tmp_path):
    frame = with_rows(small, "Latest Traffic Source", ["DIRECT_TRAFFIC // OFFLINE // EMAIL_MARKETING"])
    states = ["Qro.", "Querétaro", "CDMX", "Texas", "Queretaro"]
    frame = with_rows(frame, "Estado de procedencia", states)
    frame = with_rows(frame, "Close Date", ["2024-02-01"])
    frame = with_rows(frame, "Propiedad del contacto", ["APREU", "APREU", "APREU", "APREU", "Otra"])
    r = reported(frame, tmp_path)
    shown = show_contact_by_id("1", r)["value"]
    assert list(shown["latest_source_hist_all"]) == ["DIRECT_TRAFFIC", "OFFLINE", "EMAIL_MARKETING"]
    assert (shown["state"], shown["tier"], shown["days_to_close"]) == ("Querétaro", "local", 17)
    outside = show_contact_by_id("5", r)["value"]  # of another team: its sources, and that it is not in
    assert not outside["in_cohort"]
    assert list(outside["original_source_hist_all"]) == ["PAID_SOCIAL"]
    state = show_state("QUERETARO", r)
    assert state["contacts"].sum() == 2
    assert (state["converted"] * state["contacts"]).sum() == 1
    assert show_state("ciudad de méxico", r)["contacts"].sum() == 1
    assert show_state("Yucatán", r).empty
    with pytest.raises(TableError, match="nearest: 'Yucatán'"):
        show_state("Yucatam", r)
