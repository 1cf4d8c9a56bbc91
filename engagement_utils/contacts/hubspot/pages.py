"""What was pulled so far, a file a page: a pull that was killed goes on behind its last whole page."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Page = Mapping[str, Any]


class Pages:
    """Pages in a folder beside the output.

    Each file holds its contacts and the cursor behind them, and is there whole or not at all: written under
    another name, then renamed. So no state can disagree with the data.
    """

    def __init__(self, out: Path, request: Sequence[str]) -> None:
        digest = hashlib.sha256("\0".join(request).encode()).hexdigest()[:12]
        self.folder = out.with_name(f".{out.name}.{digest}.pages")
        self._count = 0

    def start(self) -> Page | None:
        """The last page of an earlier pull of the same request, or None."""
        self.folder.mkdir(parents=True, exist_ok=True)
        files = self._files()
        self._count = len(files)
        return json.loads(files[-1].read_bytes()) if files else None

    def add(self, page: Page) -> None:
        """Keep a page: {"contacts": [...], "after": cursor or None, ...}."""
        target = self.folder / f"{self._count:08d}.json"
        part = target.with_suffix(".part")
        with part.open("w", encoding="utf-8") as file:
            json.dump(page, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        self._count += 1

    def __iter__(self) -> Iterator[Page]:
        return (json.loads(f.read_bytes()) for f in self._files())

    def __len__(self) -> int:
        return len(self._files())

    def remove(self) -> None:
        """Remove the folder: the output is whole."""
        for file in self.folder.iterdir():
            file.unlink()
        self.folder.rmdir()

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("*.json"))
