"""What was published last, a small file a report: which pages the site shows, and how its latest run failed.

The states of a site lie in `state/<hash of the site's folder>/` of the cache, so that several sites can share
one cache. They pin cache entries, and hold the parts of the key for `suite.caching.explain`.
"""

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from engagement_utils.suite.caching.cache import read_json, write_json

FORMAT = 1


@dataclass(frozen=True)
class Good:
    """The latest good version: keys of its run and page, and the parts of both."""

    run: str
    page: str
    parts: dict[str, str]
    page_parts: dict[str, str]


@dataclass(frozen=True)
class Failed:
    """The latest run, where it failed. `page` is the key of the page entry that shows how."""

    run: str
    page: str
    kind: str
    message: str
    cell: int | None
    parts: dict[str, str]


@dataclass(frozen=True)
class State:
    """Of one report."""

    name: str
    good: Good | None = None
    failed: Failed | None = None


class States:
    """The states of the reports on one site."""

    def __init__(self, cache: Path, out: Path) -> None:
        self.folder = cache / "state" / hashlib.sha256(str(out.absolute()).encode()).hexdigest()[:16]
        self.site = self.folder / "site.json"  # what was assembled last, see `suite.site`

    def of(self, name: str) -> State:
        """The state of a report; an empty one where nothing readable is kept."""
        found = read_json(self._path(name))
        try:
            if found["format"] != FORMAT:
                return State(name)
            good = Good(**found["good"]) if found["good"] else None
            failed = Failed(**found["failed"]) if found["failed"] else None
            return State(name, good, failed)
        except (KeyError, TypeError):
            return State(name)

    def all(self) -> dict[str, State]:
        """Every report's state, by name."""
        names = sorted(p.name.removesuffix(".report.json") for p in self.folder.glob("*.report.json"))
        return {name: self.of(name) for name in names}

    def save(self, state: State) -> None:
        """Keep a state, whole or not at all; one that is kept already is not written again."""
        value = {"format": FORMAT} | asdict(state)
        if read_json(self._path(state.name)) != value:
            write_json(self._path(state.name), value)

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget every report but these."""
        keep = set(names)
        for path in self.folder.glob("*.report.json"):
            if path.name.removesuffix(".report.json") not in keep:
                path.unlink()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.report.json"


def pinned(cache: Path) -> tuple[set[str], set[str]]:
    """Keys of the runs and pages that the states refer to; the states of sites that are gone are dropped."""
    runs: set[str] = set()
    pages: set[str] = set()
    for folder in sorted(p for p in (cache / "state").glob("*") if p.is_dir()):
        site = read_json(folder / "site.json")
        if isinstance(site, dict) and not Path(site.get("out", "")).is_dir():
            shutil.rmtree(folder)
            continue
        for path in folder.glob("*.report.json"):
            found = read_json(path)
            for part in ("good", "failed") if isinstance(found, dict) else ():
                value = found.get(part) or {}
                runs.add(value.get("run", ""))
                pages.add(value.get("page", ""))
    return runs - {""}, pages - {""}
