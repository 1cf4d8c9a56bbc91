"""Headers found, and the words for a row."""

from typing import Any

import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.landing import Landed, match_columns
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec

SCHEMA = Schema(
    "users",
    "one row a user",
    (Column("user_id", "string", aliases=("id",)), Column("name", "string", required=False)),
)


def match(*headers: str, **columns: str) -> dict[str, int]:
    return match_columns(list(headers), SCHEMA, TableSpec(path="a", columns=columns), "file a.csv")


def test_a_header_is_ours_an_alias_or_what_the_spec_says() -> None:
    assert match("x", "user_id", "name") == {"user_id": 1, "name": 2}
    assert match(" id\u00a0", "x") == {"user_id": 0}
    assert match("KEY", "user_id", user_id="KEY") == {"user_id": 0}


@pytest.mark.parametrize(
    ("headers", "columns", "text"),
    [
        (("usr_id",), {}, "file a.csv: missing column 'user_id'; nearest: 'usr_id'. Found headers: 'usr_id'"),
        (("User_ID",), {}, "missing column 'user_id'; nearest: 'User_ID'"),
        (("id", "user_id"), {}, "column 'user_id' is found 2 times, under the headers 'id', 'user_id'"),
        (("user_id",), {"nam": "x"}, "columns: found 'nam', accepted: 'user_id', 'name'; nearest: 'name'"),
        (("user_id",), {"name": "title"}, "missing column 'title' (for name)"),
        (("x",), {"user_id": "a", "name": "b"}, "missing columns 'a' (for user_id)"),
        (("one",), {"user_id": "one", "name": "one"}, "header 'one' is used for 'user_id', 'name'"),
    ],
)
def test_headers_that_do_not_fit_are_told(headers: Any, columns: Any, text: str) -> None:
    with pytest.raises(TableError) as caught:
        match(*headers, **columns)
    assert text in str(caught.value)


def test_a_row_is_where_its_file_shows_it() -> None:
    rows: Any = (None, None, {}, {})
    assert Landed(*rows, place=lambda row: ("a.csv", row + 2)).words(1234) == "file a.csv, row 1,236"
    assert Landed(*rows, place=lambda row: ("events", 0)).words(5) == "table events"
    plain = Landed(*rows, place=lambda row: ("a", 1))
    assert plain.settle(None) == []
    assert (plain.fast, plain.written, plain.strict, plain.native_dates) == (None, True, False, False)


def test_a_column_that_does_not_exist_is_told_with_forty_of_ours() -> None:
    many = Schema("t", "one row", tuple(Column(f"c{i:02}", "string") for i in range(42)))
    with pytest.raises(TableError, match="'c39' and 2 more"):
        match_columns(["x"], many, TableSpec(path="a", columns={"x": "y"}), "file a.csv")
