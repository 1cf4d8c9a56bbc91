"""A text file byte by byte: its encoding, its line ends, its first lines; rewritten where DuckDB needs it.

UTF-8 with LF, CRLF or CR throughout is read as it is. Other encodings, and line ends that are mixed, are
rewritten once to a temporary UTF-8 file with LF.
"""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from engagement_utils.errors import TableError
from engagement_utils.tables.engines import scratch

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

_CHUNK = 2**22
_HEAD = 2**22
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_BINARY = {b"PAR1": "a Parquet file", b"PK\x03\x04": "a ZIP file or workbook", b"\x1f\x8b": "gzip-compressed"}
_BINARY |= {b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)", b"%PDF": "a PDF"}


@dataclass(frozen=True)
class Looked:
    """A text file that DuckDB can read as UTF-8: `file`, which begins with the text `head`."""

    file: Path
    head: str


def look_through(file: Path, encoding: str, con: "BaseBackend", where: str) -> Looked:
    """Read all bytes once; rewrite into the scratch folder of `con` where that is needed.

    Raises:
        TableError: empty, not in the encoding, NUL, broken compression, unknown encoding; names the byte.
    """
    try:
        codec = codecs.lookup(encoding)
        if not getattr(codec, "_is_text_encoding", True):
            raise LookupError  # such as "rot13": bytes to bytes
    except LookupError:
        msg = f"{where}: encoding: found {encoding!r}, accepted: utf-8, latin-1, cp1252, utf-16 and so on"
        raise TableError(msg) from None
    is_utf8 = codec.name in ("utf-8", "utf-8-sig", "ascii")
    try:
        head, mixed = _look(file, codec, where)
        if is_utf8 and not mixed:
            return Looked(file, head)
        folder = scratch(con)
        target = folder / f"{file.name}.{len(list(folder.iterdir()))}.csv"
        with target.open("w", encoding="utf-8", newline="") as out:
            # universal line ends: CRLF and CR become LF
            carry = ""
            for text in _texts(file, codec, where):
                block = carry + text
                carry = "\r" if block.endswith("\r") else ""
                out.write(
                    block.removesuffix(carry).replace("\r\n", "\n") if carry else block.replace("\r\n", "\n")
                )
            out.write(carry)
        return Looked(target, head)
    except (OSError, EOFError, zlib.error) as error:
        msg = f"{where}: cannot be read: {error}"
        raise TableError(msg) from error


def _look(file: Path, codec: codecs.CodecInfo, where: str) -> tuple[str, bool]:
    """The first text, and whether line ends are mixed."""
    head, ends_crlf, ends_lf, last = "", 0, 0, ""
    for text in _texts(file, codec, where):
        if len(head) < _HEAD:
            head += text[: _HEAD - len(head)]
        ends_crlf += text.count("\r\n") + (last == "\r" and text[0] == "\n")
        ends_lf += text.count("\n")
        last = text[-1]
    if not head.strip("\ufeff \t\r\n"):
        msg = f"{where}: the file is empty, accepted: a header and rows"
        raise TableError(msg)
    return head.removeprefix("\ufeff"), 0 < ends_crlf < ends_lf


def _texts(file: Path, codec: codecs.CodecInfo, where: str) -> Iterator[str]:
    """The file's text in pieces, none of them empty."""
    decoder = codec.incrementaldecoder("strict")
    at = lines = 0
    with ExitStack() as stack:
        stream: IO[bytes] | gzip.GzipFile = stack.enter_context(file.open("rb"))
        if file.name.lower().endswith(".gz"):
            stream = stack.enter_context(gzip.GzipFile(fileobj=stream))
        while True:
            block = stream.read(_CHUNK)
            if at == 0:
                _check_start(block, codec, where)
            kept = len(decoder.getstate()[0])
            try:
                text = decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                begin = at - kept + error.start
                row = lines + error.object[: error.start].count(b"\n") + 1
                msg = (
                    f"{where}: not {codec.name}: byte {begin:,} (line {row:,}) is "
                    f"0x{error.object[error.start]:02X}; say `encoding`, such as latin-1 or cp1252"
                )
                raise TableError(msg) from None
            if "\0" in text:
                line = lines + text[: text.index("\0")].count("\n") + 1
                msg = f"{where}: a NUL character in line {line:,}, accepted: text; is it binary or UTF-16?"
                raise TableError(msg)
            lines += text.count("\n")
            at += len(block)
            if text:
                yield text
            if not block:
                return


def _check_start(block: bytes, codec: codecs.CodecInfo, where: str) -> None:
    for mark, name in _MARKS.items():
        if block.startswith(mark) and not codec.name.startswith("utf-16"):
            msg = f"{where}: starts with the byte order mark of UTF-16, declared is {codec.name}; "
            msg += f"say `encoding: {name}`"
            raise TableError(msg)
    for magic, what in _BINARY.items():
        if block.startswith(magic):
            msg = f"{where}: is {what}, accepted under this name: text; rename it to what it is"
            raise TableError(msg)
