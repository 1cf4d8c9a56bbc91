"""Trends and slopes."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engagement_utils.report import plots, style
from engagement_utils.report.figure import check_layout
from tests.report.conftest import texts


def test_slope_places_those_beyond_the_top_below_it(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    plots.slope(ax, ["a", "b", "c", "d"], [1, 2, 3, 4], [1, 9, 2, 5], names=("old", "new"), top=2)
    lines = {tuple(line.get_ydata()): line.get_color() for line in ax.lines[:3]}  # type: ignore[arg-type]
    assert lines == {(1, 1): style.QUIET, (2, 3.5): style.HIGHLIGHT, (3.5, 2): style.HIGHLIGHT}
    assert set(texts(ax)) == {"a  1", "1  a", "b  2", "9  b", "c  3", "2  c"}


def test_trend_leaves_gaps_and_names_lines(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    dates = np.arange("2025-06-01", "2025-08-01", 7, dtype="datetime64[D]")
    y = np.linspace(10, 20, dates.size)
    y[3] = np.nan
    plots.trend(ax, dates, y, low=y - 2, high=y + 2, label="Dashboards", ylabel="score")
    plots.trend(ax, dates, y - 8, label="Threads")
    assert np.isnan(ax.lines[0].get_ydata()[3])  # type: ignore[index]
    assert [line.get_color() for line in ax.lines] == list(style.PALETTE[:2])
    assert len(ax.collections) == 1
    assert texts(ax) == ["Dashboards", "Threads"]


@pytest.mark.parametrize(
    ("start", "end", "step"), [("2023-01-01", "2025-01-01", "D"), ("2024-02-01", "2024-02-03", "h")]
)
def test_trend_dates_are_readable(start: str, end: str, step: str) -> None:
    fig, ax = style.canvas()
    dates = np.arange(start, end, dtype=f"datetime64[{step}]")
    plots.trend(ax, dates, np.sin(np.arange(dates.size)))
    check_layout(fig)
    fig.canvas.draw()
    assert any("Jan" in t.get_text() or "Feb" in t.get_text() for t in ax.get_xticklabels())
