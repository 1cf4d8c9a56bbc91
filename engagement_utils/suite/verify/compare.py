"""The first differing byte of each file of two folders, with what stands around it."""

import zipfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from engagement_utils.suite.caching.cache import files_below

AROUND = 40  # bytes shown before and after the place
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Difference:
    """Where a file of two runs differs.

    Attributes:
        file: its path from the folder's root.
        member: of a zip file (a workbook is one), the member that differs, else "".
        offset: of the first differing byte, in the member where there is one; None where none is named.
        first, second: what stands around that byte in each.
        said: what differs, where it is no byte of the content.
    """

    file: str
    member: str = ""
    offset: int | None = None
    first: str = ""
    second: str = ""
    said: str = ""

    def __str__(self) -> str:
        if self.offset is None:
            return f"{self.file}: {self.said}"
        within = f", member {self.member}" if self.member else ""
        return (
            f"{self.file}{within}: first difference at byte {self.offset:,}\n"
            f"  first run:  {self.first}\n  second run: {self.second}"
        )


def differences(first: Path, second: Path, apart_from: Collection[str] = ()) -> Iterator[Difference]:
    """What differs between two folders, a file at a time in the order of names; nothing where they are equal.

    Args:
        first, second: the folders.
        apart_from: paths from their roots that are not looked at.
    """
    ours, theirs = files_below(first), files_below(second)
    for name in sorted((ours.keys() | theirs.keys()) - set(apart_from)):
        if name not in theirs or name not in ours:
            yield Difference(name, said=f"only the {'first' if name in ours else 'second'} run made it")
        elif found := _difference(name, ours[name], theirs[name]):
            yield found


def _difference(name: str, first: Path, second: Path) -> Difference | None:
    one, other = first.read_bytes(), second.read_bytes()
    if one == other:
        return None
    if zipfile.is_zipfile(first) and zipfile.is_zipfile(second):
        return _in_archive(name, first, second)
    return _in_bytes(name, "", one, other)


def _in_archive(name: str, first: Path, second: Path) -> Difference:
    """The first differing member; of members that are equal, what is left is how they are packed."""
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        ours, theirs = one.namelist(), other.namelist()
        for member in sorted({*ours, *theirs}):
            if member not in ours or member not in theirs:
                which = "first" if member in ours else "second"
                return Difference(name, member, said=f"only the {which} run's has the member {member}")
            content, others = one.read(member), other.read(member)
            if content != others:
                return _in_bytes(name, member, content, others)
    return Difference(name, said="the members are equal; their order, dates or packing differ")


def _in_bytes(name: str, member: str, one: bytes, other: bytes) -> Difference:
    at = first_difference(one, other)
    return Difference(name, member, at, _around(one, at), _around(other, at))


def first_difference(one: bytes, other: bytes) -> int:
    """Offset of the first byte in which two differ; the shorter one's length where it begins the other."""
    shorter = min(len(one), len(other))
    for start in range(0, shorter, _CHUNK):
        end = min(start + _CHUNK, shorter)
        if one[start:end] != other[start:end]:
            return next(i for i in range(start, end) if one[i] != other[i])
    return shorter


def _around(content: bytes, at: int) -> str:
    """The bytes around a place on one line; what is no printable text is escaped."""
    text = content[max(0, at - AROUND) : at + AROUND].decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    before, after = "…" if at > AROUND else "", "…" if at + AROUND < len(content) else ""
    return f"{before}{shown}{after}"
