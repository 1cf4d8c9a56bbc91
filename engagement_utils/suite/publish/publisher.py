"""What a publisher is given and what it gives back, and which publisher makes the pages."""

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from engagement_utils.errors import PublishError
from engagement_utils.suite.job import Status
from engagement_utils.suite.publish.theme import Theme

NAMES = ("auto", "builtin", "quarto")
DOWNLOADS = "downloads"
_CODE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Download:
    """A file beside a report: its name below the report's folder, its address from the pages, its size."""

    name: str
    href: str
    bytes: int


@dataclass(frozen=True)
class CardFailure:
    """Why a report failed. `href` is the executed notebook as a page, or "" where there is none."""

    kind: str  # as in `job.Failure`
    message: str  # one line
    href: str = ""


@dataclass(frozen=True)
class Card:
    """One report on the index; every value is plain JSON, every address relative to the index.

    A card holds no time of the wall clock: `times.js` has those, by report name.

    Attributes:
        name: the report's name, a slug; its page is `<name>.html`.
        title: as the YAML states it.
        status: of this run. "failed" with `html` set has its last good page beside it.
        headline: payload of the finding to show first (`report.outputs.Finding`), or None.
        findings: how many findings have each verdict, in the order of `inference.verdict.VERDICTS`;
            verdicts without a finding are 0.
        key_figures: payloads of `report.outputs.KeyFigure`.
        start, end: ISO dates of the data window, "" where the data have no time.
        counts: (formatted number, what was counted).
        html, pdf, code: addresses of the page, its PDF and the notebook with its code; "" where missing.
        downloads: the files that the notebook wrote for its readers.
        failure: why the latest run failed, or None.
        stale: the latest run failed, and the page is the last good one.
        family: name of the family that `for_each` made, "" outside of one.
        member: the values that tell this report from its family.
        description: the notebook's first paragraph, Markdown, "" where nobody wrote one.
    """

    name: str
    title: str
    status: Status
    headline: dict[str, Any] | None = None
    findings: dict[str, int] = field(default_factory=dict)
    key_figures: tuple[dict[str, Any], ...] = ()
    start: str = ""
    end: str = ""
    counts: tuple[tuple[str, str], ...] = ()
    html: str = ""
    pdf: str = ""
    code: str = ""
    downloads: tuple[Download, ...] = ()
    failure: CardFailure | None = None
    stale: bool = False
    family: str = ""
    member: dict[str, Any] = field(default_factory=dict)
    description: str = ""


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

    def index(self, cards: Sequence[Card], into: Path) -> None:
        """Write `into/index.html`: a card a report, a family folded into one card."""

    def code_view(self, executed: Path, target: Path, title: str, note: str = "", report: str = "") -> None:
        """Write an executed notebook with its code as a page, as `publish.code.code_page` does."""


def downloads(run: Path, report: str) -> list[Download]:
    """Every file that the run left for its readers, by name."""
    folder = run / DOWNLOADS
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return [Download(f, quote(f"{report}/{f}"), (folder / f).stat().st_size) for f in files]


def href(found: Sequence[Download], name: str, where: str) -> str:
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


def choose(name: str = "auto", project: Path | None = None) -> Publisher:
    """The publisher `name`, with the theme of a project; "auto" is Quarto where it is on the PATH, else ours.

    Raises:
        PublishError: "quarto" where there is none (never a fallback), or an unknown name.
    """
    if name not in NAMES:
        msg = f"publisher {name!r}, accepted: {', '.join(NAMES)}"
        raise PublishError(msg)
    if name == "builtin" or (name == "auto" and not shutil.which("quarto")):
        from engagement_utils.suite.publish.builtin import BuiltinPublisher

        return BuiltinPublisher(Theme(project))
    from engagement_utils.suite.publish.quarto import QuartoPublisher, executable

    executable()  # what is missing is told before anything runs
    return QuartoPublisher(Theme(project))


def fingerprint(theme: Theme, folders: Sequence[str], tools: Iterable[str], extra: Sequence[str] = ()) -> str:
    """A SHA-256 over templates, publishing code and the versions of tools.

    Args:
        theme: what the pages look like.
        folders: every file of the theme below them counts, by its path below the folder and its bytes.
        tools: distributions whose version counts; a missing one counts as missing.
        extra: other strings, such as a program's version.
    """
    state = hashlib.sha256()

    def add(*parts: bytes) -> None:
        for part in parts:
            state.update(len(part).to_bytes(8, "big") + part)

    code = sorted([*_CODE.glob("*.py"), *(_CODE.parent / "pages").glob("*.py")])
    for path in code:
        add(path.name.encode(), path.read_bytes())
    for folder in folders:
        for name, path in theme.files(folder).items():
            add(name.encode(), path.read_bytes())
    for tool in sorted(tools):
        add(tool.encode(), _version(tool).encode())
    for text in extra:
        add(text.encode())
    return state.hexdigest()


def _version(tool: str) -> str:
    try:
        return version(tool)
    except PackageNotFoundError:
        return "missing"
