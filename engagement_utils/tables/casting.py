"""From values as they were written to typed values; what cannot be read stays null and gets a code.

Nothing is guessed. Text is read in one declared form: whole numbers and numbers without thousands separators,
dates and times in ISO 8601 or in the spec's `date_format`; spaces around a value are not part of it.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import ibis
import ibis.expr.datatypes as dt

from engagement_utils.errors import TableError
from engagement_utils.tables import moments
from engagement_utils.tables.functions import NAIVE, replace, trim
from engagement_utils.tables.moments import NUMERIC_DATES
from engagement_utils.tables.names import nearest
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec

if TYPE_CHECKING:
    import ibis.expr.types as ir

TYPES: dict[str, dt.DataType] = {
    "string": dt.string,
    "integer": dt.int64,
    "number": dt.float64,
    "date": dt.date,
    "timestamp": NAIVE,
    "boolean": dt.boolean,
}
# codes of a row's value in a column
GOOD, MISSING, UNREADABLE, TOO_SMALL, TOO_LARGE, NOT_ACCEPTED = range(6)

_SPACES = " \t\r\n\u00a0\u202f\ufeff"
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no")


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
    written: bool = False,
    native_dates: bool = False,
    stage: "Callable[[ir.Table], ir.Table]" = lambda table: table,
) -> "ir.Table":
    """The declared columns with their types and a code column `__x_<name>` for each.

    Args:
        source: the input as it came; its `__row` and `__file` are passed on.
        schema: what is declared.
        found: our name -> column of `source`; an optional column that is not there is left out.
        spec: decimal mark, date format and time zone.
        written: every cell is text as somebody wrote it (CSV, workbook, JSON), so that spaces around it do
            not count; text of a typed source stays as it is.
        native_dates: text columns may hold ISO dates beside those in `date_format` (cells of a workbook).
        stage: gives a table a name of its own; without one, the steps would be written into each other,
            and each of them several times.
    """
    passed = [n for n in ("__row", "__file") if n in source.columns]
    here = [c for c in schema.columns if c.name in found]
    given = stage(source.select(*passed, **{c.name: _given(source[found[c.name]], c, written) for c in here}))
    both = {f"__g_{c.name}": given[c.name] for c in here}
    values = {c.name: _value(given[c.name], c, spec, native_dates) for c in here}
    read = stage(given.select(*passed, **both, **values))
    columns: dict[str, ir.Value] = {}
    for c in schema.columns:
        if c.name in found:
            columns[c.name] = read[c.name]
            columns[f"__x_{c.name}"] = _code(read[f"__g_{c.name}"], read[c.name], c)
        else:
            columns[c.name] = ibis.null(TYPES[c.kind])
            columns[f"__x_{c.name}"] = ibis.literal(GOOD, dt.int8)
    return read.select(*passed, **columns)


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


def _code(given: "ir.Value", value: "ir.Value", column: Column) -> "ir.IntegerValue":
    cases = [(given.isnull(), GOOD if column.nullable else MISSING)]
    if column.kind != "string":
        cases.append((value.isnull(), UNREADABLE))
    if column.minimum is not None:
        cases.append((value < _bound(column.minimum), TOO_SMALL))
    if column.maximum is not None:
        cases.append((value > _bound(column.maximum), TOO_LARGE))
    if column.accepts is not None:
        cases.append((~value.isin(sorted(column.accepts)), NOT_ACCEPTED))
    return ibis.cases(*cases, else_=GOOD).cast(dt.int8)


def _bound(bound: Any) -> "ir.Scalar":
    if isinstance(bound, datetime):
        return ibis.literal(bound, NAIVE)
    return ibis.literal(bound, dt.date) if isinstance(bound, date) else ibis.literal(bound)


def _given(raw: "ir.Value", column: Column, written: bool) -> "ir.Value":
    """The value as it came, null where it is missing: empty, a word for missing, NaN."""
    if raw.type().is_floating():
        return ibis.ifelse(raw.isnan(), ibis.null(raw.type()), raw)
    if not raw.type().is_string():
        return raw
    # few cells have spaces around them, and looking is three times as fast as trimming
    spaced = raw.re_search(f"^[{_SPACES}]|[{_SPACES}]$")
    text = ibis.ifelse(spaced, trim(raw, _SPACES), raw) if written else raw
    text = text.nullif("")
    return (
        ibis.ifelse(text.isin(sorted(column.missing)), ibis.null(dt.string), text) if column.missing else text
    )


def _value(given: "ir.Value", column: Column, spec: TableSpec, native_dates: bool) -> "ir.Value":
    """The value in the column's type, null where it cannot be read."""
    dtype, target = given.type(), TYPES[column.kind]
    if dtype.is_null():
        return ibis.null(target)
    if column.kind in ("date", "timestamp"):
        return _when(given, column.kind, spec, native_dates)
    if dtype.is_string() and column.kind == "boolean":
        lower = given.lower()
        return ibis.cases((lower.isin(_TRUE), True), (lower.isin(_FALSE), False))
    if dtype.is_string() and column.kind != "string":
        return _number(given, column.kind, spec.decimal)
    if dtype.is_floating():
        given = ibis.ifelse(given.isinf(), ibis.null(dtype), given)
    if column.kind == "integer" and not dtype.is_integer():
        given = ibis.ifelse((given == given.floor()) & (given.abs() < 2**53), given, ibis.null(dtype))
    elif column.kind == "integer" and dtype.is_unsigned_integer() and dtype.nbytes == 8:
        given = ibis.ifelse(given <= 2**63 - 1, given, ibis.null(dtype))
    return given if dtype.copy(nullable=True) == target else given.cast(target)


def _number(text: "ir.StringValue", kind: str, decimal: str) -> "ir.Value":
    mark = f"[{decimal}]"
    if kind == "integer":
        # a whole number may be written with zero decimals, as spreadsheets and pandas do
        whole = moments.only(text, f"[+-]?[0-9]+({mark}0*)?").re_replace(f"{mark}0*$", "")
        return whole.try_cast(dt.int64)
    form = moments.only(text, f"[+-]?([0-9]+({mark}[0-9]*)?|{mark}[0-9]+)([eE][+-]?[0-9]+)?")
    value = (replace(form, decimal, ".") if decimal != "." else form).try_cast(dt.float64)
    return ibis.ifelse(value.isinf(), ibis.null(dt.float64), value)


def _when(given: "ir.Value", kind: str, spec: TableSpec, native_dates: bool) -> "ir.Value":
    dtype = given.type()
    if kind == "date" and dtype.is_date():
        return given
    # a date stands in the zone of its place; only time stamps move to UTC
    local = spec.model_copy(update={"timezone": None}) if kind == "date" else spec
    if _counts_time(dtype, spec) or (dtype.is_string() and spec.date_format in NUMERIC_DATES):
        number = _number(given, "number", ".") if dtype.is_string() else given.cast(dt.float64)
        moment = moments.from_number(number, local)
    elif dtype.is_string():
        moment = moments.from_text(given, local)
    elif kind == "date" and dtype.timezone is None:
        moment = given
    else:
        moment = moments.from_typed(given, spec, as_date=kind == "date")
    if native_dates and spec.date_format:
        iso = moments.from_text(given, local.model_copy(update={"date_format": None}))
        moment = ibis.coalesce(iso, moment)
    return moments.midnight(moment) if kind == "date" else moment.cast(NAIVE)
