import re

import pytest

from engagement_utils.errors import PublishError
from engagement_utils.suite.publish.markdown_html import Anchors, contents, inline_html, markdown_html


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
