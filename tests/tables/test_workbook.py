"""Workbooks."""

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables import workbook as module
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec
from engagement_utils.tables.workbook import land_workbook

SCHEMA = Schema("t", "one row", (Column("a", "string"), Column("b", "string", required=False)))


def book(path: Path, rows: list[list[Any]], *more: str) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "Data"
    for row in rows:
        made.active.append(row)
    for title in more:
        made.create_sheet(title)
    made.save(path)
    return path


def land(duck: Any, *files: Path, **spec: Any) -> Any:
    return land_workbook(duck, files, SCHEMA, TableSpec(path="a", **spec))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x", "x"),
        (1, "1"),
        (1.5, "1.5"),
        (2.0, "2"),
        (True, "true"),
        (False, "false"),
        (datetime(2024, 1, 31), "2024-01-31"),
        (datetime(2024, 1, 31, 17, 45), "2024-01-31 17:45:00"),
        (date(2024, 1, 31), "2024-01-31"),
        (time(17, 45), "17:45:00"),
        (timedelta(hours=30), "1 day, 6:00:00"),
    ],
)
def test_a_cell_is_the_text_that_a_text_file_would_hold(
    cell: Any, text: str, duck: Any, tmp_path: Path
) -> None:
    landed = land(duck, book(tmp_path / "a.xlsx", [["a"], [cell]]))
    assert landed.source.to_pyarrow()[landed.found["a"]].to_pylist() == [text]


def test_rows_keep_the_numbers_that_the_spreadsheet_shows(duck: Any, tmp_path: Path) -> None:
    one = book(tmp_path / "1.xlsx", [[], ["a", "b", None], [1], [], [2, "y", "beyond"]])
    two = book(tmp_path / "2.xlsx", [["a", "b"], [3, "z"]])
    landed = land(duck, one, two)
    rows = landed.source.order_by("__row").to_pyarrow()
    assert rows[landed.found["a"]].to_pylist() == ["1", "2", "3"]
    assert rows[landed.found["b"]].to_pylist() == [None, "y", "z"]
    assert [landed.place(i) for i in range(3)] == [("1.xlsx", 3), ("1.xlsx", 5), ("2.xlsx", 2)]
    assert landed.native_dates


def test_a_sheet_is_chosen_by_name_or_position(duck: Any, tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", [["a"], ["x"]], "Notes")
    for sheet in (1, "Data"):
        assert land(duck, file, sheet=sheet).source.count().to_pyarrow().as_py() == 1
    for sheet, text in ((None, "found None"), (3, "found 3"), (0, "found 0"), ("data", "nearest: 'Data'")):
        with pytest.raises(TableError, match=f"sheet: {text}" if sheet != "data" else text):
            land(duck, file, sheet=sheet)
    with pytest.raises(TableError, match="sheet 'Notes': the sheet is empty"):
        land(duck, file, sheet=2)


def test_headers_of_several_workbooks_are_the_same(duck: Any, tmp_path: Path) -> None:
    one, two = (
        book(tmp_path / "1.xlsx", [["a", "b"], [1, 2]]),
        book(tmp_path / "2.xlsx", [["b", "a"], [1, 2]]),
    )
    with pytest.raises(TableError, match=r"file 2\.xlsx: its header differs from that of 1\.xlsx"):
        land(duck, one, two)


def test_what_is_no_workbook_is_told(duck: Any, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("a,b\n")
    with pytest.raises(TableError, match=r"no workbook of the kinds \.xlsx and \.xlsm"):
        land(duck, tmp_path / "a.xlsx")


def unpacked(file: Path) -> int:
    with zipfile.ZipFile(file) as archive:
        return sum(i.file_size for i in archive.infolist())


def test_a_workbook_may_be_as_large_as_the_largest(
    duck: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = book(tmp_path / "a.xlsx", [["a"], ["x"]])
    monkeypatch.setattr(module, "_BIGGEST", unpacked(file))
    assert land(duck, file).source.count().to_pyarrow().as_py() == 1
    monkeypatch.setattr(module, "_BIGGEST", unpacked(file) - 1)
    with pytest.raises(TableError, match=f"unpack to {unpacked(file):,}, accepted: at most"):
        land(duck, file)


def test_a_workbook_that_grows_beyond_measure_is_not_unpacked(duck: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(2**27 + 1))
    with pytest.raises(TableError, match=r"accepted: at most 2,147,483,648 and 200 times its size"):
        land(duck, file)


def test_rows_come_in_batches_of_any_size(duck: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BATCH", 2)
    landed = land(duck, book(tmp_path / "a.xlsx", [["a"], *([i] for i in range(5))]))
    rows = landed.source.order_by("__row").to_pyarrow()
    assert rows["__row"].to_pylist() == [0, 1, 2, 3, 4]
    assert rows[landed.found["a"]].to_pylist() == ["0", "1", "2", "3", "4"]
    assert landed.place(4) == ("a.xlsx", 6)


def test_cells_without_a_header_are_left_out(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, book(tmp_path / "a.xlsx", [["a", None, "c", None], ["x", 1, None, None]]))
    assert list(landed.headers) == ["a", "column 2", "c"]


def test_only_empty_headers_at_the_end_are_dropped(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, book(tmp_path / "a.xlsx", [["a", "b", "", ""], ["x", "y", 1, 2]]))
    assert list(landed.headers) == ["a", "b"]
    assert landed.source.to_pyarrow()[landed.found["b"]].to_pylist() == ["y"]
