import pandas as pd

from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from tests.posts.conftest import named, report_of, written


def test_planted_formats_lead(planted: PostReport) -> None:
    heading = planted.format.answer[0].plain
    assert heading == "Dashboard and Walkthrough score about 9 points above the other formats"
    assert planted.format.action().text == "Post more of the formats Dashboard and Walkthrough."
    assert "of reach the data say nothing" in planted.claims.data["evidence"][1]


def test_many_formats_are_shown_by_size(tmp_path) -> None:
    frame = generate(Truth(posts=900))
    frame["format"] = [f"Format {i % 30 if i % 3 else 0:02d}" for i in range(900)]
    report = report_of(written(frame, tmp_path / "p.csv"))
    assert len(report.measures.by["format"]) == 21
    found = named(list(report.format.details))
    assert "12 formats" in found["format_box"].alt
    assert len(report.format.pairs) == 21 * 20 / 2
    assert "30 of 210 rows" in found["format_pairs"].caption


def test_thin_cells_are_counted(stock: PostReport) -> None:
    figure = named(list(stock.format.details))["format_by_day"]
    cells = stock.measures.by["format_weekday"]
    thin = int((cells["n"] < 5).sum())
    assert f"({thin} here)" in figure.caption
    assert isinstance(cells, pd.DataFrame)
