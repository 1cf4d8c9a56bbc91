"""An HTML table cut down to a plain one: what pandas shows of a DataFrame, without styles and scripts."""

from html import escape
from html.parser import HTMLParser

_KEPT = {"table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"}
_SKIPPED = {"style", "script", "template", "title", "svg", "math"}
_SPANS = {"colspan", "rowspan"}


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.open: list[str] = []
        self.skipping = 0
        self.in_head = False
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self.skipping += 1
        elif tag in _KEPT and not self.skipping and (tag == "table") == (not self.open):
            self.in_head = self.in_head or tag == "thead"
            kept = "".join(f' {k}="{v}"' for k, v in attrs if k in _SPANS and v and v.isdecimal())
            scope = f' scope="{"col" if self.in_head else "row"}"' if tag == "th" else ""
            self.cells += tag in {"th", "td"}
            self.parts.append(f"<{tag}{kept}{scope}>")
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self.skipping = max(0, self.skipping - 1)
        elif tag in self.open and not self.skipping:
            while self.open:
                closed = self.open.pop()
                self.parts.append(f"</{closed}>")
                if closed == tag:
                    break
            self.in_head = self.in_head and "thead" in self.open

    def handle_data(self, data: str) -> None:
        if not self.skipping and self.open and self.open[-1] in {"th", "td", "caption"}:
            self.parts.append(escape(data, quote=False))


def plain_table(html: str) -> str | None:
    """The first-level tables of `html` with text cells only, or None where it holds no table cell.

    Kept are the table elements and their spans; everything else (styles, scripts, links, attributes) goes,
    its text stays. Header cells are given a `scope`.
    """
    parser = _Plain()
    parser.feed(html)
    parser.close()
    while parser.open:
        parser.parts.append(f"</{parser.open.pop()}>")
    return "".join(parser.parts) + "\n" if parser.cells else None
