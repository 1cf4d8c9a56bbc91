"""What is accepted in a column, and what most likely happened to values that are not."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from engagement_utils.tables.moments import NUMERIC_DATES
from engagement_utils.tables.names import listed, shortened
from engagement_utils.tables.schema import Column
from engagement_utils.tables.spec import TableSpec

_DAY_OR_MONTH = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{2,4})(.*)")


def accepted(column: Column, spec: TableSpec) -> str:
    """What a column takes, in words: `a whole number >= 0`."""
    if column.accepts is not None:
        return f"one of {listed(sorted(map(str, column.accepts)))}"
    form = spec.date_format
    words = {
        "string": "text",
        "integer": "a whole number",
        "number": "a number" + (" with a decimal comma" if spec.decimal == "," else ""),
        "boolean": "true or false, yes or no, 1 or 0",
        "date": f"a date in the form {form}" if form else "a date such as 2024-01-31, without a time of day",
        "timestamp": f"a time in the form {form}" if form else "a time such as 2024-01-31 17:45:00",
    }[column.kind]
    if column.minimum is not None and column.maximum is not None:
        words += f" from {bound(column.minimum)} to {bound(column.maximum)}"
    elif column.minimum is not None:
        words += f" >= {bound(column.minimum)}"
    elif column.maximum is not None:
        words += f" <= {bound(column.maximum)}"
    return words + (", or nothing" if column.nullable else "")


def bound(value: int | float | date | datetime) -> str:
    """A bound as it is written in text."""
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def cause(column: Column, values: Sequence[str], spec: TableSpec) -> str:
    """The likely reason why values cannot be read, and what to declare instead; "" if unknown."""
    if column.kind in ("date", "timestamp"):
        return _of_dates(values, spec)
    if column.kind in ("integer", "number"):
        return _of_numbers(values, spec)
    return ""


def _every(pattern: str, values: Sequence[str]) -> bool:
    return bool(values) and all(re.fullmatch(pattern, v.strip()) for v in values)


def _of_dates(values: Sequence[str], spec: TableSpec) -> str:
    first = shortened(values[0]) if values else ""
    if _every(r"\d{1,3}:\d{2}[.,]\d", values):
        return (
            f"a spreadsheet destroyed the times: {first} holds minutes and seconds only, date and hour are "
            "lost; export them again without opening the file in a spreadsheet"
        )
    if _every(r"\d{13}", values):
        return "these are milliseconds since 1970; say `date_format: epoch_ms`"
    if _every(r"\d{10}", values):
        return "these are seconds since 1970; say `date_format: epoch_s`"
    if _every(r"\d{5}([.,]\d+)?", values):
        return "these are a spreadsheet's day numbers; format the cells as dates, or say `date_format: excel`"
    if spec.date_format and spec.date_format not in NUMERIC_DATES:
        return f"{first} is not in the form {spec.date_format}"
    parts = [m for v in values if (m := _DAY_OR_MONTH.fullmatch(v.strip()))]
    if values and len(parts) == len(values):
        sign = parts[0][0].strip()[len(parts[0][1])]
        year = "%Y" if len(parts[0][3]) == 4 else "%y"
        time = {0: "", 1: " %H:%M", 2: " %H:%M:%S"}.get(parts[0][4].count(":"), "")
        forms = {"day": f"%d{sign}%m{sign}{year}{time}", "month": f"%m{sign}%d{sign}{year}{time}"}
        if any(int(m[1]) > 12 for m in parts):
            return f"the dates have the day first; say `date_format: {forms['day']!r}`"
        if any(int(m[2]) > 12 for m in parts):
            return f"the dates have the month first; say `date_format: {forms['month']!r}`"
        return (
            "day and month cannot be told apart; say "
            f"`date_format: {forms['day']!r}` or `date_format: {forms['month']!r}`"
        )
    if _every(r"\d{4}-\d{2}-\d{2}[ T]\d.*", values):
        return "the values have a time of day; a date column takes midnight only"
    return ""


def _of_numbers(values: Sequence[str], spec: TableSpec) -> str:
    other = "," if spec.decimal == "." else "."
    if _every(rf"[+-]?\d{{1,3}}([{other} '\u00a0\u202f]\d{{3}})+([{spec.decimal}]\d+)?", values):
        return "the numbers have thousands separators; export them without"
    if _every(rf"[+-]?\d+[{other}]\d+", values):
        return f"the decimal mark is {other!r}; say `decimal: {other!r}`"
    if _every(r"(?i)[+-]?(nan|inf(inity)?)", values):
        return "these are no finite numbers; leave the cell empty where a value is missing"
    if _every(r".*[%€$£].*", values):
        return "the numbers carry a unit; export them without"
    return ""
