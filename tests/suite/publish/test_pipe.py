import pytest

from engagement_utils.suite.publish.pipe import Column, Fit, fit, of_html


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        (5, 40, Fit("upright", breaks="by-row")),
        (5, 4, Fit("upright", breaks="whole")),
        (13, 40, Fit("small", breaks="by-row")),
        (16, 40, Fit("turned", breaks="by-row")),
        (40, 40, Fit("turned", (17, 17, 5), breaks="by-row")),
        (40, 4, Fit("small", (12, 12, 12, 3), breaks="whole")),
    ],
)
def test_tables_fit_the_page(columns: int, rows: int, expected: Fit) -> None:
    heads = [Column(f"Week {i}", i > 0) for i in range(columns)]
    assert fit(heads, [["1,234.5"] * columns] * rows) == expected


def test_long_cells_may_break() -> None:
    assert fit([Column("a", False)], [["word " * 200]]).breaks == "anywhere"


def test_an_html_table_keeps_heads_spans_and_sides() -> None:
    columns, rows = of_html(
        "<table><thead><tr><th></th><th colspan='2'>views</th></tr>"
        "<tr><th></th><th>n</th><th>kind</th></tr></thead>"
        "<tbody><tr><th rowspan='2'>a</th><td>1,200.5</td><td>x &amp; y</td></tr>"
        "<tr><td>-3%</td><td>z</td></tr></tbody></table>"
    )
    assert columns == [Column("", False), Column("views n", True), Column("kind", False)]
    assert rows == [["a", "1,200.5", "x & y"], ["", "-3%", "z"]]
