"""The printed report: prepared notebook -> markdown -> pandoc -> Typst -> tagged PDF (PDF/UA-1).

Everything comes out of wheels: pandoc, Typst with its text fonts, matplotlib's DejaVu Sans for marks and for
the labels of figures. No system font is used and no time is written: two machines make the same bytes.
"""

import json
import re
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from engagement_utils.errors import PublishError
from engagement_utils.suite.pages.prepared import Document, read
from engagement_utils.suite.publish.markdown import to_markdown
from engagement_utils.suite.publish.pandoc import MARKDOWN, escape, pandoc
from engagement_utils.suite.publish.publisher import Prepared, downloads
from engagement_utils.suite.publish.theme import OURS, Theme

if TYPE_CHECKING:
    import typst

STANDARD: Literal["ua-1"] = "ua-1"
LANGUAGE = "en"
UNKNOWN = "\ufffd"
_BEYOND_LATIN = re.compile(r"[^\x00-\u024f]")


def make_pdf(report: Prepared, target: Path, theme: Theme = OURS) -> None:
    """Write a report's PDF.

    Args:
        report: names the prepared notebook and the run with its downloads.
        target: the PDF to write.
        theme: what it looks like.

    Raises:
        PublishError: pandoc or Typst refuse it, or a data file is not there; the text says which report, what
            and where.
    """
    document = read(report.notebook)
    markdown = to_markdown(document, downloads(report.run, document.name), theme)
    with TemporaryDirectory(prefix="report-") as folder:
        root = Path(folder)
        markdown.write(root, drawable)
        shutil.copy(theme.file("typst/report.typ"), root)
        source = root / "main.typ"  # a report may be named like the template
        source.write_text(_typst_source(document, markdown.text, theme), encoding="utf-8")
        content = _compile(source, document.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _typst_source(document: Document, text: str, theme: Theme) -> str:
    """The markdown as a Typst document; page headings begin at `##`, the printed ones at the first level."""
    front = f"---\ntitle: {json.dumps(escape(document.title), ensure_ascii=False)}\nlang: {LANGUAGE}\n---\n\n"
    options = [
        f"--from={MARKDOWN}+yaml_metadata_block",
        "--to=typst",
        "--standalone",
        f"--template={theme.file('typst/template.typ')}",
        f"--lua-filter={theme.file('typst/report.lua')}",
        "--shift-heading-level-by=-1",
        "--wrap=preserve",
    ]
    return pandoc(front + text, options, f"{document.name}.pdf")


def _compile(source: Path, name: str) -> bytes:
    import typst

    try:
        content = typst.compile(
            source, root=source.parent, font_paths=fonts(), pdf_standards=[STANDARD], timestamp=0
        )
    except typst.TypstError as error:
        hints = "".join(f"\n  hint: {hint}" for hint in error.hints)
        msg = f"{name}.pdf: Typst refuses the report: {error.message}\n{error.diagnostic.strip()}{hints}"
        raise PublishError(msg) from error
    assert isinstance(content, bytes)
    return content


@cache
def fonts() -> "typst.Fonts":
    """Typst's own fonts and those that matplotlib ships."""
    import typst
    from matplotlib import get_data_path

    return typst.Fonts(include_system_fonts=False, font_paths=[Path(get_data_path(), "fonts", "ttf")])


def drawable(svg: str) -> str:
    """The SVG with every character that DejaVu Sans lacks replaced by `UNKNOWN`."""
    if not _BEYOND_LATIN.search(svg):
        return svg
    characters = known()
    return _BEYOND_LATIN.sub(lambda m: m[0] if ord(m[0]) in characters else UNKNOWN, svg)


@cache
def known() -> frozenset[int]:
    """The code points of DejaVu Sans, which matplotlib ships and draws with."""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf"))).get_charmap())
