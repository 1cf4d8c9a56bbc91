from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engagement_utils.report.table import Col, table

DF = pd.DataFrame(
    {
        "ping_id": ["p32", "p30", None],
        "views": [1200, 7, 0],
        "score": [10.081481, 9.354902, np.nan],
        "share": [0.5833, 0.1, 0.0],
        "low": [0.51, np.nan, 0.0],
        "high": [0.63, np.nan, 0.2],
        "p": [0.0004, 0.0496, 0.43],
        "created": pd.to_datetime(["2024-01-16", "2024-02-03", None]),
        "seen": pd.to_datetime(["2024-01-16 17:10:58", "2024-02-03 00:00:00", None]),
        "live": [True, False, True],
    }
)
COLUMNS = {
    "ping_id": "ping",
    "views": Col("views"),
    "score": Col("score"),
    "share": Col("watched", digits=0, percent=True, interval_with=("low", "high")),
    "p": Col("p", kind="p"),
    "created": Col("created"),
    "seen": Col("seen"),
    "live": Col("live"),
}


def test_cells_are_formatted_text() -> None:
    out = table(DF, name="top", title="Top pings", columns=COLUMNS)
    assert out.rows == (
        ("p32", "1,200", "10.08", "58 (51 to 63)", "< 0.001", "16 Jan 2024", "16 Jan 2024 17:10", "yes"),
        ("p30", "7", "9.35", "10", "0.050", "3 Feb 2024", "3 Feb 2024", "no"),
        ("–", "0", "–", "0 (0 to 20)", "0.43", "–", "–", "yes"),
    )
    assert [c.kind for c in out.columns] == [
        "text",
        "number",
        "number",
        "number",
        "number",
        "date",
        "date",
        "text",
    ]
    assert out.columns[3].unit == "%"
    assert out.payload["rows"][0][0] == "p32"


def test_the_download_has_everything_in_full(downloads: Path) -> None:
    out = table(DF, name="top", title="Top pings", columns={"ping_id": "ping"}, max_rows=2, strong=[1])
    assert out.data == "top.csv"
    assert len(out.rows) == 2
    assert out.caption == "The first 2 of 3 rows; the download has all."
    assert out.strong == (1,)
    back = pd.read_csv(downloads / "top.csv")
    assert back.columns.tolist() == DF.columns.tolist()
    assert back["score"].iloc[0] == 10.081481
    assert back["created"].tolist()[:2] == ["2024-01-16", "2024-02-03"]


def test_without_a_download(downloads: Path) -> None:
    out = table(DF, name="top", title="Top pings", columns={"ping_id": "ping"}, save=False)
    assert out.data == ""
    assert not (downloads / "top.csv").exists()


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ([1234.5, 2345.6], ("1,234", "2,346")),
        ([12.34, 56.78], ("12.3", "56.8")),
        ([0.1234, 0.5678], ("0.123", "0.568")),
        ([0.00012, 0.00034], ("0.000", "0.000")),
        ([3.0, 4.0], ("3", "4")),
        ([-3.25, 4.5], ("−3.25", "4.50")),
    ],
)
def test_digits_from_the_column(values: list[float], shown: tuple[str, str]) -> None:
    out = table(
        pd.DataFrame({"x": values}), name="t", title="T", columns={"x": Col("x", digits=None)}, save=False
    )
    assert tuple(r[0] for r in out.rows) == shown


def test_python_dates_and_nullable_numbers() -> None:
    df = pd.DataFrame({"d": [None, date(2025, 6, 1)], "n": pd.array([1, None], dtype="Int64")})
    out = table(df, name="t", title="T", columns={"d": "d", "n": "n"}, save=False)
    assert out.rows == (("–", "1"), ("1 Jun 2025", "–"))
    assert [c.kind for c in out.columns] == ["date", "number"]


def test_an_empty_table() -> None:
    out = table(DF.head(0), name="t", title="T", columns=COLUMNS, save=False)
    assert out.rows == ()
    assert out.plain()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"title": " "}, "a title"),
        ({"columns": {}}, "at least one column"),
        ({"columns": {"pnig_id": "x"}}, "no column 'pnig_id'; found ping_id, views"),
        ({"columns": {"share": Col("x", interval_with=("lo", "high"))}}, "no column 'lo'"),
        ({"strong": [5]}, r"bold rows \[5\]"),
    ],
)
def test_mistakes_are_named(change: dict, match: str) -> None:
    arguments = {"name": "t", "title": "T", "columns": {"ping_id": "ping"}, "save": False, **change}
    with pytest.raises(ValueError, match=match):
        table(DF, **arguments)
