import re
import xml.etree.ElementTree as ET

import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.markdown_html import (
    Anchors,
    FormulaError,
    contents,
    inline_html,
    markdown_html,
    mathml,
)


@pytest.mark.parametrize(
    "source",
    [
        made
        for text in (
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<div onclick=alert(1)>\n\nx</div>",
        )
        for made in (
            text,
            f"## {text}",
            f"| {text} |\n|---|\n| {text} |",
            f"- {text}",
            f"**{text}**",
            f"`{text}`",
        )
    ]
    + ["```html\n<script>x</script>\n```", "$\\text{<script>x</script>}$", "<!-- <script> -->", "[<img>](x)"],
)
def test_raw_html_is_text(source):
    html = markdown_html(source, Anchors())
    assert not re.search(r"<(script|img|div onclick|!--)", html)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java&#10;script:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///x",
    ],
)
def test_links_lead_nowhere_harmful(address):
    html = markdown_html(f"[text]({address}) <{address}>")
    assert not re.search(r"href=\"?(?!https?:)\w+:", html.replace("&#10;", ""), re.IGNORECASE)
    assert "text" in html


def test_links_and_plain_addresses_stay():
    assert (
        markdown_html("[a](https://example.org/a?b=1&c)")
        == '<p><a href="https://example.org/a?b=1&amp;c">a</a></p>\n'
    )


def test_money_is_no_formula_and_a_formula_is():
    html = markdown_html("from $5 to $7, $n=3$, $$x^2$$ and \\$a$")
    assert html.count("<math") == 2
    assert "from $5 to $7" in html
    assert 'display="block" alttext="x^2"' in html


def test_headings_have_ids_of_their_own_and_make_the_contents():
    anchors = Anchors({"main"})
    html = markdown_html("## Same $x$ & *more*\n\n## Same $x$ & more\n\n### Below\n\n#tag", anchors)
    ids = re.findall(r'<h\d id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 3
    assert [entry.text for entry in contents(anchors.headings)] == ["Same x & more", "Same x & more"]
    assert "<p>#tag</p>" in html


def test_an_author_learns_what_cannot_be_shown_and_data_are_shown_as_text():
    for source, said in (("$\\undefined$", "unknown command"), ("![x](https://example.org/x.png)", "image")):
        with pytest.raises(PublishError, match=f"a.ipynb, cell 3: .*{said}"):
            markdown_html(source, Anchors(), "a.ipynb, cell 3", computed=False)
        assert "<img" not in markdown_html(source)
    assert markdown_html("$\\undefined<b>$") == "<p><code>\\undefined&lt;b&gt;</code></p>\n"


def test_tables_scroll_and_name_their_columns():
    html = markdown_html("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert '<div class="scroll"' in html
    assert '<th scope="col" class="number">b</th>' in html
    assert '<td class="number">2</td>' in html


def test_one_paragraph_without_its_tags():
    assert inline_html("does *it* <b>?") == "does <em>it</em> &lt;b&gt;?"
    assert inline_html("a\n\nb") == "<p>a</p>\n<p>b</p>"


def test_a_formula_becomes_mathml_with_its_source_as_text():
    root = ET.fromstring(mathml(r"s = \frac{\sum_i w_i}{\sqrt{n}} \le 1", display=True))
    assert root.attrib == {"display": "block", "alttext": r"s = \frac{\sum_i w_i}{\sqrt{n}} \le 1"}
    assert len(root.findall(".//{*}mfrac")) == 1
    assert "".join(root.itertext()) == "s=∑iwin≤1"


@pytest.mark.parametrize(
    "latex", [r"\text{<script>alert(1)</script>}", r"\text{</math><img src=x onerror=alert(1)>}", "a < b"]
)
def test_markup_in_a_formula_stays_text(latex):
    html = mathml(latex)
    assert "<script" not in html
    assert "<img" not in html
    ET.fromstring(html)


@pytest.mark.parametrize("latex", [r"\href{javascript:alert(1)}{x}", r"\style{background:url(//e.org)}{x}"])
def test_a_formula_carries_no_address_and_no_style(latex):
    root = ET.fromstring(mathml(latex))
    assert not {"href", "style"} & {key for e in root.iter() for key in e.attrib}


@pytest.mark.parametrize(
    ("latex", "said"),
    [(r"\undefined x", r"unknown command \undefined"), (r"\sqrt{", "NoAvailable"), ("", "NoAvailable")],
)
def test_an_unusable_formula_says_which(latex, said):
    with pytest.raises(FormulaError) as error:
        mathml(latex)
    assert repr(latex) in str(error.value)
    assert said in str(error.value)
