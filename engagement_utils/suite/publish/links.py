"""Addresses of a report's downloads, as its page links them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.words import size

DOWNLOADS = "downloads"


@dataclass(frozen=True)
class Link:
    """A download: its name below the report's folder, its address from the page, its size in words."""

    name: str
    href: str
    size: str


def downloads(run: Path, report: str) -> list[Link]:
    """Every file that the run left for its readers, by name."""
    folder = run / DOWNLOADS
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return [Link(f, quote(f"{report}/{f}"), size((folder / f).stat().st_size)) for f in files]


def link(found: Sequence[Link], name: str, where: str) -> str:
    """The address of the download `name`, or "" without a name.

    Raises:
        PublishError: no such download; the text names figure or table, and the downloads there are.
    """
    if not name:
        return ""
    for candidate in found:
        if candidate.name == name:
            return candidate.href
    there = ", ".join(c.name for c in found) or "none"
    msg = f"{where}: its data file {name!r} is not among the report's downloads: {there}"
    raise PublishError(msg)
