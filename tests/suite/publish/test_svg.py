import re
import xml.etree.ElementTree as ET

import pytest

from engagement_utils.suite.publish.svg import SENTINELS, inline_svg
from tests.suite.publish import fixtures as made


def references(svg: str) -> set[str]:
    return set(re.findall(r"url\(#([^)]+)\)", svg)) | set(re.findall(r'href="#([^"]+)"', svg))


@pytest.mark.parametrize("kind", ["bars", "hatched", "line"])
def test_ids_and_references_are_the_figures_own(kind):
    svg = inline_svg(made.svg(kind), "fig-a", "alt")
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert len(ids) == len(set(ids)) > 1
    assert all(i == "fig-a" or i.startswith("fig-a-") for i in ids)
    assert references(svg) <= set(ids)
    assert references(svg)
    other = inline_svg(made.svg(kind), "fig-b", "alt")
    assert not set(ids) & set(re.findall(r'\bid="([^"]+)"', other))


def test_sentinel_colours_follow_the_page():
    svg = inline_svg(made.svg("hatched"), "f", "alt") + inline_svg(made.svg("bars"), "g", "alt")
    for colour, name in SENTINELS.items():
        assert f"var(--{name},{colour})" in svg
        assert not re.search(rf"(?<!,){colour}", svg, re.IGNORECASE)
    attribute = (
        '<svg xmlns="http://www.w3.org/2000/svg"><path fill="#1B1B1F" stroke="#123456" d="M0 0"/></svg>'
    )
    assert 'fill="var(--ink,#1b1b1f)" stroke="#123456"' in inline_svg(attribute, "f", "alt")


def test_it_is_one_described_image():
    root = ET.fromstring(inline_svg(made.svg(), "f", 'says "more" & <that>'))
    assert (root.get("role"), root.get("aria-label")) == ("img", 'says "more" & <that>')
    assert (root.get("viewBox"), root.get("width")) == ("0 0 489.6 230.4", "97.14%")


def test_nothing_that_runs_or_loads_is_left():
    svg = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
    onload="alert(1)">
    <style>@import url(https://e.org/a.css); *{stroke:url(https://e.org/x)} path, text{fill:#1b1b1f}</style>
    <script>alert(1)</script><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>
    <use xlink:href="https://e.org/x.svg#a"/><image href="https://e.org/x.png"/>
    <image href="javascript:alert(1)"/><image href="data:image/png;base64,AA=="/>
    <path onclick="alert(1)" style="fill:url(//e.org/a)" d="M0 0h1"/>
    <text>&lt;script&gt;alert(1)&lt;/script&gt;</text>
    <set attributeName="href" to="javascript:alert(1)"/></svg>"""
    html = inline_svg(svg, "f", "alt")
    assert "e.org" not in html
    assert "javascript" not in html
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "foreignObject" not in html
    assert "data:image/png;base64,AA==" in html
    assert not [k for e in ET.fromstring(html).iter() for k in e.attrib if k.startswith("on")]
    assert "#f path,#f text{fill:var(--ink,#1b1b1f)}" in html
