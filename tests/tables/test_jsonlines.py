"""JSON lines."""

from pathlib import Path
from typing import Any

import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.jsonlines import land_json_lines
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec

SCHEMA = Schema("t", "one row", (Column("a", "string"), Column("b", "string", required=False)))


def land(duck: Any, folder: Path, *texts: str, **columns: str) -> Any:
    files = [folder / f"{i}.jsonl" for i in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return land_json_lines(duck, files, SCHEMA, TableSpec(path="a", columns=columns))


def test_objects_are_rows_of_text_and_null_is_missing(duck: Any, tmp_path: Path) -> None:
    texts = '{"a": 1, "b": "x"}\n\n{"b": null, "a": true}\n', '{"a": 2.5}\n'
    landed = land(duck, tmp_path, *texts)
    rows = landed.source.order_by("__row").to_pyarrow()
    assert rows[landed.found["a"]].to_pylist() == ["1", "true", "2.5"]
    assert rows[landed.found["b"]].to_pylist() == ["x", None, None]
    assert [landed.place(i) for i in range(3)] == [("0.jsonl", 1), ("0.jsonl", 2), ("1.jsonl", 1)]


def test_keys_may_hold_any_character(duck: Any, tmp_path: Path) -> None:
    landed = land(duck, tmp_path, '{"it\'s/a~key": "x"}\n', a="it's/a~key")
    assert landed.source.to_pyarrow()[landed.found["a"]].to_pylist() == ["x"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{"a": 1}\n[1, 2]\n', "file 0.jsonl, row 2: found JSON that is no object"),
        ('{"a": 1\n', "file 0.jsonl: no readable JSON lines"),
    ],
)
def test_a_line_that_is_no_object_is_named(text: str, fault: str, duck: Any, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=fault):
        land(duck, tmp_path, text)


def test_a_missing_column_is_told_of_the_first_file(duck: Any, tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"file 0\.jsonl: missing column 'a'"):
        land(duck, tmp_path, '{"b": 1}\n', '{"b": 2}\n')
