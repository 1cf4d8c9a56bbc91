"""Property histories: `value1 // value2 // value3`, oldest first, the last one current."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from engagement_utils.contacts.schema import ALIASES
from engagement_utils.contacts.words import folded, plain

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


def _without(text: ir.StringValue, rest: str) -> ir.StringValue:
    """The value that is left when what `rest` matches is taken away; null where there is none."""
    stripped = text.strip()
    one = stripped.re_replace(_OPEN, "").re_replace(rest, "").strip()
    return stripped.contains("//").ifelse(one, stripped).nullif("")


def current(text: ir.StringValue) -> ir.StringValue:
    """The last value; null where there is none."""
    return _without(text, r"(?s)^.*\s//\s")


def oldest(text: ir.StringValue) -> ir.StringValue:
    """The first value; null where there is none."""
    return _without(text, r"(?s)\s//\s.*$")


def long_table(contacts: ir.Table, properties: Sequence[str], times: ir.Table | None = None) -> ir.Table:
    """One row a value of a property: contact_id, property, position (from 1, oldest first), value, time.

    Args:
        contacts: the contact table; `properties` are columns of it.
        times: a table of the schema `HISTORY` with the moments of the values (UTC), such as the pull from
            HubSpot writes, with properties under our names; without it `time` is null.
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
    known = times.select("contact_id", "property", "position", written="value", time="time")
    joined = long.left_join(known, ["contact_id", "property", "position"])
    # the time of another value, where table and times are of different days, is not this one's
    same = known["written"].isnull() | (known["written"].strip() == long["value"])
    return joined.select(*(long[c] for c in long.columns), time=same.ifelse(known["time"], None))


def named(times: ir.Table, properties: Sequence[str], headers: Mapping[str, str]) -> ir.Table:
    """`times` of the properties alone, under our names.

    Args:
        times: a table of the schema `HISTORY`; it may call a property by our name, by an alias, whatever case
            and accents, or by the contact table's header for it.
        headers: our column name to that header.
    """
    forms = {
        folded(form): ours
        for ours in properties
        for form in (*ALIASES[ours], *([headers[ours]] if headers.get(ours) else []), ours)
    }
    label = plain(times["property"].re_replace("[-_]+", " ")).cases(*forms.items(), else_=None)
    return times.mutate(property=label).filter(label.notnull())


def with_histories(contacts: ir.Table, properties: Sequence[str]) -> ir.Table:
    """The contact table with each property's current value, and its whole history as `<name>_hist_all`."""
    whole: Mapping[str, ir.Value] = {f"{n}_hist_all": contacts[n] for n in properties}
    return contacts.mutate(**whole, **{n: current(contacts[n]) for n in properties})
