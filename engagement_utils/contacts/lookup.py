"""For analysts in a notebook of their own: one contact, one state. What they show is never published."""

import pandas as pd

from engagement_utils.contacts.geography import LOCAL_STATE, STATES
from engagement_utils.contacts.history import values
from engagement_utils.contacts.report import ContactReport
from engagement_utils.contacts.schema import SOURCES
from engagement_utils.contacts.words import folded
from engagement_utils.errors import TableError
from engagement_utils.inference.proportions import proportion
from engagement_utils.tables.names import nearest


def show_contact_by_id(contact_id: str, report: ContactReport) -> pd.DataFrame:
    """All that is known of a contact: a row a measure, its source histories as lists, oldest first.

    Raises:
        TableError: no contact of the export has the id.
    """
    m = report.measures
    raw = m.raw.filter(m.raw.contact_id == str(contact_id))
    found = raw.select("contact_id", **{f"{n}_hist_all": values(raw[n]) for n in SOURCES}).to_pandas()
    if found.empty:
        msg = f"contact_id: found {str(contact_id)!r}, accepted: an id of the export"
        raise TableError(msg)
    row = m.contacts[m.contacts["contact_id"] == str(contact_id)]
    known = row.iloc[0] if len(row) else pd.Series({"in_cohort": False})
    result = pd.concat([known, found.iloc[0].drop("contact_id")]).rename("value").to_frame()
    return result.rename_axis("measure")


def show_state(state: str, report: ContactReport) -> pd.DataFrame:
    """Contacts of a Mexican state by geography segment: contacts, mean score, conversion with its interval.

    Raises:
        TableError: the text names no Mexican state.
    """
    name = next((s for s, words in STATES.items() if folded(state) in words), None)
    if name is None:
        msg = (
            f"state: found {state!r}, accepted: a Mexican state, such as "
            f"{LOCAL_STATE}{nearest(state, STATES)}"
        )
        raise TableError(msg)
    contacts = report.measures.contacts
    rows = contacts[contacts["state"].astype(object) == name]
    result = []
    for segment, part in rows.groupby("geo_segment"):
        e = proportion(int(part["converted"].sum()), len(part), level=report.level)
        result.append((name, segment, len(part), float(part["geo_score"].mean()), e.value, e.low, e.high))
    return pd.DataFrame(
        result, columns=["state", "segment", "contacts", "mean_score", "converted", "low", "high"]
    )
