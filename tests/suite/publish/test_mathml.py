import xml.etree.ElementTree as ET

import pytest

from engagement_utils.suite.publish.markdown_html import FormulaError, mathml


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
