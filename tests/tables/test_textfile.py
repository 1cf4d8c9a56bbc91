"""Text files split into cells."""

from pathlib import Path
from typing import Any

import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables import textfile as module
from engagement_utils.tables.backend import kept
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec
from engagement_utils.tables.textfile import land_text

SCHEMA = Schema("t", "one row", (Column("a", "string"), Column("b", "string", required=False)))


def land(duck: Any, folder: Path, *texts: str, name: str = "{}.csv", **spec: Any) -> Any:
    files = [folder / name.format(i) for i in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, newline="")
    return land_text(duck, files, SCHEMA, TableSpec(path="a", **spec))


def cells(landed: Any, column: str) -> list[Any]:
    rows = landed.source.order_by("__row").to_pyarrow()
    return rows[landed.found[column]].to_pylist()


def test_files_of_one_table_may_differ_in_their_columns(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, tmp_path, "a,b\n1,x\n", "b,a\ny,2\n", "a\n3\n")
    assert cells(landed, "a") == ["1", "2", "3"]
    assert cells(landed, "b") == ["x", "y", None]
    assert list(landed.headers) == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "name", "spec"),
    [
        ("a;b\n1;x\n", "{}.csv", {"delimiter": ";"}),
        ("sep=;\na;b\n1;x\n", "{}.csv", {}),
        ("a\tb\n1\tx\n", "{}.tsv", {}),
        ('\n\na,b\n"1","x"\n', "{}.csv", {}),
    ],
)
def test_the_delimiter_is_declared_written_or_the_names(
    text: str, name: str, spec: Any, duck: Any, tmp_path: Path
) -> None:
    landed = land(duck, tmp_path, text, name=name, **spec)
    assert (cells(landed, "a"), cells(landed, "b")) == (["1"], ["x"])


def test_rows_that_do_not_split_are_rejected_with_their_number(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, tmp_path, "a,b\n1,x\n2\n3,y\n4,y,z\n5,z\n")
    rejected = landed.settle(kept(duck, landed.fast, "stored"))
    assert [(r.place[1], r.reason, r.text) for r in rejected] == [
        (3, "the row has fewer cells than the header", "2"),
        (5, "the row has more cells than the header", "4,y,z"),
    ]
    assert [landed.place(i) for i in range(3)] == [("0.csv", 2), ("0.csv", 4), ("0.csv", 6)]


@pytest.mark.parametrize(
    ("text", "spec", "fault"),
    [
        ("a,b\n", {"delimiter": '"'}, "delimiter: found '\"'"),
        ('a,"b\n', {}, "the header cannot be split into cells"),
        (",".join(f"c{i}" for i in range(2001)) + "\n", {}, "found 2,001 columns, accepted: at most 2,000"),
        ("x,b\n1,2\n", {}, "missing column 'a'"),
    ],
)
def test_a_file_that_cannot_be_split_is_told(
    text: str, spec: Any, fault: str, duck: Any, tmp_path: Path
) -> None:
    with pytest.raises(TableError) as caught:
        land(duck, tmp_path, text, **spec)
    assert fault in str(caught.value)


def test_headers_that_hold_another_delimiter_say_so(duck: Any, tmp_path: Path) -> None:
    both = Schema("t", "one row", (Column("a", "string"), Column("b", "string")))
    (tmp_path / "a.csv").write_text("a;b\n1;2\n")
    with pytest.raises(TableError, match="holds semicolons; say `delimiter: ';'`"):
        land_text(duck, [tmp_path / "a.csv"], both, TableSpec(path="a"))


def test_double_and_empty_headers_get_labels(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, tmp_path, "a,x,x,\n1,2,3,4\n")
    assert list(landed.headers) == ["a", "x", "x (3)", "column 4"]


def fault(part: Any, kind: str, text: str) -> str:
    try:
        module._check_reject(part, 7, kind, text, "the message")
    except TableError as error:
        return str(error)
    return ""


def test_which_rejected_rows_make_a_file_unusable() -> None:
    part = module._Part("a.csv", Path("a.csv"), 2, ",", ["a"])
    for text in ("", "x\ny", "x" * 10_000):
        assert fault(part, "UNQUOTED VALUE", text).startswith(
            "file a.csv, row 5: a quote is opened and never"
        )
    assert fault(part, "UNQUOTED VALUE", "x" * 9_999) == ""
    assert "longer than 16 MB" in fault(part, "LINE SIZE OVER MAXIMUM", "x")
    assert fault(part, "CAST", "x") == "file a.csv, row 5: the message"
    assert fault(part, "TOO MANY COLUMNS", "x") == fault(part, "MISSING COLUMNS", "x") == ""


def test_rejected_rows_are_counted_before_the_good_ones() -> None:
    part = module._Part("a.csv", Path("a.csv"), 0, ",", ["a"], first=10, lost=[0, 2, 2])
    assert [part.number(10 + i) for i in range(4)] == [3, 4, 7, 8]


def test_rows_of_the_second_file_have_its_numbers(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, tmp_path, "a,b\n1,x\n2\n", "a,b\n3\n4,y\n5,z\n")
    rejected = landed.settle(kept(duck, landed.fast, "stored"))
    assert [r.place for r in rejected] == [("0.csv", 3), ("1.csv", 2)]
    assert [landed.place(i) for i in range(3)] == [("0.csv", 2), ("1.csv", 3), ("1.csv", 4)]


def test_a_file_without_good_rows_takes_no_place(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, tmp_path, "a,b\n1,x\n", "a,b\n2\n", "b,a\ny,3\n")
    assert len(landed.settle(kept(duck, landed.fast, "stored"))) == 1
    assert [landed.place(i) for i in range(2)] == [("0.csv", 2), ("2.csv", 2)]


def test_a_file_that_was_not_read_yet_has_no_rows() -> None:
    part = module._Part("a.csv", Path("a.csv"), 0, ",", ["a"])
    assert (part.first, part.rows, part.lost) == (0, 0, [])


def test_lines_before_the_header_are_not_counted(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, tmp_path, "sep=,\n\na,b\n1,x\n2\n3,y\n")
    [rejected] = landed.settle(kept(duck, landed.fast, "stored"))
    assert rejected.place == ("0.csv", 3)
    assert [landed.place(i)[1] for i in range(2)] == [2, 4]
