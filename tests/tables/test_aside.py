"""Rows set aside, in a file that is safe to open."""

from pathlib import Path
from typing import Any

import pytest

from engagement_utils.tables.aside import output_dir, write_aside
from engagement_utils.tables.landing import Landed, Rejected
from tests.tables.conftest import Make


@pytest.fixture
def landed(duck: Any, table: Make) -> Landed:
    source = table({"n": "int64"}, name=["a", "=cmd()", "c"], n=[1, 2, None])
    return Landed(duck, source, {"Name": "name", "n": "n"}, {"name": "name"}, lambda r: ("a.csv", r + 2))


def test_rows_stand_with_file_row_and_reasons(landed: Landed, table: Make, tmp_path: Path) -> None:
    aside = table({"__row": "int64"}, __reasons=["bad; ", "bad; worse; "])
    aside = aside.mutate(__row=(aside["__row"] + 1).cast("int64"))
    path = tmp_path / "folder" / "a.csv"
    rejected = [Rejected(("a.csv", 9), "too few cells", "x")]
    found = write_aside(path, landed, aside, rejected, [2])
    assert path.read_text(encoding="utf-8").splitlines() == [
        "file,row,reasons,Name,n,row as written",
        "a.csv,3,bad,'=cmd(),2,",
        "a.csv,4,bad; worse,c,,",
        "a.csv,9,too few cells,,,x",
    ]
    assert found == {2: {"name": "c", "n": None}}
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]


def test_without_rows_an_earlier_file_goes(landed: Landed, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("old")
    assert write_aside(tmp_path / "a.csv", landed, None, [], [0]) == {}
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_of_a_file_that_could_not_be_written(
    landed: Landed, table: Make, tmp_path: Path
) -> None:
    with pytest.raises(AttributeError):
        write_aside(tmp_path / "a.csv", landed, table(__reasons=["bad; "]), [None], [])  # type: ignore[list-item]
    assert list(tmp_path.iterdir()) == []


def test_downloads_go_where_the_suite_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENGAGEMENT_OUTPUT_DIR", raising=False)
    assert output_dir() == Path("_output")
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", "/elsewhere")
    assert output_dir() == Path("/elsewhere")


def test_rows_that_could_not_be_split_are_written_alone(landed: Landed, tmp_path: Path) -> None:
    write_aside(tmp_path / "a.csv", landed, None, [Rejected(("a.csv", 9), "too few cells", "x")], [])
    assert (tmp_path / "a.csv").read_text().splitlines()[1:] == ["a.csv,9,too few cells,,,x"]


def test_bad_rows_alone_have_no_column_for_others(landed: Landed, table: Make, tmp_path: Path) -> None:
    write_aside(tmp_path / "a.csv", landed, table(__reasons=["bad; "]), [], [])
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines == ["file,row,reasons,Name,n", "a.csv,2,bad,a,1"]
