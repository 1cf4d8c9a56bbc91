"""Property histories: `value1 // value2 // value3`, oldest first, the last one current."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

SEPARATOR = " // "  # with its spaces: addresses hold `//` without
# the separator at the end of a text, where an export has lost the space or the value behind it
_OPEN = r"(^//\s+|\s+//$)"


def values(text: ir.StringValue) -> ir.ArrayValue:
    """The values of a history, oldest first, without spaces around them; empty ones are left out."""
    parts = _trimmed(text).split(SEPARATOR)
    return parts.map(lambda v: v.strip()).filter(lambda v: v != "")


def _trimmed(text: ir.StringValue) -> ir.StringValue:
    """Without an open separator; most values have no history, and a search is cheaper than an expression."""
    stripped = text.strip()
    return stripped.contains("//").ifelse(stripped.re_replace(_OPEN, ""), stripped)


def current(text: ir.StringValue) -> ir.StringValue:
    """The last value; null where there is none."""
    trimmed = _trimmed(text)
    last = trimmed.contains(SEPARATOR).ifelse(trimmed.re_replace(r"(?s)^.*\s//\s", "").strip(), trimmed)
    return last.nullif("")


def oldest(text: ir.StringValue) -> ir.StringValue:
    """The first value; null where there is none."""
    trimmed = _trimmed(text)
    first = trimmed.contains(SEPARATOR).ifelse(trimmed.re_replace(r"(?s)\s//\s.*$", "").strip(), trimmed)
    return first.nullif("")


def long_table(contacts: ir.Table, properties: Sequence[str], times: ir.Table | None = None) -> ir.Table:
    """One row a value of a property: contact_id, property, position (from 1, oldest first), value, time.

    Args:
        contacts: the contact table; `properties` are columns of it.
        times: a table of the schema `HISTORY` with the moments of the values (UTC), such as the pull from
            HubSpot writes; without it `time` is null.
    """
    parts = []
    for name in properties:
        column = contacts.select("contact_id", value=values(contacts[name].cast("string")))
        rows = column.unnest("value", offset="position")
        parts.append(
            rows.select(
                "contact_id",
                property=ibis.literal(name),
                position=(rows.position + 1).cast("int64"),
                value=rows.value,
            )
        )
    long = ibis.union(*parts) if len(parts) > 1 else parts[0]
    if times is None:
        return long.mutate(time=ibis.null("timestamp"))
    known = times.select("contact_id", "property", "position", "time")
    return long.left_join(known, ["contact_id", "property", "position"]).select(
        *(long[c] for c in long.columns), time=known.time
    )


def with_histories(contacts: ir.Table, properties: Sequence[str]) -> ir.Table:
    """The contact table with each property's current value, and its whole history as `<name>_hist_all`."""
    whole: Mapping[str, ir.Value] = {f"{n}_hist_all": contacts[n] for n in properties}
    return contacts.mutate(**whole, **{n: current(contacts[n]) for n in properties})
