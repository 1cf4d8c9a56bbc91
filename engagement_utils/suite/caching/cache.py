"""What is kept between runs, by content: executed runs, and the pages made of them.

Below the cache's root::

    runs/<key>/            a run directory; `made.json` tells that it is whole
    runs/<key>.failed/     the latest failure of that key, with its executed notebook
    pages/<page key>/      `files/` is the report's part of a site, `page.json` what the manifest says of it
    state/                 see `suite.caching.state`
    scratch/               half-made things; emptied as a run starts

An entry that is not whole (a missing file, another size, unreadable JSON) counts as absent and is made again.
"""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement_utils.suite.caching.atomic import write_bytes_atomically
from engagement_utils.suite.caching.hashing import file_sha256, json_sha256
from engagement_utils.suite.execution.lift import Lifted, read_result

NEWEST_KEPT = 20  # entries of each kind that stay although no state refers to them


@dataclass(frozen=True)
class Run:
    """A whole run directory.

    Attributes:
        directory: `runs/<key>`.
        output: SHA-256 of the executed notebook and of the downloads.
        made: when it was executed, ISO 8601 in UTC; `seconds` is how long that took.
        provenance: of the run, as the page shows it.
    """

    directory: Path
    output: str
    made: str
    seconds: float
    provenance: dict[str, Any]

    @property
    def executed(self) -> Path:
        """The executed notebook."""
        return self.directory / "executed.ipynb"

    @property
    def downloads(self) -> dict[str, Path]:
        """The files written for the reader, by their name below `downloads/`."""
        return files_below(self.directory / "downloads")

    @property
    def said(self) -> Lifted:
        """What the notebook's outputs say."""
        return read_result(self.directory / "result.json")


@dataclass(frozen=True)
class Page:
    """A report's part of a site.

    Attributes:
        key: its page key; "" for pages that were carried over from a site.
        files: by their path from the site's root; `sizes` are theirs in bytes.
        record: what the manifest says of the report, without the status of a run.
        made: when its run was executed, ISO 8601 in UTC, or ""; `seconds` is how long that took.
    """

    key: str
    files: Mapping[str, Path]
    sizes: Mapping[str, int]
    record: dict[str, Any]
    made: str = ""
    seconds: float = 0.0


class Cache:
    """The cache below `root`. Writers hold the suite's lock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runs = root / "runs"
        self.pages = root / "pages"
        self.scratch = root / "scratch"

    def recover(self) -> None:
        """Make the folders and drop what an interrupted run left half-made."""
        for half in (self.scratch, *self.runs.glob("*.partial")):
            shutil.rmtree(half, ignore_errors=True)
        for folder in (self.runs, self.pages, self.scratch):
            folder.mkdir(parents=True, exist_ok=True)

    def run(self, key: str) -> Run | None:
        """The run of this key, or None where there is none that is whole."""
        directory = self.runs / key
        made = read_json(directory / "made.json")
        try:
            if any((directory / name).stat().st_size != size for name, size in made["sizes"].items()):
                return None
            return Run(directory, made["output"], made["made"], made["seconds"], made["provenance"])
        except (OSError, KeyError, TypeError, AttributeError):
            return None

    def add_run(self, key: str, made: str, seconds: float, provenance: dict[str, Any]) -> Run:
        """Declare the directory `runs/<key>`, which execution has put there, whole."""
        directory = self.runs / key
        downloads = files_below(directory / "downloads")
        files = {"executed.ipynb": directory / "executed.ipynb", "result.json": directory / "result.json"}
        files |= {f"downloads/{name}": path for name, path in downloads.items()}
        output = json_sha256({name: file_sha256(path) for name, path in files.items()})
        record = {
            "made": made,
            "output": output,
            "provenance": provenance,
            "seconds": seconds,
            "sizes": {name: path.stat().st_size for name, path in files.items()},
        }
        write_json(directory / "made.json", record)
        return Run(directory, output, made, seconds, provenance)

    def failed(self, key: str) -> Path:
        """Where the latest failure of this key is kept."""
        return self.runs / f"{key}.failed"

    def page(self, key: str) -> Page | None:
        """The pages of this page key, or None where they are not whole."""
        directory = self.pages / key
        found = read_json(directory / "page.json")
        try:
            files = {name: directory / "files" / name for name in found["sizes"]}
            if any(path.stat().st_size != found["sizes"][name] for name, path in files.items()):
                return None
            return Page(key, files, found["sizes"], found["record"], found["made"], found["seconds"])
        except (OSError, KeyError, TypeError, AttributeError):
            return None

    def add_page(
        self, key: str, finished: Path, record: dict[str, Any], made: str, seconds: float = 0.0
    ) -> Page:
        """Move the folder `finished`, laid out like the site's root, into the cache."""
        entry = self.scratch / f"page-{key}"
        shutil.rmtree(entry, ignore_errors=True)
        entry.mkdir(parents=True)
        finished.rename(entry / "files")
        sizes = {name: path.stat().st_size for name, path in files_below(entry / "files").items()}
        kept = {"made": made, "record": record, "seconds": seconds, "sizes": sizes}
        write_json(entry / "page.json", kept)
        shutil.rmtree(self.pages / key, ignore_errors=True)
        entry.rename(self.pages / key)
        files = {name: self.pages / key / "files" / name for name in sizes}
        return Page(key, files, sizes, record, made, seconds)

    def prune(self, runs: Collection[str], pages: Collection[str], newest: int = NEWEST_KEPT) -> None:
        """Delete all but these entries and the `newest` others of each kind (so that going back is cheap)."""
        for folder, keep in ((self.runs, runs), (self.pages, pages)):
            loose = [p for p in folder.iterdir() if p.name.removesuffix(".failed") not in keep]
            loose.sort(key=lambda p: (p.stat().st_mtime_ns, p.name), reverse=True)
            for path in loose[newest:]:
                shutil.rmtree(path, ignore_errors=True)


def files_below(folder: Path) -> dict[str, Path]:
    """Every regular file below `folder` by its path in it, sorted; links are no files of ours."""
    return {p.relative_to(folder).as_posix(): p for p in sorted(_regular(folder))}


def _regular(folder: Path) -> Iterator[Path]:
    return (p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def read_json(path: Path) -> Any:
    """The JSON value in a file; None where there is no file or nothing readable in it."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write_json(path: Path, value: Any) -> None:
    """Write a JSON value with sorted keys, whole or not at all."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
    write_bytes_atomically(path, text.encode())
