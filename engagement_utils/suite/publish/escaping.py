"""Text from data as pandoc markdown: every character stands for itself, whatever it is.

pandoc's `all_symbols_escapable` makes ASCII punctuation behind a backslash literal, so escaping all of it
leaves nothing that opens markup: no HTML, Typst, attribute, citation, footnote, formula, shortcode or list.
"""

import re
import string

_PUNCTUATION = re.compile(f"([{re.escape(string.punctuation)}])")
# what pandoc or Python would end a line at; the no-break space is left alone
_SPACES = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
# control characters, lone surrogates and non-characters: no font and no XML file can hold them
UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff]"
)
_SHORTCODE = re.compile(r"\{\{+(?=<)")


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
