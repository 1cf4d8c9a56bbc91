"""From values as they were written to typed values; what cannot be read stays null and gets a code.

Nothing is guessed. Text is read in one declared form: whole numbers and numbers without thousands separators,
dates and times in ISO 8601 or in the spec's `date_format`; spaces around a value are not part of it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import ibis
import ibis.expr.datatypes as dt

from engagement_utils.errors import TableError
from engagement_utils.tables.names import nearest
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir

TYPES = {
    "string": dt.string,
    "integer": dt.int64,
    "number": dt.float64,
    "date": dt.date,
    "timestamp": dt.Timestamp(scale=6),
    "boolean": dt.boolean,
}
# what `date_format` may say beside a strptime format
NUMERIC_DATES = ("epoch_s", "epoch_ms", "excel")
# codes of a row's value in a column
GOOD, MISSING, UNREADABLE, TOO_SMALL, TOO_LARGE, NOT_ACCEPTED = range(6)

_SPACES = " \t\r\n\u00a0\u202f\ufeff"
_DATE = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MIDNIGHT = f"{_DATE}([ T]00:00(:00([.]0+)?)?)?"
_TIME = f"{_DATE}([ T][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}}([.][0-9]{{1,9}})?)?)?"
_OFFSET = " ?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


# functions of DuckDB (`timezone` also of PostgreSQL) that Ibis has no name for
_NAIVE, _ZONED = dt.Timestamp(scale=6), dt.Timestamp(timezone="UTC")


@ibis.udf.scalar.builtin(signature=((dt.string, dt.string), dt.boolean))
def regexp_full_match(text: Any, pattern: Any) -> Any:
    """Whether the whole text matches."""


@ibis.udf.scalar.builtin(signature=((dt.string, dt.string), dt.string))
def trim(text: Any, characters: Any) -> Any:
    """The text without these characters at its ends."""


@ibis.udf.scalar.builtin(signature=((dt.string, dt.string, dt.string), dt.string))
def replace(text: Any, old: Any, new: Any) -> Any:
    """The text with every `old` replaced."""


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.string), _NAIVE))
def local_strptime(text: Any, form: Any) -> Any:
    """A time stamp without zone, null where the text does not fit."""


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.string), _ZONED))
def zoned_strptime(text: Any, form: Any) -> Any:
    """A time stamp with zone, where the format holds one."""


@ibis.udf.scalar.builtin(signature=((dt.int64,), _NAIVE))
def make_timestamp(micros: Any) -> Any:
    """A time stamp from microseconds since 1970."""


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, _NAIVE), _ZONED))
def from_zone(zone: Any, at: Any) -> Any:
    """The moment at which clocks in `zone` show `at`."""


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, _ZONED), _NAIVE))
def in_zone(zone: Any, at: Any) -> Any:
    """What clocks in `zone` show at a moment."""


def check_spec(spec: TableSpec) -> None:
    """Raise TableError for a time zone or a date format that does not exist."""
    if spec.timezone is not None and spec.timezone not in available_timezones():
        near = nearest(spec.timezone, available_timezones())
        msg = f"timezone: found {spec.timezone!r}, accepted: an IANA name such as America/Mexico_City{near}"
        raise TableError(msg)
    form = spec.date_format
    if form is not None and form not in NUMERIC_DATES and "%" not in form:
        msg = (
            f"date_format: found {form!r}, accepted: a strptime format such as %d/%m/%Y %H:%M, "
            f"or {', '.join(NUMERIC_DATES)}"
        )
        raise TableError(msg)


def typed(
    source: "ir.Table",
    schema: Schema,
    found: Mapping[str, str],
    spec: TableSpec,
    *,
    native_dates: bool = False,
) -> "ir.Table":
    """The declared columns with their types and a code column `__x_<name>` for each.

    Args:
        source: the input as it came; its `__row` and `__file` are passed on.
        schema: what is declared.
        found: our name -> column of `source`; an optional column that is not there is left out.
        spec: decimal mark, date format and time zone.
        native_dates: text columns may hold ISO dates beside those in `date_format` (cells of a workbook).
    """
    columns: dict[str, ir.Value] = {n: source[n] for n in ("__row", "__file") if n in source.columns}
    for column in schema.columns:
        if column.name not in found:
            columns[column.name] = ibis.null(TYPES[column.kind])
            columns[f"__x_{column.name}"] = ibis.literal(GOOD, dt.int8)
            continue
        raw = source[found[column.name]]
        if raw.type().is_string():
            value, missing = _from_text(raw, column, spec, native_dates)
        else:
            value, missing = _from_typed(raw, column, spec)
        columns[column.name] = value
        columns[f"__x_{column.name}"] = _code(value, missing, column)
    return source.select(**columns)


def fits(kind: str, dtype: "dt.DataType", spec: TableSpec) -> bool:
    """Whether values of an engine's type can stand for a kind without loss of meaning."""
    if dtype.is_null() or (kind in ("date", "timestamp") and _counts_time(dtype, spec)):
        return True
    return {
        "string": dtype.is_string() or dtype.is_integer() or dtype.is_uuid(),
        "integer": dtype.is_integer() or dtype.is_floating() or dtype.is_decimal(),
        "number": dtype.is_integer() or dtype.is_floating() or dtype.is_decimal(),
        "date": dtype.is_date() or dtype.is_timestamp(),
        "timestamp": dtype.is_date() or dtype.is_timestamp(),
        "boolean": dtype.is_boolean(),
    }[kind]


def _counts_time(dtype: "dt.DataType", spec: TableSpec) -> bool:
    return spec.date_format in NUMERIC_DATES and (dtype.is_integer() or dtype.is_floating())


def _code(value: "ir.Value", missing: "ir.BooleanValue", column: Column) -> "ir.IntegerValue":
    cases = [(missing, GOOD if column.nullable else MISSING), (value.isnull(), UNREADABLE)]
    if column.minimum is not None:
        cases.append((value < _bound(column.minimum), TOO_SMALL))
    if column.maximum is not None:
        cases.append((value > _bound(column.maximum), TOO_LARGE))
    if column.accepts is not None:
        cases.append((~value.isin(sorted(column.accepts)), NOT_ACCEPTED))
    return ibis.cases(*cases, else_=GOOD).cast(dt.int8)


def _bound(bound: Any) -> "ir.Scalar":
    if isinstance(bound, datetime):
        return ibis.literal(bound, dt.Timestamp(scale=6))
    return ibis.literal(bound, dt.date) if isinstance(bound, date) else ibis.literal(bound)


def _only(text: "ir.StringValue", pattern: str) -> "ir.StringValue":
    """The text where it matches, else null."""
    return ibis.ifelse(regexp_full_match(text, pattern), text, ibis.null(dt.string))


def _from_text(
    raw: "ir.StringValue", column: Column, spec: TableSpec, native_dates: bool
) -> "tuple[ir.Value, ir.BooleanValue]":
    text = trim(raw, _SPACES)
    missing = text.isnull() | (text == "")
    if column.missing:
        missing = missing | text.isin(sorted(column.missing))
    given = ibis.ifelse(missing, ibis.null(dt.string), text)
    if column.kind == "string":
        return given, missing
    if column.kind == "boolean":
        lower = given.lower()
        return ibis.cases((lower.isin(_TRUE), True), (lower.isin(_FALSE), False)), missing
    if column.kind in ("integer", "number"):
        return _number(given, column.kind, spec.decimal), missing
    moment = _moment(given, spec)
    if native_dates and spec.date_format:
        moment = ibis.coalesce(_moment(given, spec.model_copy(update={"date_format": None})), moment)
    return _midnight(moment) if column.kind == "date" else moment, missing


def _number(text: "ir.StringValue", kind: str, decimal: str) -> "ir.Value":
    mark = f"[{decimal}]"
    if kind == "integer":
        # a whole number may be written with zero decimals, as spreadsheets and pandas do
        whole = _only(text, f"[+-]?[0-9]+({mark}0*)?").re_replace(f"{mark}0*$", "")
        return whole.try_cast(dt.int64)
    form = _only(text, f"[+-]?([0-9]+({mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]+)?")
    value = (replace(form, decimal, ".") if decimal != "." else form).try_cast(dt.float64)
    return ibis.ifelse(value.isinf() | value.isnan(), ibis.null(dt.float64), value)


def _moment(text: "ir.StringValue", spec: TableSpec) -> "ir.TimestampValue":
    """A time stamp in UTC from text."""
    form = spec.date_format
    if form in NUMERIC_DATES:
        return _counted_moment(_number(text, "number", "."), spec)
    if form is not None and "%z" in form.lower():
        return zoned_strptime(text, form).cast(TYPES["timestamp"])
    if form is not None:
        return _in_utc(local_strptime(text, form), spec)
    local = _only(text, _TIME).try_cast(dt.Timestamp(scale=6))
    zoned = _only(text, _TIME + _OFFSET).re_replace(" ?([Z+-][0-9:]*)$", "\\1")
    moment = zoned.try_cast(dt.Timestamp(timezone="UTC")).cast(TYPES["timestamp"])
    return ibis.coalesce(_in_utc(local, spec), moment)


def _counted_moment(number: "ir.NumericValue", spec: TableSpec) -> "ir.TimestampValue":
    """A time stamp in UTC from seconds, milliseconds or a spreadsheet's days."""
    # a spreadsheet's days count from 1899-12-30 for every date after February 1900
    seconds = {"epoch_s": number, "epoch_ms": number / 1e3, "excel": (number - 25569) * 86400}
    found = seconds[str(spec.date_format)]
    inside = ibis.ifelse(found.abs() < 2.5e11, found, ibis.null(dt.float64))
    moment = make_timestamp((inside * 1e6).round().cast(dt.int64))
    return _in_utc(moment, spec) if spec.date_format == "excel" else moment


def _in_utc(local: "ir.TimestampValue", spec: TableSpec) -> "ir.TimestampValue":
    """Clock times in the spec's zone as UTC; null for those that the clock skips in spring.

    Of an hour that the clock shows twice in autumn, the engine takes one, always the same.
    """
    if spec.timezone in (None, "UTC"):
        return local
    zone = spec.timezone
    moment = from_zone(zone, local)
    exists = in_zone(zone, moment) == local
    return ibis.ifelse(exists, moment.cast(TYPES["timestamp"]), ibis.null(TYPES["timestamp"]))


def _midnight(moment: "ir.TimestampValue") -> "ir.DateValue":
    """The date of a time stamp at midnight; null where it has a time of day, which a date cannot keep."""
    return ibis.ifelse(moment == moment.truncate("D"), moment.date(), ibis.null(dt.date))


def _from_typed(raw: "ir.Value", column: Column, spec: TableSpec) -> "tuple[ir.Value, ir.BooleanValue]":
    dtype, target = raw.type(), TYPES[column.kind]
    missing = raw.isnull()
    if dtype.is_floating():
        missing = missing | raw.isnan()
        given = ibis.ifelse(raw.isnan() | raw.isinf(), ibis.null(dtype), raw)
    else:
        given = raw
    if column.kind == "integer" and not dtype.is_integer():
        whole = ibis.ifelse((given == given.floor()) & (given.abs() < 2**53), given, ibis.null(dtype))
        return whole.cast(target), missing
    if column.kind == "integer" and dtype == dt.uint64:
        return ibis.ifelse(given <= 2**63 - 1, given, ibis.null(dtype)).cast(target), missing
    if column.kind in ("date", "timestamp") and _counts_time(dtype, spec):
        moment = _counted_moment(given.cast(dt.float64), spec)
        return _midnight(moment) if column.kind == "date" else moment, missing
    if column.kind in ("date", "timestamp") and dtype.is_timestamp():
        # a date stands in the zone of the place, a time stamp in UTC
        if dtype.timezone is not None:
            here = column.kind == "date" and spec.timezone not in (None, "UTC")
            moment = in_zone(spec.timezone, given) if here else given.cast(TYPES["timestamp"])
        else:
            moment = _in_utc(given, spec) if column.kind == "timestamp" else given
        return _midnight(moment) if column.kind == "date" else moment.cast(target), missing
    if column.kind == "timestamp" and dtype.is_date():
        return _in_utc(given.cast(target), spec), missing
    return given if dtype.copy(nullable=True) == target else given.cast(target), missing
