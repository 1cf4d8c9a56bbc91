import html
import re
from typing import Any

import pypandoc
import pytest
from nbconvert.filters import markdown2html

from engagement_utils.report.section import escaped, heading, note

NASTY = [
    "Dashboards score 9.8 points higher (95% interval 5.2 to 14.4)",
    "<script>alert(1)</script> & <b>bold</b>",
    "*stars* _under_scores_ `code` ~~struck~~ **both**",
    "[link](http://example.org) ![image](x.png) https://example.org",
    "$x^2$ and 5$ and \\alpha \\(y\\)",
    "1. not a list",
    "- not a list -- nor a dash",
    "# not a heading {#id .class}",
    "a | b | c @citation [^1] {{< include x >}}",
    "two\n\nparagraphs",
]


def words(page: str) -> str:
    page = re.sub(r'<a class="anchor-link".*?</a>', "", page)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize(
    "render", [markdown2html, lambda m: pypandoc.convert_text(m, "html", "markdown-smart")]
)
def test_text_reads_as_it_is_written(value: str, render: Any) -> None:
    page = render(escaped(value))
    assert words(page) == " ".join(value.split())
    assert not re.search(r"<(script|b|em|strong|code|a |img|li|h1|table|del)\b", page)


def test_headings_and_sentences_are_shown() -> None:
    assert heading("Two *stars*")._repr_mimebundle_() == {
        "text/markdown": r"## Two \*stars\*",
        "text/plain": "Two *stars*",
    }
    assert note("One sentence.")._repr_mimebundle_() == {
        "text/markdown": r"One sentence\.",
        "text/plain": "One sentence.",
    }
    with pytest.raises(ValueError, match="empty heading"):
        heading(" ")
