"""Markdown as HTML: formulas as MathML, headings with ids, no raw HTML and no address that runs or loads."""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import unescape
from typing import Any, ClassVar

from latex2mathml.converter import convert_to_element
from mistune import BlockParser
from nbconvert.filters.markdown_mistune import (
    IPythonRenderer,
    MarkdownWithMath,
    MathBlockParser,
    MathInlineParser,
)

from engagement_utils.errors import PublishError

# what LaTeX can set (\\href, \\style, \\class, \\cssId) and a page does not want
_REFUSED = {"href", "style", "class", "id"}
_TAG = re.compile(r"<[^>]*>")


class FormulaError(ValueError):
    """A formula that cannot be converted; the text says why."""


def mathml(latex: str, display: bool = False) -> str:
    """A `<math>` element of a LaTeX formula; the formula itself is its `alttext`.

    The converter's own text form leaves markup in `\\text{...}` unescaped, so the element tree is taken and
    written here.

    Raises:
        FormulaError: malformed LaTeX, or a command that the converter does not know.
    """
    try:
        root = convert_to_element(latex.strip(), display="block" if display else "inline")
    except Exception as error:  # the converter's errors have no common base, and it falls over on some input
        msg = f"formula {latex.strip()!r}: {type(error).__name__} {error}".rstrip()
        raise FormulaError(msg) from error
    for element in root.iter():
        element.attrib = {k: v for k, v in element.attrib.items() if k not in _REFUSED}
        element.text = html.unescape(element.text) if element.text else element.text
        element.tail = None
        if element.tag == "mi" and (element.text or "").startswith("\\"):
            msg = f"formula {latex.strip()!r}: unknown command {element.text}"
            raise FormulaError(msg)
    root.set("alttext", latex.strip())
    return ET.tostring(root, encoding="unicode")


@dataclass(frozen=True)
class Entry:
    """A heading on the page."""

    level: int
    html: str
    anchor: str

    @property
    def text(self) -> str:
        """Without markup, for the table of contents."""
        return unescape(_TAG.sub("", self.html))


@dataclass
class Anchors:
    """The ids given out on one page, and its headings in order."""

    taken: set[str] = field(default_factory=set)
    headings: list[Entry] = field(default_factory=list)

    def take(self, base: str) -> str:
        """An id made of `base` that no other element of the page has."""
        slug = re.sub(r"[^a-z0-9]+", "-", base.lower()).strip("-")[:60].rstrip("-") or "section"
        anchor, number = slug, 1
        while anchor in self.taken:
            number += 1
            anchor = f"{slug}-{number}"
        self.taken.add(anchor)
        return anchor

    def heading(self, level: int, html: str) -> Entry:
        """A heading that enters the outline."""
        entry = Entry(level, html, self.take("s-" + unescape(_TAG.sub("", html))))
        self.headings.append(entry)
        return entry


class _Blocks(MathBlockParser):
    # nbconvert takes "#tag" for a heading; CommonMark and pandoc ask for a blank behind the marks
    SPECIFICATION: ClassVar[dict[str, str]] = {
        **MathBlockParser.SPECIFICATION,
        "atx_heading": BlockParser.SPECIFICATION["atx_heading"],
    }


class _Inlines(MathInlineParser):
    # pandoc's rule, so that "$5 to $7" stays money: no blank inside the marks, no digit behind them
    SPECIFICATION: ClassVar[dict[str, str]] = {
        **MathInlineParser.SPECIFICATION,
        "inline_math_tex": r"(?<![$\\])\$(?=[^\s$])(?P<math_inline_tex>[^$]*?[^$\s\\])\$(?![$\d])",
    }


class _Renderer(IPythonRenderer):
    def __init__(self, anchors: Anchors | None, where: str, computed: bool) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False)
        self.anchors = anchors
        self.where = where
        self.computed = computed

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        if self.anchors is None:
            return f"<p><strong>{text}</strong></p>\n"
        entry = self.anchors.heading(level, text)
        return f'<h{level} id="{entry.anchor}">{text}</h{level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        return f'<pre class="code" tabindex="0"><code>{self.escape_html(code)}</code></pre>\n'

    def table(self, text: str) -> str:
        return (
            f'<div class="scroll" tabindex="0" role="region" aria-label="Table"><table>{text}</table></div>\n'
        )

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag, scope = ("th", ' scope="col"') if head else ("td", "")
        kind = ' class="number"' if align == "right" else ""
        return f"<{tag}{scope}{kind}>{text}</{tag}>"

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if self.sanitize_url(url) != url:
            return text
        return super().link(text, url, title)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if self.computed:
            return text
        msg = f"{self.where}: image {url[:60]!r} in Markdown; accepted are images that an output shows"
        raise PublishError(msg)

    def inline_math(self, body: str) -> str:
        return self._formula(body, display=False)

    def block_math(self, body: str) -> str:
        return self._formula(body, display=True)

    def latex_environment(self, name: str, body: str) -> str:
        return self._formula(f"\\begin{{{name}}}{body}\\end{{{name}}}", display=True)

    def _formula(self, latex: str, display: bool) -> str:
        try:
            return mathml(latex, display)
        except FormulaError as error:
            if self.computed:
                return f"<code>{self.escape_html(latex)}</code>"
            msg = f"{self.where}: {error}"
            raise PublishError(msg) from error


def markdown_html(source: str, anchors: Anchors | None = None, where: str = "", computed: bool = True) -> str:
    """The HTML of a Markdown text.

    Args:
        source: the text; raw HTML in it is escaped.
        anchors: the page's; without one, headings become bold paragraphs.
        where: notebook and cell, for messages.
        computed: the text comes from data: what cannot be shown (a formula, an image) is shown as text.

    Raises:
        PublishError: an image or an unusable formula in a text that an author wrote.
    """
    renderer = _Renderer(anchors, where, computed)
    return MarkdownWithMath(renderer, _Blocks(), _Inlines(hard_wrap=False)).render(source)


def inline_html(source: str) -> str:
    """One paragraph of Markdown from data, without the paragraph's own tags."""
    html = markdown_html(source).strip()
    single = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1
    return html[3:-4] if single else html


def contents(headings: Iterable[Entry]) -> list[Entry]:
    """The headings that a table of contents names: the sections."""
    return [entry for entry in headings if entry.level == 2]
