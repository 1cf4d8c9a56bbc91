"""pandoc and its markdown: text from data escaped, the author's text converted, one way to call it.

pandoc's `all_symbols_escapable` makes ASCII punctuation behind a backslash literal, so escaping all of it
leaves nothing that opens markup: no HTML, Typst, attribute, citation, footnote, formula, shortcode or list.
"""

import re
import string
import subprocess
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.theme import Theme

_PUNCTUATION = re.compile(f"([{re.escape(string.punctuation)}])")
# what pandoc or Python would end a line at; the no-break space is left alone
_SPACES = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
# control characters, lone surrogates and non-characters: no font and no XML file can hold them
UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]"
)
_SHORTCODE = re.compile(r"\{\{+(?=<)")
# What our own markdown is read with: nothing raw goes through, and no text turns into quotes or citations.
MARKDOWN = (
    "markdown-raw_html-raw_tex-raw_attribute-native_divs-native_spans-smart-citations-footnotes"
    "-inline_notes-example_lists-inline_code_attributes-latex_macros-auto_identifiers-yaml_metadata_block"
)
SECONDS = 120
# close to what Jupyter shows
_READ = "commonmark+tex_math_dollars+pipe_tables+strikeout+task_lists+autolink_bare_uris"
# the writer escapes for every extension, more than our reader has
_WRITE = "markdown-raw_html-grid_tables-multiline_tables-simple_tables-native_divs-native_spans"
# how it parts two lists; a page would show an empty paragraph
_PARTED = re.compile(r"^( *)&nbsp;$", re.MULTILINE)


def clean(text: str) -> str:
    """The text on one line, without what cannot be printed."""
    return _SPACES.sub(" ", UNPRINTABLE.sub("", text)).strip(" ")


def escape(text: str) -> str:
    """Pandoc markdown whose plain text is `clean(text)`; it holds no line break and opens no block."""
    return _PUNCTUATION.sub(r"\\\1", clean(text))


def bold(text: str) -> str:
    """The text in bold, or nothing where there is none."""
    escaped = escape(text)
    return f"**{escaped}**" if escaped else ""


def link(text: str, address: str) -> str:
    """A link to an address of ours; what would end it early is percent-encoded."""
    safe = re.sub(r"[^A-Za-z0-9._~/:#?=&%+-]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), address)
    return f"[{escape(text)}](<{safe}>)"


def attribute(text: str) -> str:
    """A value for an attribute, in its quotes."""
    return '"' + _PUNCTUATION.sub(r"\\\1", clean(text)) + '"'


def preformatted(text: str) -> str:
    """A code block that holds the text as it stands; its fence is longer than any in the text."""
    lines = [UNPRINTABLE.sub("", line.expandtabs()).rstrip() for line in text.splitlines()]
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", text))])
    return without_shortcodes("\n".join([fence, *lines, fence]))


def without_shortcodes(text: str) -> str:
    """Quarto expands `{{< ... >}}` even in code: an invisible word joiner parts the braces."""
    return _SHORTCODE.sub(lambda m: "\u2060".join(m[0]), text)


@cache
def executable() -> str:
    """The program that the wheel `pypandoc-binary` ships."""
    import pypandoc

    return str(Path(pypandoc.__file__).parent / "files" / "pandoc")


def pandoc(text: str, arguments: Sequence[str], where: str) -> str:
    """Run pandoc over `text`.

    Args:
        text: what it reads.
        arguments: its options; `--sandbox` is added, so it opens only the files they name.
        where: what is being converted, for the error.

    Raises:
        PublishError: pandoc ended with an error or did not end; the text has its message.
    """
    try:
        done = subprocess.run(
            [executable(), *arguments], input=text.encode(), capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        msg = f"{where}: pandoc could not convert the text: {error}"
        raise PublishError(msg) from error
    if done.returncode:
        msg = f"{where}: pandoc could not convert the text: {done.stderr.decode(errors='replace').strip()}"
        raise PublishError(msg)
    return done.stdout.decode()


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
