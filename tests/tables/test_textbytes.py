"""Encodings and line ends."""

import gzip
from pathlib import Path
from typing import Any

import pytest

from engagement_utils.errors import TableError
from engagement_utils.tables.textbytes import look_through


def look(path: Path, data: bytes, duck: Any, encoding: str = "utf-8") -> tuple[Path, str]:
    path.write_bytes(data)
    looked = look_through(path, encoding, duck, "file a.csv")
    return looked.file, looked.head


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_utf8_with_one_line_end_is_read_as_it_is(end: str, tmp_path: Path, duck: Any) -> None:
    path = tmp_path / "a.csv"
    text = f"name{end}café{end}"
    assert look(path, b"\xef\xbb\xbf" + text.encode(), duck) == (path, text)


def test_mixed_line_ends_become_one(tmp_path: Path, duck: Any) -> None:
    path = tmp_path / "a.csv"
    file, _ = look(path, b"a\r\nb\nc\r\n", duck)
    assert file != path
    assert file.read_bytes() == b"a\nb\nc\n"


def test_another_encoding_is_rewritten(tmp_path: Path, duck: Any) -> None:
    file, head = look(tmp_path / "a.csv", "café\r\n1\r\n".encode("latin-1"), duck, "latin-1")
    assert file.read_bytes() == "café\n1\n".encode()
    assert head.startswith("café")


def test_line_ends_across_blocks_are_one(tmp_path: Path, duck: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagement_utils.tables.textbytes._CHUNK", 2)
    file, _ = look(tmp_path / "a.csv", b"a\r\nb\nc\r\nd\r", duck)
    assert file.read_bytes() == b"a\nb\nc\nd\r"


def test_compressed_text_is_read(tmp_path: Path, duck: Any) -> None:
    path = tmp_path / "a.csv.gz"
    assert look(path, gzip.compress(b"a\n1\n"), duck) == (path, "a\n1\n")


@pytest.mark.parametrize(
    ("data", "encoding", "text"),
    [
        (b"", "utf-8", "the file is empty"),
        (b"\xef\xbb\xbf \n", "utf-8", "the file is empty"),
        (b"a\ncaf\xe9\n", "utf-8", "not utf-8: byte 5 (line 2) is 0xE9"),
        (b"a\nb\0\n", "utf-8", "a NUL character in line 2"),
        ("a\n".encode("utf-16"), "utf-8", "say `encoding: utf-16`"),
        (b"PAR1....", "utf-8", "is a Parquet file"),
        (b"a\n", "utf-88", "encoding: found 'utf-88'"),
        (b"a\n", "rot13", "encoding: found 'rot13'"),
    ],
)
def test_bytes_that_are_no_text_are_named(
    data: bytes, encoding: str, text: str, tmp_path: Path, duck: Any
) -> None:
    with pytest.raises(TableError) as caught:
        look(tmp_path / "a.csv", data, duck, encoding)
    assert str(caught.value).startswith("file a.csv: ")
    assert text in str(caught.value)


def test_a_byte_is_counted_through_blocks(tmp_path: Path, duck: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engagement_utils.tables.textbytes._CHUNK", 3)
    with pytest.raises(TableError, match=r"byte 8 \(line 4\) is 0xFF"):
        look(tmp_path / "a.csv", b"ab\ncd\ne\n\xff\n", duck)
    with pytest.raises(TableError, match="NUL character in line 4"):
        look(tmp_path / "a.csv", b"ab\ncd\ne\n\0\n", duck)


def test_one_line_end_of_another_kind_is_mixed(tmp_path: Path, duck: Any) -> None:
    file, _ = look(tmp_path / "a.csv", b"a\r\nb\nc\n", duck)
    assert file.read_bytes() == b"a\nb\nc\n"
