"""What Quarto is handed: a website project of plain files, written in a folder of its own.

The project is the theme's `quarto` (configuration, styles, Typst partials), `typst` (the printed page and the
filter) and the fonts that matplotlib ships, and beside them one `.qmd` a page: front matter and the same
markdown that the built-in PDF is made of. Reports are rendered to HTML and PDF, the index to HTML alone.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from engagement_utils.suite.pages.prepared import read
from engagement_utils.suite.publish.markdown import to_markdown
from engagement_utils.suite.publish.pandoc import escape, link
from engagement_utils.suite.publish.publisher import Card, Prepared, downloads
from engagement_utils.suite.publish.theme import Theme
from engagement_utils.suite.publish.words import many

FONTS = ("DejaVuSans*.ttf", "STIXGeneral*.ttf", "LastResort*.ttf")
INDEX_TITLE = "Reports"


def start(folder: Path, theme: Theme) -> None:
    """Write everything of a project but its pages."""
    files = theme.files("quarto") | {"report.lua": theme.file("typst/report.lua")}
    # to Quarto the functions of the printed page are its Typst template
    files["typst-template.typ"] = theme.file("typst/report.typ")
    for name, source in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)


def add_fonts(folder: Path) -> None:
    """The fonts of the printed page that Typst does not hold itself."""
    from matplotlib import get_data_path

    (folder / "fonts").mkdir(exist_ok=True)
    for pattern in FONTS:
        for font in sorted(Path(get_data_path(), "fonts", "ttf").glob(pattern)):
            shutil.copyfile(font, folder / "fonts" / font.name)


def add_report(folder: Path, report: Prepared, theme: Theme) -> None:
    """Write `<name>.qmd` and the report's figures below `<name>/page-figures/`.

    Raises:
        PublishError: pandoc cannot read the author's markdown; a data file is not among the downloads.
    """
    document = read(report.notebook)
    files = downloads(report.run, document.name)
    name = document.name
    made = f'[]{{data-made="{name}"}}'
    elsewhere = [link("PDF", f"{name}.pdf"), link("Code view", f"{name}/code.html")]
    if files:
        elsewhere.insert(1, link(f"Data ({many(len(files), 'file')})", "#data-to-download"))
    links = f'::: {{.content-hidden when-format="typst"}}\n{" · ".join(elsewhere)}{made}\n:::'
    markdown = to_markdown(document, files, theme, links)
    markdown.write(folder)
    page(folder / f"{name}.qmd", document.title, markdown.text, {"html": "default", "typst": "default"})


def add_index(folder: Path, cards: Sequence[Card], theme: Theme) -> None:
    """Write `index.qmd`, and the script that sorts and filters the families' tables."""
    from engagement_utils.suite.publish.index_markdown import index_markdown

    text = "\n".join(theme.text(f"{where}/family.js") for where in ("quarto", "templates/scripts"))
    (folder / "family.html").write_text(f"<script>\n{text}</script>\n", encoding="utf-8", newline="\n")
    html = {"toc": False, "page-layout": "full", "include-after-body": ["made.html", "family.html"]}
    page(folder / "index.qmd", INDEX_TITLE, index_markdown(cards), {"html": html})


def page(target: Path, title: str, text: str, formats: Mapping[str, Any]) -> None:
    """A `.qmd` file: front matter, every value as JSON, which is YAML too, and the text."""
    front = {"title": escape(title), "format": formats}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in front.items()]
    target.write_text("\n".join(["---", *lines, "---", "", text]), encoding="utf-8", newline="\n")
