"""Blocks of a prepared notebook as the templates show them: texts and figures made markup."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from engagement_utils.suite.pages.prepared import Block
from engagement_utils.suite.publish.links import Link, link
from engagement_utils.suite.publish.markdown_html import Anchors, markdown_html
from engagement_utils.suite.publish.svg import inline_svg


@dataclass(frozen=True)
class Dresser:
    """Turns the blocks of one page into what its template shows.

    Attributes:
        anchors: the page's ids; headings enter its outline in the order in which blocks are dressed.
        downloads: what figures and tables may link.
        notebook: its name, for messages.
    """

    anchors: Anchors
    downloads: Sequence[Link]
    notebook: str

    def __call__(self, block: Block) -> dict[str, Any]:
        """The template's variables for one block.

        Raises:
            PublishError: names notebook, cell and figure or table.
        """
        where = f"{self.notebook}, cell {block.cell}"
        shown: dict[str, Any] = {"kind": block.kind, "payload": block.payload, "source": block.source}
        if block.kind == "markdown":
            shown["html"] = Markup(markdown_html(block.source, self.anchors, where, block.computed))
        elif block.kind == "html":
            shown["html"] = Markup(block.source)
        elif block.kind in {"figure", "table"}:
            name = block.payload["name"]
            shown["href"] = link(self.downloads, block.payload["data"], f"{where}, {block.kind} {name!r}")
            if block.kind == "figure":
                shown["anchor"] = self.anchors.take(f"fig-{name}")
                shown["svg"] = Markup(inline_svg(block.source, shown["anchor"], block.payload["alt"]))
        return shown
