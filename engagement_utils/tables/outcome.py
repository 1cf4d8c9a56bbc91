"""What the checks found, in words: the reasons of a table, or why it is refused as a whole."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engagement_utils.errors import TableError
from engagement_utils.tables.checks import Check, Checked
from engagement_utils.tables.diagnosis import accepted, cause
from engagement_utils.tables.landing import Landed, Rejected
from engagement_utils.tables.names import shortened
from engagement_utils.tables.quality import Reason
from engagement_utils.tables.schema import Schema
from engagement_utils.tables.secrets import redact
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir


def refuse_unusable(
    landed: Landed, checked: Checked, rejected: Sequence[Rejected], schema: Schema, spec: TableSpec
) -> None:
    """Refuse the table where a column is in another format, where it has no rows or none is left."""
    for c in checked.checks:
        if c.unreadable and 2 * c.rows > c.given:
            column = schema[c.columns[0]]
            found = _samples(landed, column.name, c, checked)
            why = cause(column, found, spec)
            msg = (
                f"{landed.words(c.first)}, column {column.name}: found {shortened(found[0])}, accepted "
                f"{accepted(column, spec)}; so {c.rows:,} of {c.given:,} values cannot be read"
                + (f": {why}" if why else "")
            )
            raise TableError(msg)
    if not checked.rows and not rejected:
        msg = f"{redact(spec.path)}: there is a header, but no row below it"
        raise TableError(msg)
    if checked.bad == checked.rows:
        worst = sorted(checked.checks, key=lambda c: -c.rows)[:3]
        whys = [f"{c.rule} ({c.rows:,} rows, first in {landed.words(c.first)})" for c in worst]
        whys += sorted({f"{r.reason} ({r.place[0]}, row {r.place[1]:,})" for r in rejected[:1]})
        msg = f"{redact(spec.path)}: all {checked.rows + len(rejected):,} rows are bad: {'; '.join(whys)}"
        raise TableError(msg)


def _samples(landed: Landed, column: str, failed: Check, checked: Checked) -> list[str]:
    """Some of the values that could not be read, as they are written."""
    assert checked.aside is not None
    some = (
        checked.aside.filter(checked.aside["__reasons"].contains(f"{failed.rule}; "))
        .order_by("__row")
        .limit(20)
    )
    raw = landed.source.semi_join(some, "__row").order_by("__row")[landed.found[column]]
    values = raw.cast("string").to_pyarrow().to_pylist()
    return [v.strip() for v in values if v is not None]


def reasons(
    landed: Landed,
    checked: Checked,
    rejected: Sequence[Rejected],
    table: "ir.Table",
    values: Mapping[int, Mapping[str, str | None]],
) -> tuple[Reason, ...]:
    """Every reason with its count and one example.

    Args:
        landed: the input.
        checked: what the checks found.
        rejected: rows that could not be split into cells.
        table: the typed rows, for examples of rows that are kept.
        values: row -> column of the input -> value, for examples of rows set aside.
    """
    found_reasons = []
    for kind in dict.fromkeys(r.reason for r in rejected):
        same = [r for r in rejected if r.reason == kind]
        file, number = same[0].place
        example = f"file {file}, row {number:,}: found {shortened(same[0].text)}"
        found_reasons.append(Reason(kind, "set aside", len(same), example))
    for c in checked.checks:
        example = landed.words(c.first)
        if c.columns:
            row = values.get(c.first)
            if row is None:
                kept_row = table.filter(table["__row"] == c.first).select(*c.columns).to_pyarrow().to_pylist()
                found = [kept_row[0][n] for n in c.columns]
            else:
                found = [row.get(landed.found.get(n, "")) for n in c.columns]
            cells = ", ".join("nothing" if v in (None, "") else shortened(str(v)) for v in found)
            example += f", column {', '.join(c.columns)}: found {cells}"
            example += f", accepted {c.accepted}" if c.accepted else ""
        found_reasons.append(Reason(c.rule, c.action, c.rows, example))
    return tuple(found_reasons)
