from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from engagement_utils.report import workbook
from engagement_utils.report.workbook import Sheet, save_workbook

DF = pd.DataFrame(
    {
        "name": ["=1+1", "+52 442", "http://example.org", "x" * 100],
        "views": [1200, 7, 0, -3],
        "score": [10.081481, np.nan, 0.5, np.inf],
        "created": pd.to_datetime(["2024-01-16", "2024-02-03", None, "2024-02-05"]),
        "seen": pd.to_datetime(["2024-01-16T17:10:58-06:00", "2024-02-03T00:00:00-06:00", None, None]),
        "born": [date(2000, 2, 29), date(1850, 1, 1), None, datetime(2000, 1, 1, 12, tzinfo=UTC)],
        "live": [True, False, True, False],
        "id": [2**60, 1, 2, 3],
    }
)


@pytest.fixture
def book(downloads: Path) -> openpyxl.Workbook:
    sheets = {"top": Sheet(DF, "Top pings", "Scores as published."), "empty": Sheet(DF.head(0), "Nothing")}
    assert (
        save_workbook(sheets, "pings", title="Ping engagement", notes=["A ping is a video."]) == "pings.xlsx"
    )
    return openpyxl.load_workbook(downloads / "pings.xlsx")


def test_cover_notes_and_one_table_a_sheet(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == ["Cover", "Notes", "top", "empty"]
    cover = book["Cover"]
    assert cover["A1"].value == "Ping engagement"
    assert [c.value for c in cover[4]] == ["top", "Top pings", 4]
    assert cover["A4"].hyperlink.location == "'top'!A1"
    assert book["Notes"]["A3"].value == "A ping is a video."
    sheet = book["top"]
    assert (sheet["A1"].value, sheet["A2"].value) == ("Top pings", "Scores as published.")
    assert [c.value for c in sheet[3]] == DF.columns.tolist()
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:H7"
    assert sheet.column_dimensions["A"].width > 50
    assert book["empty"].max_row == 3


def test_values_have_their_types(book: openpyxl.Workbook) -> None:
    rows = [[c.value for c in row] for row in book["top"].iter_rows(min_row=4)]
    assert rows[0][:5] == ["=1+1", 1200, 10.081481, datetime(2024, 1, 16), datetime(2024, 1, 16, 23, 10, 58)]
    assert rows[0][5:] == [datetime(2000, 2, 29), True, str(2**60)]
    assert rows[1][2] is None
    assert rows[1][5] == "1850-01-01"
    assert rows[2][3] is None
    assert rows[3][2] == "inf"
    assert rows[3][5] == datetime(2000, 1, 1, 12)
    sheet = book["top"]
    assert sheet["B4"].number_format == "#,##0"
    assert sheet["C4"].number_format == "#,##0.00"
    assert sheet["D4"].number_format == "yyyy-mm-dd"


def test_text_stays_text(book: openpyxl.Workbook) -> None:
    sheet = book["top"]
    assert [sheet.cell(r, 1).data_type for r in range(4, 8)] == ["s"] * 4
    assert [sheet.cell(r, 1).quotePrefix for r in range(4, 8)] == [True, True, False, False]
    assert sheet["A6"].hyperlink is None


def test_the_same_bytes_again(downloads: Path) -> None:
    written = []
    for _ in range(2):
        save_workbook({"a": Sheet(DF, "A")}, "same", title="T")
        written.append((downloads / "same.xlsx").read_bytes())
        (downloads / "same.xlsx").unlink()
    assert written[0] == written[1]


def test_sheet_names_that_excel_refuses(downloads: Path) -> None:
    names = ["a/b:c*?", "Cover", "cover", "x" * 40, "x" * 41, "''", "it's"]
    save_workbook({n: Sheet(DF[["views"]], n) for n in names}, "names", title="T")
    book = openpyxl.load_workbook(downloads / "names.xlsx")
    assert book.sheetnames == [
        "Cover",
        "a b c",
        "Cover 2",
        "cover 3",
        "x" * 31,
        "x" * 29 + " 2",
        "Table",
        "it's",
    ]
    assert book["Cover"]["A10"].hyperlink.location == "'it''s'!A1"


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch, downloads: Path) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 3)
    with pytest.raises(ValueError, match=r"'A' has 4 rows, a sheet holds 3"):
        save_workbook({"a": Sheet(DF, "A")}, "big", title="T")
    assert not (downloads / "big.xlsx").exists()
