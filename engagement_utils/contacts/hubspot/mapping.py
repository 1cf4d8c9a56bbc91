"""The property mapping: a CSV of display name, internal name and object type."""

import csv
from pathlib import Path
from typing import NamedTuple

from engagement_utils.contacts.words import folded
from engagement_utils.errors import EngagementError

NAME = ("name", "display name", "label", "nombre", "etiqueta", "nombre para mostrar")
INTERNAL = ("property", "internal name", "internal", "nombre interno", "propiedad")
OBJECT = ("object", "entity", "entity type", "object type", "type", "tipo", "objeto", "entidad")
CONTACT = ("contact", "contacts", "contacto", "contactos", "")


class HubSpotError(EngagementError):
    """HubSpot cannot be read, or what is asked of it is unusable; never holds the token."""


class Property(NamedTuple):
    """A property under its display name and its internal name."""

    label: str
    internal: str


def read_mapping(file: Path) -> list[Property]:
    """The contact properties of a mapping, in the file's order; rows of other objects are left out.

    Raises:
        HubSpotError: no such file, a missing column, an empty or repeated name; with file, row and column.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.reader(lines))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"{file.name}: cannot be read: {getattr(error, 'strerror', None) or error}"
        raise HubSpotError(msg) from error
    header = [folded(c) for c in rows[0]] if rows else []
    at = {
        what: next((i for i, c in enumerate(header) if c in names), None) for what, names in _COLUMNS.items()
    }
    for what in ("display name", "internal name"):
        if at[what] is None:
            msg = (
                f"{file.name}: no column for the {what}; found {header}, accepted: "
                f"{', '.join(_COLUMNS[what])}"
            )
            raise HubSpotError(msg)
    found: list[Property] = []
    for number, row in enumerate(rows[1:], 2):
        if not any(c.strip() for c in row):
            continue
        cells = {what: row[i].strip() if i is not None and i < len(row) else "" for what, i in at.items()}
        if folded(cells["object type"]) not in CONTACT:
            continue
        entry = Property(cells["display name"], cells["internal name"])
        if not all(entry):
            msg = f"{file.name}, row {number}: found {row}, accepted: a display name and an internal name"
            raise HubSpotError(msg)
        if any(entry.label == p.label or entry.internal == p.internal for p in found):
            msg = f"{file.name}, row {number}: {entry.label!r} or {entry.internal!r} stands above already"
            raise HubSpotError(msg)
        found.append(entry)
    if not found:
        msg = f"{file.name}: no contact property, accepted: one a row"
        raise HubSpotError(msg)
    return found


_COLUMNS = {"display name": NAME, "internal name": INTERNAL, "object type": OBJECT}
