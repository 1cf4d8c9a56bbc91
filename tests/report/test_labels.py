"""Labels on figures."""

from collections.abc import Iterator

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import NumberFormatter, wrapped

WORDS = {"title": "t", "caption": "c", "alt": "a"}


@pytest.fixture
def canvas() -> Iterator[tuple[Figure, Axes]]:
    """A canvas; whatever a test draws on it must pass the layout check and give an SVG."""
    fig, ax = style.canvas(height=3.4)
    yield fig, ax
    assert figure(fig, name="f", **WORDS).svg.startswith("<svg")


def texts(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.texts]


def test_direct_labels_do_not_overlap(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    x = np.array([1.0, 1.01, 1.02, 1.0, 3.0])
    y = np.array([1.0, 1.01, 1.0, 1.02, 3.0])
    plots.scatter(ax, x, y, xlabel="a", ylabel="b")
    ax.margins(0.3)
    plots.direct_labels(ax, x, y, ["first", "second", "third", "fourth", "fifth"])
    assert [t for t in texts(ax) if t] == ["first", "second", "third", "fourth", "fifth"]


def test_labels_wrap_and_numbers_share_decimals() -> None:
    assert wrapped("short") == "short"
    assert wrapped("a category with a very long name that must wrap and then end").count("\n") == 1
    assert NumberFormatter().format_ticks([0, 0.25, 1]) == ["0.00", "0.25", "1.00"]
    assert NumberFormatter().format_ticks([-2000, 0, 2000]) == ["−2,000", "0", "2,000"]
    assert NumberFormatter(100, "%").format_ticks([0.1, 0.2, 0.30000000000000004]) == ["10%", "20%", "30%"]
