"""What pages look like: templates, styles, the files of Quarto and Typst; a project's own go before ours."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engagement_utils.report.outputs import MARKS
from engagement_utils.suite.publish import words

if TYPE_CHECKING:
    from jinja2 import Environment

ASSETS = Path(__file__).with_name("assets")


@dataclass(frozen=True)
class Theme:
    """Files by their path, such as `styles/page.css`.

    Attributes:
        project: a folder; a file below its `reports/` goes before ours of the same path. None for ours alone.
    """

    project: Path | None = None

    def folders(self, name: str) -> list[Path]:
        """Where the files below `name` are looked for, the project's folder first."""
        own = [self.project / "reports" / name] if self.project else []
        return [*own, ASSETS / name]

    def file(self, path: str) -> Path:
        """The file of a path."""
        return next((p for p in self.folders(path) if p.is_file()), ASSETS / path)

    def files(self, folder: str) -> dict[str, Path]:
        """Every file below a folder by its path in it, sorted; hidden ones are left out."""
        found: dict[str, Path] = {}
        for home in reversed(self.folders(folder)):
            found |= {
                path.relative_to(home).as_posix(): path
                for path in home.rglob("*")
                if path.is_file() and not path.name.startswith(".")
            }
        return dict(sorted(found.items()))

    def text(self, path: str) -> str:
        """What a file holds."""
        return self.file(path).read_text(encoding="utf-8")

    def carried(self, styles: tuple[str, ...], scripts: tuple[str, ...]) -> "Carried":
        """The named style sheets of `styles` and scripts of `templates/scripts`, joined in order.

        `theme.js` runs before the page is painted. Beside the two inline scripts, named by their hashes, a
        page may load `times.js` from its own site; nothing is loaded from anywhere else.
        """
        css = "\n".join(self.text(f"styles/{name}.css") for name in styles)
        head = self.text("templates/scripts/theme.js")
        script = "\n".join(self.text(f"templates/scripts/{name}.js") for name in scripts)
        hashes = " ".join(f"'sha256-{_digest(text)}'" for text in (head, script))
        policy = (
            f"default-src 'none'; script-src 'self' {hashes}; style-src 'unsafe-inline'; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )
        return Carried(css, head, script, policy)

    def environment(self) -> "Environment":
        """Jinja's, for pages that are made without a notebook; light, unlike nbconvert's."""
        from jinja2 import Environment, FileSystemLoader

        return dressed(Environment(loader=FileSystemLoader(self.folders("templates/engagement"))))


OURS = Theme()


@dataclass(frozen=True)
class Carried:
    """Style sheet and scripts that a page carries inside, as text, and its content security policy."""

    css: str
    head_script: str
    script: str
    policy: str


def dressed(environment: "Environment") -> "Environment":
    """`environment` with escaping on, misspelled names as errors, and the words and marks of the pages."""
    from jinja2 import StrictUndefined

    environment.autoescape = True  # text from data is escaped unless it was made here as markup
    environment.undefined = StrictUndefined
    environment.trim_blocks = True
    environment.lstrip_blocks = True
    environment.filters.update(many=words.many, size=words.size, plain=words.plain, sentence=words.sentence)
    environment.globals.update(marks=MARKS, window=words.window)
    return environment


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
