"""Excel workbooks: a cover, notes, one table a sheet, with real numbers and dates."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import xlsxwriter
from pandas.api import types
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from engagement_utils.report.exports import downloads_dir, file_name, private_dir
from engagement_utils.report.wording import number
from engagement_utils.tables.spreadsheet import escaped

MAX_ROWS = 1_048_576 - 3  # Excel's rows less title, note and header
MAX_TEXT = 32_767
EXACT_INTEGER = 2**53  # beyond it Excel's numbers lose digits, so they are written as text
CREATED = datetime(2000, 1, 1)  # a workbook holds no clock: same tables, same bytes
HEADER_ROW = 2
WIDEST = 60


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook: the data, the title above it, and a line of explanation."""

    data: pd.DataFrame
    title: str
    note: str = ""


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts: at most 31 characters, none of []:*?/\\, unique whatever the case."""
    base = re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:31] or "Table"
    result, i = base, 2
    while result.lower() in taken:
        result = f"{base[: 31 - len(str(i)) - 1]} {i}"
        i += 1
    taken.add(result.lower())
    return result


class _Book:
    """The workbook under construction with its formats."""

    def __init__(self, path: str) -> None:
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.book = xlsxwriter.Workbook(path, options)
        self.formats: dict[str, Format] = {
            "title": self.book.add_format({"bold": True, "font_size": 14}),
            "note": self.book.add_format({"font_color": "#5f6368"}),
            "wrap": self.book.add_format({"text_wrap": True, "valign": "top"}),
            "header": self.book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "link": self.book.add_format({"font_color": "#1a56c4", "underline": 1}),
            "text": self.book.add_format(),
            # shown as text and kept as text when a reader edits the cell; the value itself is unchanged
            "quoted": self.book.add_format({"quote_prefix": True}),
            "date": self.book.add_format({"num_format": "yyyy-mm-dd"}),
            "time": self.book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            "whole": self.book.add_format({"num_format": "#,##0"}),
        }

    def decimals(self, digits: int) -> Format:
        key = f"decimals {digits}"
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"num_format": "#,##0." + "0" * digits})
        return self.formats[key]

    def text(self, sheet: Worksheet, row: int, column: int, value: str, form: str = "text") -> None:
        if form == "text" and escaped(value) != value:
            form = "quoted"
        sheet.write_string(row, column, value[:MAX_TEXT], self.formats[form])

    def number_format(self, column: "pd.Series[Any]") -> Format:
        if types.is_integer_dtype(column.dtype):
            return self.formats["whole"]
        largest = float(column.abs().replace(float("inf"), 0).max()) if column.notna().any() else 0.0
        return self.decimals(2 if largest >= 10 else 3 if largest >= 0.1 else 6)


def _cell(book: _Book, sheet: Worksheet, row: int, column: int, value: Any, numbers: Format | None) -> int:
    """Write one value with its own type and return about how many characters it shows."""
    if value is None or (types.is_scalar(value) and pd.isna(value)):
        return 0
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
        return 5
    if isinstance(value, date) and value.year < 1900:  # before Excel's first day
        value = value.isoformat()
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        whole = (value.hour, value.minute, value.second) == (0, 0, 0)
        sheet.write_datetime(row, column, value, book.formats["date" if whole else "time"])
        return 10 if whole else 19
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, book.formats["date"])
        return 10
    if numbers is not None and abs(value) <= EXACT_INTEGER:
        sheet.write_number(row, column, value, numbers)
        return len(number(float(value), 2))
    text = str(value)
    book.text(sheet, row, column, text)
    return max((len(line) for line in text.split("\n")), default=0)


def _write_table(book: _Book, sheet: Worksheet, spec: Sheet) -> None:
    df = spec.data
    if len(df) > MAX_ROWS:
        msg = f"table {spec.title!r} has {len(df):,} rows, a sheet holds {MAX_ROWS:,}; write a CSV instead"
        raise ValueError(msg)
    book.text(sheet, 0, 0, spec.title, "title")
    book.text(sheet, 1, 0, spec.note, "note")
    for j, label in enumerate(map(str, df.columns)):
        book.text(sheet, HEADER_ROW, j, label, "header")
        column = df.iloc[:, j]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert("UTC").dt.tz_localize(None)
        is_number = types.is_numeric_dtype(column.dtype) and not types.is_bool_dtype(column.dtype)
        numbers = book.number_format(column) if is_number else None
        width = len(label) + 3  # room for the filter's button
        for i, value in enumerate(column.tolist()):
            width = max(width, _cell(book, sheet, HEADER_ROW + 1 + i, j, value, numbers))
        sheet.set_column(j, j, min(WIDEST, width + 1))
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    if len(df.columns):
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + len(df), len(df.columns) - 1)


def save_workbook(
    sheets: Mapping[str, Sheet],
    name: str,
    *,
    title: str,
    notes: Sequence[str] = (),
    private: bool = False,
) -> str:
    """Write a workbook to the downloads and return the file's name.

    The cover lists the tables with links; `notes` (definitions, how it was measured) have a sheet of their
    own; then one sheet a table in the mapping's order, with title, frozen header, filter and widths. Numbers
    and dates are numbers and dates; time stamps with an offset are written in UTC; no text can become a
    formula.

    Raises:
        ValueError: an unusable file name, or a table with more rows than a sheet holds.
    """
    target = file_name(name, ".xlsx")
    folder = private_dir() if private else downloads_dir()
    book = _Book(str(folder / target))
    book.book.set_properties({"title": title, "created": CREATED})
    taken = {"cover", "notes"}
    names = {key: _sheet_name(key, taken) for key in sheets}
    cover = book.book.add_worksheet("Cover")
    cover.hide_gridlines(2)
    cover.set_column(0, 0, 34)
    cover.set_column(1, 1, 70)
    cover.set_column(2, 2, 10)
    book.text(cover, 0, 0, title, "title")
    for j, label in enumerate(("Sheet", "Table", "Rows")):
        book.text(cover, 2, j, label, "header")
    for i, (key, spec) in enumerate(sheets.items()):
        quoted = names[key].replace("'", "''")
        cover.write_url(3 + i, 0, f"internal:'{quoted}'!A1", book.formats["link"], names[key])
        book.text(cover, 3 + i, 1, spec.title, "text")
        cover.write_number(3 + i, 2, len(spec.data), book.formats["whole"])
    if notes:
        sheet = book.book.add_worksheet("Notes")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 100)
        book.text(sheet, 0, 0, "Notes", "title")
        for i, note in enumerate(notes):
            book.text(sheet, 2 + i, 0, note, "wrap")
    try:
        for key, spec in sheets.items():
            _write_table(book, book.book.add_worksheet(names[key]), spec)
    except ValueError:
        book.book.fileclosed = True  # nothing is written, and no warning about it
        raise
    book.book.close()
    return target
