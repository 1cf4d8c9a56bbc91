import zipfile
from pathlib import Path

import pytest

from engagement_utils.suite.verify.compare import AROUND, Difference, differences, first_difference


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("one", "two"):
        (tmp_path / name / "report").mkdir(parents=True)
        (tmp_path / name / "index.html").write_text("the same")
    return tmp_path / "one", tmp_path / "two"


def found(sites: tuple[Path, Path], **options: object) -> list[Difference]:
    return list(differences(*sites, **options))  # type: ignore[arg-type]


def archive(path: Path, year: int, **members: str) -> None:
    with zipfile.ZipFile(path, "w") as file:
        for name, text in members.items():
            file.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), text)


def test_equal_folders_have_no_difference(sites: tuple[Path, Path]) -> None:
    assert found(sites) == []


def test_the_first_differing_byte_is_named_with_what_stands_around_it(sites: tuple[Path, Path]) -> None:
    for site, hour in zip(sites, ("07", "19"), strict=True):
        (site / "report" / "code.html").write_text(f"{'x' * 100}\nmade at {hour}:30, é\x00\x1b")
    (one,) = found(sites)
    assert (one.file, one.offset) == ("report/code.html", 109)
    assert one.first == f"…{'x' * 31}\\nmade at 07:30, é\\x00\\x1b"
    assert str(one).splitlines() == [
        "report/code.html: first difference at byte 109",
        f"  first run:  {one.first}",
        f"  second run: {one.second}",
    ]


def test_a_cut_character_and_bytes_that_are_no_text_are_escaped(sites: tuple[Path, Path]) -> None:
    for site, end in zip(sites, (b"\xff", b"\xfe"), strict=True):
        (site / "a.pdf").write_bytes(b"\xc3\xa9" * AROUND + b"-" + end)
    (one,) = found(sites)
    assert one.first.startswith("…\\xa9é")
    assert one.first.endswith("é-\\xff")


def test_files_of_one_run_only_are_named(sites: tuple[Path, Path]) -> None:
    (sites[0] / "a.csv").touch()
    (sites[1] / "b.csv").touch()
    assert [str(d) for d in found(sites)] == [
        "a.csv: only the first run made it",
        "b.csv: only the second run made it",
    ]


def test_a_declared_file_is_not_looked_at(sites: tuple[Path, Path]) -> None:
    (sites[0] / "times.js").write_text("1")
    (sites[1] / "times.js").write_text("2")
    assert found(sites, apart_from=("times.js",)) == []


def test_of_a_workbook_the_member_is_named(sites: tuple[Path, Path]) -> None:
    for site, word in zip(sites, ("seven", "eight"), strict=True):
        archive(site / "book.xlsx", 2024, **{"a.xml": "same", "xl/sheet1.xml": f"<v>{word}</v>"})
    (one,) = found(sites)
    assert (one.member, one.offset, one.first) == ("xl/sheet1.xml", 3, "<v>seven</v>")
    assert str(one).startswith("book.xlsx, member xl/sheet1.xml: first difference at byte 3\n")


def test_a_workbook_that_differs_in_its_dates_alone_differs(sites: tuple[Path, Path]) -> None:
    for site, year in zip(sites, (2024, 2025), strict=True):
        archive(site / "book.xlsx", year, **{"a.xml": "same"})
    (one,) = found(sites)
    assert str(one) == "book.xlsx: the members are equal; their order, dates or packing differ"


def test_a_member_of_one_workbook_only_is_named(sites: tuple[Path, Path]) -> None:
    archive(sites[0] / "book.xlsx", 2024, **{"a.xml": "same", "b.xml": ""})
    archive(sites[1] / "book.xlsx", 2024, **{"a.xml": "same"})
    assert "only the first run's has the member b.xml" in str(found(sites)[0])


@pytest.mark.parametrize("at", [0, 65_535, 65_536, 200_000])
def test_the_place_is_right_wherever_it_is(at: int) -> None:
    one = bytes(200_001)
    other = one[:at] + b"x" + one[at + 1 :]
    assert first_difference(one, other) == at
    assert first_difference(one[:at], one) == at
