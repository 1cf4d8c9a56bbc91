"""From a path to files."""

import subprocess
import sys
from pathlib import Path

import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.sources import base_dir, files_of
from engagement_utils.tables.spec import TableSpec


def names(path: str, base: Path) -> list[str]:
    return [f.relative_to(base).as_posix() for f in files_of(TableSpec(path=path), base)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.csv", "a.csv", "sub/c.csv", ".hidden.csv", "_SUCCESS.csv", "notes.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n1\n")
    return tmp_path


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("a.csv", ["a.csv"]),
        ("*.csv", [".hidden.csv", "_SUCCESS.csv", "a.csv", "b.csv"][2:]),
        ("**/c.csv", ["sub/c.csv"]),
        ("sub", ["sub/c.csv"]),
        (".", ["a.csv", "b.csv"]),
        ("[ab].csv", ["a.csv", "b.csv"]),
    ],
)
def test_file_folder_and_glob_give_sorted_files(path: str, found: list[str], folder: Path) -> None:
    (folder / "_SUCCESS.csv").unlink()
    assert names(path, folder) == found


def test_an_absolute_path_stands_by_itself(folder: Path) -> None:
    assert names(str(folder / "a.csv"), folder) == ["a.csv"]
    assert names(str(folder / "s*" / "*.csv"), folder) == ["sub/c.csv"]


def test_a_name_with_brackets_is_a_file_first(folder: Path) -> None:
    (folder / "export [1].csv").write_text("x\n")
    assert names("export [1].csv", folder) == ["export [1].csv"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("aa.csv", "no such file in .*nearest: 'a.csv'"),
        ("sob/c.csv", "no such file in .*nearest: 'sub'"),
        ("sub/zzzzz.csv", r"no such file in sub/, which holds c.csv"),
        ("*.parquet", "no such file matches"),
        ("notes.md", "unknown kind, accepted: .csv"),
        ("ftp://host/a.csv", "found a 'ftp' URL"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(path: str, text: str, folder: Path) -> None:
    with pytest.raises(TableError, match=text):
        files_of(TableSpec(path=path), folder)


def test_a_sql_url_has_no_files(folder: Path) -> None:
    url = "postgresql://me:${SECRET}@host/db"
    assert files_of(TableSpec(path=url, table="users"), folder) == []
    with pytest.raises(TableError, match="both of `table` and `query`"):
        files_of(TableSpec(path=url, table="users", query="SELECT 1"), folder)


def test_relative_paths_start_where_the_suite_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "sub")
    assert base_dir() == folder / "sub"
    monkeypatch.setenv("ENGAGEMENT_BASE_DIR", str(folder))
    assert base_dir() == folder


def test_sources_are_light_to_import() -> None:

    heavy = "import sys, engagement_utils.tables.sources as s, engagement_utils.tables.schema; " + (
        "print([m for m in ('pandas', 'ibis', 'pyarrow', 'duckdb', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, " in sub/, which is empty"), (8, "which holds f0, f1, f2, f3, f4, f5, f6, f7"), (9, "f7 and more")],
)
def test_what_is_nearby_is_told(count: int, text: str, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for i in range(count):
        (tmp_path / "sub" / f"f{i}").touch()
    with pytest.raises(TableError) as caught:
        files_of(TableSpec(path="sub/zzzz.csv"), tmp_path)
    assert str(caught.value).endswith(text)
    (tmp_path / "sub" / "zzzzz.csv").touch()
    with pytest.raises(TableError, match=r"in sub/; nearest: 'zzzzz\.csv'$"):
        files_of(TableSpec(path="sub/zzzz.csv"), tmp_path)
