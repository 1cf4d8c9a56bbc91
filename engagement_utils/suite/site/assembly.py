"""Assembles a site beside the one that stands and puts it into place by one swap."""

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engagement_utils.suite.caching import atomic
from engagement_utils.suite.caching.cache import Page, files_below, read_json, write_json
from engagement_utils.suite.caching.hashing import json_sha256
from engagement_utils.suite.job import Failure, Status
from engagement_utils.suite.publish.publisher import Publisher
from engagement_utils.suite.site.manifest import FIELDS, SCHEMA, card, entry, manifest

MANIFEST = "manifest.json"
TIMES = "times.js"
TIMES_HEAD = "window.ENGAGEMENT_TIMES = "


@dataclass(frozen=True)
class Part:
    """One report on the site.

    Attributes:
        page: what is shown: the pages of the run or the last good ones; of a report that never succeeded,
            an entry without pages.
        failed: the pages that show how the latest run failed, where it did.
    """

    page: Page
    status: Status
    failure: Failure | None = None
    failed: Page | None = None

    @property
    def name(self) -> str:
        """The report's name."""
        return self.page.record["name"]

    @property
    def entry(self) -> dict[str, Any]:
        """What the manifest says of it."""
        shown = f"{self.name}/failed.html"
        there = self.failed is not None and shown in self.failed.files
        return entry(self.page.record, self.status, self.failure, shown if there else "")

    @property
    def pages(self) -> tuple[Page, ...]:
        """All that it brings to the site."""
        return (self.page, self.failed) if self.failed else (self.page,)


def assemble(parts: Sequence[Part], publisher: Publisher, out: Path, memory: Path) -> bool:
    """Make the site of these reports at `out`.

    Nothing is written when `out` holds this very site, as `memory` (a file of the cache) remembers.

    Returns:
        Whether the site was written anew.

    Raises:
        PublishError: `out` holds something that is not a site.
    """
    parts = sorted(parts, key=lambda part: natural(part.name))
    entries = [part.entry for part in parts]
    texts = {
        MANIFEST: _json(manifest(publisher.name, entries)),
        TIMES: f"{TIMES_HEAD}{_json(_times(parts)).rstrip()};\n",
    }
    keys = [page.key for part in parts for page in part.pages]
    fingerprint = json_sha256([publisher.name, publisher.fingerprint(), texts, keys])
    kept = read_json(memory)
    known = isinstance(kept, dict) and kept.get("fingerprint") == fingerprint
    if known and all(keys) and _stands(out, kept["sizes"]):
        return False

    staging = out.parent / ".staging" / out.name
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(parents=True)
    publisher.index([card(e) for e in entries], staging)
    for part in parts:
        for page in part.pages:
            for name, source in page.files.items():
                target = staging / name
                target.parent.mkdir(parents=True, exist_ok=True)
                # copied, not linked: whoever edits the site must not edit the cache
                shutil.copyfile(source, target)
    for name, text in texts.items():
        (staging / name).write_text(text, encoding="utf-8", newline="\n")
    shutil.copyfile(SCHEMA, staging / SCHEMA.name)
    made = {name: path.stat().st_size for name, path in files_below(staging).items()}
    atomic.swap_directory(staging, out)
    with suppress(OSError):  # another site is being staged there
        staging.parent.rmdir()
    write_json(memory, {"fingerprint": fingerprint, "out": str(out.absolute()), "sizes": made})
    return True


def natural(name: str) -> list[str | int]:
    """Sorts names as people do: numbers in them by size, so that a family's 7 comes before its 14."""
    return [int(part) if i % 2 else part for i, part in enumerate(re.split(r"([0-9]+)", name))]


def present(out: Path) -> dict[str, Page]:
    """The good pages on the site that stands at `out`, by report: what a run of some reports carries over."""
    found = read_json(out / MANIFEST)
    if not isinstance(found, dict):
        return {}
    times = _read_times(out / TIMES)
    there = files_below(out)
    pages = {}
    for old in found.get("reports", ()):
        if not (isinstance(old, dict) and old.keys() >= FIELDS and "html" in old["pages"]):
            continue
        name = old["name"]
        own = set(old["pages"].values())
        files = {p: file for p, file in there.items() if p in own or p.startswith(f"{name}/")}
        for failed in ("failed.html", "failed.ipynb"):
            files.pop(f"{name}/{failed}", None)
        if own <= files.keys():
            sizes = {path: file.stat().st_size for path, file in files.items()}
            then = times.get(name, {})
            pages[name] = Page("", files, sizes, old, then.get("made", ""), then.get("seconds", 0.0))
    return pages


def _times(parts: Sequence[Part]) -> dict[str, Any]:
    good = [part.page for part in parts if part.page.made]
    return {page.record["name"]: {"made": page.made, "seconds": page.seconds} for page in good}


def _read_times(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8").removeprefix(TIMES_HEAD).rstrip().rstrip(";"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stands(out: Path, sizes: Mapping[str, int]) -> bool:
    """Whether `out` holds these files, of these sizes, and no others."""
    return {name: path.stat().st_size for name, path in files_below(out).items()} == sizes


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
