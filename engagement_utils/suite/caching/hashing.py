"""SHA-256 of files and of JSON values."""

import hashlib
import json
from pathlib import Path
from typing import Any


class FileHashes:
    """SHA-256 of files by content; within one instance a file is read once.

    Every run makes its own instance, so that every run reads every input: nothing hangs on file times.
    """

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}
        self._seen: dict[Path, tuple[int, ...]] = {}

    def of(self, path: Path) -> str:
        """Hex SHA-256 of the file's bytes."""
        if path not in self._known:
            self._seen[path] = _mark(path)
            self._known[path] = file_sha256(path)
        return self._known[path]

    def size(self, path: Path) -> int:
        """Bytes of a file that was hashed, as it was then."""
        return self._seen[path][0]

    def still(self, path: Path) -> bool:
        """Whether the file still has the bytes that were hashed; it is read again only if it was touched."""
        try:
            return _mark(path) == self._seen[path] or file_sha256(path) == self._known[path]
        except OSError:
            return False


def _mark(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of the file's bytes, read in blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_sha256(value: Any) -> str:
    """Hex SHA-256 of a plain JSON value in its one canonical form."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
