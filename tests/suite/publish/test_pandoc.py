import json
import string
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engagement_utils.suite.publish.pandoc import (
    MARKDOWN,
    attribute,
    bold,
    clean,
    escape,
    link,
    pandoc,
    preformatted,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "$x^2$ and $5 to $7",
    "@cite [@a; -@b]",
    "# heading",
    "#panic() #{sys}",
    "a\\b \\newcommand{x}",
    "{.class #id} `code`{=html}",
    "[link](javascript:alert(1))",
    "![im](http://example.org/x.png)",
    "{{< include secret.txt >}} {{{< meta x >}}}",
    "^[note] [^1] H~2~O a^b^",
    "1. one",
    "(@) two",
    "- three",
    "> four",
    "| a | b |",
    "+---+---+",
    "::: {.callout}",
    "```{python}",
    "---",
    ": definition",
    "&amp; &#60; &lt;",
    "http://example.org user@example.org",
    "'single' \"double\" -- --- ...",
    "*a* **b** _c_ ~~d~~",
    "line one\nline two\r\n\r\npara\u2028x\u2029y\x85z",
    "tab\there  two spaces   ",
    "nul\x00 bell\x07 esc\x1b[31m del\x7f \ufeff",
    "日本語 العربية 😀 é\u00a0é",
    "=SUM(A1)",
    "",
]


def strings(node: Any) -> str:
    """The text of a pandoc JSON node; any node that is not plain text shows as its type."""
    match node:
        case {"t": "Str", "c": text}:
            return text
        case {"t": "Space" | "SoftBreak"}:
            return " "
        case {"t": "Para" | "Plain", "c": inlines}:
            return "".join(map(strings, inlines))
        case _:
            return f"!{node['t']}!"


def blocks(text: str, reader: str) -> list[Any]:
    return json.loads(pandoc(text, [f"--from={reader}", "--to=json"], "test"))["blocks"]


def as_read(texts: list[str], reader: str) -> list[str]:
    found = blocks("\n\n".join(f"X{escape(t)}X" for t in texts), reader)
    return [strings(b)[1:-1] for b in found]


# Quarto reads its own "markdown", with every extension on
@pytest.mark.parametrize("reader", [MARKDOWN, "markdown", "markdown+smart+emoji+hard_line_breaks"])
def test_hostile_text_is_read_back_as_it_was(reader: str) -> None:
    assert as_read(HOSTILE, reader) == [clean(t) for t in HOSTILE]


pieces = st.one_of(
    st.text(string.punctuation + " a1\n\t", max_size=12), st.text(max_size=12), st.sampled_from(HOSTILE)
)
characters = st.lists(pieces, max_size=4).map("".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(characters, min_size=1, max_size=25))
@example(["a" + c for c in string.printable])
def test_any_text_is_read_back_as_it_was(texts: list[str]) -> None:
    assert as_read(texts, "markdown-smart") == [clean(t) for t in texts]


@pytest.mark.parametrize("text", [t for t in HOSTILE if clean(t)])
def test_text_at_the_start_of_a_line_opens_no_block(text: str) -> None:
    (block,) = blocks(escape(text), MARKDOWN)
    assert strings(block) == clean(text)


def test_no_line_of_escaped_text_can_be_a_shortcode_or_a_fence() -> None:
    escaped = [escape(t) for t in HOSTILE]
    assert not any("{{<" in e or "```" in e or ":::" in e or "\n" in e for e in escaped)


def test_an_attribute_holds_the_text() -> None:
    images = "\n\n".join(f"![](x.svg){{fig-alt={attribute(t)}}}" for t in HOSTILE)
    found = [b["c"][0]["c"][0][2] for b in blocks(images, MARKDOWN)]
    assert found == [[["fig-alt", clean(t)]] for t in HOSTILE]


def test_a_link_keeps_its_address_in_bounds() -> None:
    (block,) = blocks(link("a](b) c", "re/port>) é.csv"), MARKDOWN)
    (found,) = block["c"]
    assert found["t"] == "Link"
    assert found["c"][2] == ["re/port%3E%29%20%C3%A9.csv", ""]
    assert "".join(map(strings, found["c"][1])) == "a](b) c"


def test_bold_of_nothing_is_nothing() -> None:
    assert bold(" ") == ""
    assert bold("a*b") == "**a\\*b**"


@pytest.mark.parametrize("text", ["a\n  b", "```\n````{=html}\nx", "~~~\n", "a\tb\x1b[0m", "{{< x >}}"])
def test_preformatted_text_keeps_its_lines(text: str) -> None:
    (block,) = blocks(preformatted(text), MARKDOWN)
    assert block["t"] == "CodeBlock"
    assert block["c"][1].replace("\u2060", "").splitlines() == [
        clean_line(line) for line in text.splitlines()
    ]
    assert "{{<" not in block["c"][1]


def clean_line(line: str) -> str:
    return line.expandtabs().replace("\x1b", "").rstrip()
