"""The author's markdown, turned into our pandoc markdown: the same blocks, nothing raw, nothing remote."""

import re
from collections.abc import Sequence
from hashlib import sha256

from engagement_utils.suite.publish.escaping import without_shortcodes
from engagement_utils.suite.publish.pandoc import pandoc
from engagement_utils.suite.publish.theme import Theme

# close to what Jupyter shows
_READ = "commonmark+tex_math_dollars+pipe_tables+strikeout+task_lists+autolink_bare_uris"
# the writer escapes for every extension, more than our reader has
_WRITE = "markdown-raw_html-grid_tables-multiline_tables-simple_tables-native_divs-native_spans"
# how it parts two lists; a page would show an empty paragraph
_PARTED = re.compile(r"^( *)&nbsp;$", re.MULTILINE)


def convert(sources: Sequence[str], theme: Theme) -> list[str]:
    """Convert each of `sources`; they share one call of pandoc.

    Args:
        sources: CommonMark with `$` formulas and pipe tables, a cell each.
        theme: has `typst/prose.lua`.

    Raises:
        PublishError: pandoc failed.
    """
    if not any(s.strip() for s in sources):
        return [""] * len(sources)
    cut = "cut" + sha256("\0".join(sources).encode()).hexdigest()
    pieces = _convert(f"\n\n{cut}\n\n".join(sources), theme).split(cut)
    if len(pieces) != len(sources):  # a cell leaves a code block or formula open and swallows the cut
        pieces = [_convert(s, theme) for s in sources]
    return [piece.strip("\n") for piece in pieces]


def _convert(text: str, theme: Theme) -> str:
    lua = f"--lua-filter={theme.file('typst/prose.lua')}"
    options = ["--from", _READ, "--to", _WRITE, "--wrap=none", "--columns=10000", lua]
    converted = _PARTED.sub(r"\1::: apart\n\1:::", pandoc(text, options, "the notebook's text"))
    return without_shortcodes(converted)
