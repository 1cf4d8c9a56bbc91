"""Parquet files."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.parquet import land_parquet
from engagement_utils.tables.schema import Column, Schema
from engagement_utils.tables.spec import TableSpec

SCHEMA = Schema("t", "one row", (Column("a", "integer"), Column("b", "string", required=False)))


def test_files_are_one_table_and_rows_keep_their_place(duck: Any, tmp_path: Path) -> None:
    pd.DataFrame({"a": [1, 2]}).to_parquet(tmp_path / "one's.parquet")
    pd.DataFrame({"a": [3], "b": ["x"]}).to_parquet(tmp_path / "two.parquet")
    files = sorted(tmp_path.iterdir())
    landed = land_parquet(duck, files, SCHEMA, TableSpec(path="a"))
    rows = landed.source.order_by("__row").to_pyarrow()
    assert rows["a"].to_pylist() == [1, 2, 3]
    assert rows["b"].to_pylist() == [None, None, "x"]
    places = [landed.place(row) for row in rows["__row"].to_pylist()]
    assert places == [("one's.parquet", 1), ("one's.parquet", 2), ("two.parquet", 1)]
    assert not landed.written


def test_a_damaged_file_is_named(duck: Any, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 nothing")
    (tmp_path / "b.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(TableError, match=r"file a\.parquet: no readable Parquet"):
        land_parquet(duck, [tmp_path / "a.parquet"], SCHEMA, TableSpec(path="a"))
    with pytest.raises(TableError, match=r"files a\.parquet to b\.parquet: no readable Parquet"):
        land_parquet(duck, sorted(tmp_path.iterdir()), SCHEMA, TableSpec(path="a"))


def test_many_rows_of_two_files_do_not_meet(duck: Any, tmp_path: Path) -> None:
    for name in ("a", "b"):
        pd.DataFrame({"a": range(3000)}).to_parquet(tmp_path / f"{name}.parquet")
    landed = land_parquet(duck, sorted(tmp_path.iterdir()), SCHEMA, TableSpec(path="a"))
    rows = landed.source.to_pyarrow()["__row"].to_pylist()
    assert len(set(rows)) == 6000
    assert landed.place(max(rows)) == ("b.parquet", 3000)
