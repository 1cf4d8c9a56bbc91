"""What every page carries inside: styles, scripts and the policy that lets nothing else run."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

# the repository: templates and styles stand beside the package, in reports/
PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Assets:
    """Style sheet and scripts of a page, as text, and its content security policy."""

    css: str
    head_script: str
    script: str
    policy: str


def templates(project: Path) -> Path:
    """The folder of the page templates."""
    return project / "reports" / "templates"


def assets(project: Path, styles: tuple[str, ...], scripts: tuple[str, ...]) -> Assets:
    """The named style sheets of `reports/styles` and scripts of `reports/templates/scripts`, joined in order.

    `theme.js` runs before the page is painted. Beside the two inline scripts, named by their hashes, a page
    may load `times.js` from its own site; nothing is loaded from anywhere else.
    """
    css = "\n".join((project / "reports" / "styles" / f"{s}.css").read_text(encoding="utf-8") for s in styles)
    folder = templates(project) / "scripts"
    head = (folder / "theme.js").read_text(encoding="utf-8")
    script = "\n".join((folder / f"{s}.js").read_text(encoding="utf-8") for s in scripts)
    hashes = " ".join(f"'sha256-{_digest(text)}'" for text in (head, script))
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    return Assets(css, head, script, policy)


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
