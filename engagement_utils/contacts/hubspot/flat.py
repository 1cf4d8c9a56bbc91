"""From HubSpot's answers to a table with a row a contact, and a long table of histories with their times."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from engagement_utils.contacts.history import SEPARATOR
from engagement_utils.contacts.hubspot.mapping import Property

ID, MODIFIED = "Record ID", "Last Modified Date"
HISTORY_SCHEMA = pa.schema(
    [
        ("contact_id", pa.string()),
        ("property", pa.string()),
        ("position", pa.int64()),
        ("value", pa.string()),
        ("time", pa.timestamp("ms")),
    ]
)


def values(contact: Mapping[str, Any], internal: str) -> list[tuple[str, str | None]]:
    """A property's values with their times (ISO text), oldest first; the current value where it has no
    history. Empty values are left out; a separator inside a value becomes a slash."""
    history = (contact.get("propertiesWithHistory") or {}).get(internal) or []
    found = [(str(v.get("value") or "").strip(), v.get("timestamp")) for v in history]
    found.sort(key=lambda v: v[1] or "")
    if not any(v for v, _ in found):
        current = (contact.get("properties") or {}).get(internal)
        found = [(str(current).strip(), None)] if current not in (None, "") else []
    return [(v.replace(SEPARATOR, " / "), t) for v, t in found if v]


def slim(contact: Mapping[str, Any], properties: Sequence[Property]) -> dict[str, Any]:
    """What is kept of a contact: id, modification, values by display name, ids of associated objects."""
    linked = {
        kind: sorted(str(x["id"]) for x in found.get("results", ()))
        for kind, found in (contact.get("associations") or {}).items()
    }
    return {
        "id": str(contact["id"]),
        "modified": contact.get("updatedAt"),
        "values": {p.label: v for p in properties if (v := values(contact, p.internal))},
        "linked": linked,
    }


def tables(
    contacts: Iterable[Mapping[str, Any]], properties: Sequence[Property], linked: Sequence[str]
) -> tuple[pa.Table, pa.Table]:
    """The contact table (all text; histories joined by ` // `) and the long history, sorted by id."""
    rows = sorted(contacts, key=lambda c: (len(c["id"]), c["id"]))
    labels = [p.label for p in properties if p.label != ID]
    wide: dict[str, list[str | None]] = {ID: [c["id"] for c in rows], MODIFIED: [c["modified"] for c in rows]}
    for label in labels:
        wide[label] = [
            SEPARATOR.join(v for v, _ in c["values"][label]) if label in c["values"] else None for c in rows
        ]
    for kind in linked:
        wide[f"Associated {kind}"] = ["; ".join(c["linked"].get(kind, ())) or None for c in rows]
    long = [
        (c["id"], label, i, v, t)
        for c in rows
        for label in labels
        for i, (v, t) in enumerate(c["values"].get(label, ()), 1)
    ]
    columns: list[Any] = list(zip(*long, strict=True)) if long else [[] for _ in HISTORY_SCHEMA]
    # Arrow reads ISO text with its zone as moments
    times = pa.array(columns[4], pa.string()).cast(pa.timestamp("ms", "UTC")).cast(pa.timestamp("ms"))
    arrays = [pa.array(c, f.type) for c, f in zip(columns[:4], HISTORY_SCHEMA, strict=False)]
    return (
        pa.table(wide, schema=pa.schema([(n, pa.string()) for n in wide])),
        pa.Table.from_arrays([*arrays, times], schema=HISTORY_SCHEMA),
    )
