import pandas as pd
import pytest

from engagement_utils.suite.pages.items import plain_table


def test_keeps_what_pandas_shows_of_a_frame():
    frame = pd.DataFrame({"score": [1.5, 2.0]}, index=["<b>Mon</b>", "Tue"])
    assert plain_table(frame._repr_html_()) == (
        '<table><thead><tr><th scope="col"></th><th scope="col">score</th></tr></thead>'
        '<tbody><tr><th scope="row">&lt;b&gt;Mon&lt;/b&gt;</th><td>1.5</td></tr>'
        '<tr><th scope="row">Tue</th><td>2.0</td></tr></tbody></table>\n'
    )


def test_drops_everything_that_runs_loads_or_styles():
    html = (
        "<style>td{color:red}</style><table onclick='x()' style='a:b'><tr><td colspan='2' rowspan='x'>"
        "<a href='javascript:alert(1)'>link</a><img src=x onerror=alert(1)><script>alert(1)</script>"
        "&lt;script&gt;</td></tr></table><iframe src='https://example.org'></iframe>"
    )
    assert plain_table(html) == '<table><tr><td colspan="2">link&lt;script&gt;</td></tr></table>\n'


def test_closes_what_was_left_open():
    assert plain_table("<table><tr><td>1") == "<table><tr><td>1</td></tr></table>\n"


@pytest.mark.parametrize(
    "html", ["<p>text</p>", "", "<table></table>", "<script><table><td>1</td></table></script>"]
)
def test_html_without_a_cell_is_no_table(html):
    assert plain_table(html) is None
