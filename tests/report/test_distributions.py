"""Histogram, cumulative curve, Lorenz curve and scatter."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from engagement_utils.inference.concentration import lorenz as lorenz_curve
from engagement_utils.report import plots, style
from engagement_utils.report.figure import check_layout
from tests.report.conftest import texts


def test_histogram_bars_and_marks(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    counts, edges = np.histogram(np.random.default_rng(0).beta(2, 1, 102), 10)
    plots.histogram(ax, edges, counts, xlabel="ratio", ylabel="views", marks={"mean": 0.601, "median": 0.625})
    bars = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert [b.get_height() for b in bars] == counts.tolist()
    assert [b.get_x() for b in bars] == pytest.approx(edges[:-1])
    assert {"mean 0.601", "median 0.625"} <= set(texts(ax))
    assert [t for t in texts(ax) if t.isdigit()] == [str(c) for c in counts]
    with pytest.raises(ValueError, match="one more edge"):
        plots.histogram(ax, edges[1:], counts, xlabel="", ylabel="")


def test_ecdf_steps_and_thins_out(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    plots.ecdf(ax, {"few": [3.0, 1.0, 2.0], "many": np.random.default_rng(0).random(20_000) * 3}, xlabel="x")
    few, many = ax.lines
    assert few.get_xydata().tolist() == [[1, 0], [1, 1 / 3], [2, 2 / 3], [3, 1]]  # type: ignore[union-attr]
    assert len(many.get_xdata()) < 1100  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="at most 6"):
        plots.ecdf(ax, {str(i): [1.0] for i in range(7)}, xlabel="x")


def test_lorenz_draws_curve_and_band() -> None:
    fig, ax = style.canvas(height=4.2, width=5)
    curve = lorenz_curve(np.random.default_rng(0).gamma(1, 1, 40))
    plots.lorenz(ax, curve, items="pings")
    assert ax.lines[1].get_ydata() == pytest.approx(curve.share)
    assert len(ax.collections) == 1
    assert "40 pings" in texts(ax)
    check_layout(fig)


def test_scatter_becomes_density(canvas: tuple[Figure, Axes]) -> None:
    fig, ax = canvas
    x = np.random.default_rng(0).normal(size=5001)
    plots.scatter(ax, x, x, xlabel="a", ylabel="b")
    assert isinstance(ax.collections[0], PolyCollection)
    assert ax.collections[0].get_array().sum() == 5001  # type: ignore[union-attr]
    assert len(fig.axes) == 2
    _, few = style.canvas()
    plots.scatter(few, x[:5000], x[:5000], xlabel="a", ylabel="b")
    assert isinstance(few.collections[0], PathCollection)
