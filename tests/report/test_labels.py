"""Labels on figures."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engagement_utils.report import plots
from engagement_utils.report.labels import NumberFormatter, wrapped
from tests.report.conftest import texts


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
