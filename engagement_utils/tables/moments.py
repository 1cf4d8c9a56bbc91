"""Dates and times from what was written, as time stamps in UTC or as dates of the place."""

from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dt

from engagement_utils.tables.functions import (
    NAIVE,
    ZONED,
    from_zone,
    in_zone,
    local_strptime,
    make_timestamp,
    regexp_full_match,
    zoned_strptime,
)
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir

# what `date_format` may say beside a strptime format
NUMERIC_DATES = ("epoch_s", "epoch_ms", "excel")

_TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?)?"
_OFFSET = " ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"


def from_text(text: "ir.StringValue", spec: TableSpec) -> "ir.TimestampValue":
    """A time stamp in UTC from ISO 8601 or the spec's `date_format`; null where the text does not fit."""
    form = spec.date_format
    if form is not None and "%z" in form.lower():
        return zoned_strptime(text, form).cast(NAIVE)
    if form is not None:
        return in_utc(local_strptime(text, form), spec)
    local = only(text, _TIME).try_cast(NAIVE)
    zoned = only(text, _TIME + _OFFSET).re_replace(" ?([Z+-][0-9:]*)$", "\\1").try_cast(ZONED)
    return ibis.coalesce(in_utc(local, spec), zoned.cast(NAIVE))


def only(text: "ir.StringValue", pattern: str) -> "ir.StringValue":
    """The text where it matches, else null."""
    return ibis.ifelse(regexp_full_match(text, pattern), text, ibis.null(dt.string))


def from_typed(raw: "ir.Value", spec: TableSpec, *, as_date: bool) -> "ir.TimestampValue":
    """A time stamp from an engine's date or time stamp: in UTC, or for a date in the zone of the place."""
    dtype = raw.type()
    if dtype.is_timestamp() and dtype.timezone is not None:
        here = as_date and spec.timezone not in (None, "UTC")
        return in_zone(spec.timezone, raw) if here else raw.cast(NAIVE)
    return in_utc(raw.cast(NAIVE), spec)


def from_number(number: "ir.NumericValue", spec: TableSpec) -> "ir.TimestampValue":
    """A time stamp in UTC from seconds, milliseconds or a spreadsheet's days."""
    # a spreadsheet's days count from 1899-12-30 for every date after February 1900
    seconds = {"epoch_s": number, "epoch_ms": number / 1e3, "excel": (number - 25569) * 86400}
    found = seconds[str(spec.date_format)]
    inside = ibis.ifelse(found.abs() < 2.5e11, found, ibis.null(dt.float64))
    moment = make_timestamp((inside * 1e6).round().cast(dt.int64))
    return in_utc(moment, spec) if spec.date_format == "excel" else moment


def in_utc(local: "ir.TimestampValue", spec: TableSpec) -> "ir.TimestampValue":
    """Clock times in the spec's zone as UTC; null for those that the clock skips in spring.

    Of an hour that the clock shows twice in autumn, the engine takes one, always the same.
    """
    if spec.timezone in (None, "UTC"):
        return local
    zone = spec.timezone
    moment = from_zone(zone, local)
    exists = in_zone(zone, moment) == local
    return ibis.ifelse(exists, moment.cast(NAIVE), ibis.null(NAIVE))


def midnight(moment: "ir.TimestampValue") -> "ir.DateValue":
    """The date of a time stamp at midnight; null where it has a time of day, which a date cannot keep."""
    return ibis.ifelse(moment == moment.truncate("D"), moment.date(), ibis.null(dt.date))
