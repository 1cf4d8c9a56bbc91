"""What a publisher is given and what it gives back."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engagement_utils.suite.site.card import Card


@dataclass(frozen=True)
class Prepared:
    """One report, ready to be published.

    Attributes:
        name: the report's slug; every published path of it begins with this name.
        title: shown on page and index.
        notebook: the prepared notebook (`suite.pages.prepared` describes it).
        run: the run directory: `executed.ipynb` for the code view, `downloads/` for the links.
    """

    name: str
    title: str
    notebook: Path
    run: Path


class Publisher(Protocol):
    """Makes pages of prepared notebooks; all publishers give the same file names and the same content."""

    @property
    def name(self) -> str:
        """The publisher's name as `--publisher` takes it: "builtin" or "quarto"."""

    def fingerprint(self) -> str:
        """What the pages depend on beside the prepared notebook: templates' bytes and tools' versions.

        Cheap: no page-making library is imported for it.
        """

    def get_ready(self, jobs: int) -> bool:
        """Pages will be made soon, with at most `jobs` processes: load in the background what that takes.

        Returns:
            Whether making pages one by one, as runs end, costs no more than making all of them together.
        """

    def pages(self, batch: Sequence[Prepared], into: Path, jobs: int) -> dict[str, str]:
        """Make the pages of every report in `batch`, with at most `jobs` processes at once.

        `into/<name>/` is laid out like the site's root, so that the site copies its contents as they are:
        `<name>.html`, `<name>.pdf` and `<name>/code.html` (downloads are published beside the latter).

        Returns:
            The error text of each report that could not be published, by name; the others are whole.
        """

    def index(self, cards: "Sequence[Card]", into: Path) -> None:
        """Write `into/index.html`: a card a report, a family folded into one card."""

    def code_view(self, executed: Path, target: Path, title: str, note: str = "", report: str = "") -> None:
        """Write an executed notebook with its code as a page, as `publish.code.code_page` does."""
