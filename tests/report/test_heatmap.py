"""Heatmaps that say what they rest on."""

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engagement_utils.report import plots, style
from tests.report.conftest import texts


def test_heatmap_hatches_what_rests_on_too_little(canvas: tuple[Figure, Axes]) -> None:
    fig, ax = canvas
    values = np.array([[10.0, 20.0, np.nan], [30.0, 90.0, 50.0]])
    n = np.array([[5, 6, 0], [7, 1, 4]])
    plots.annotated_heatmap(
        ax, values, n, rows=["a", "b"], columns=["x", "y", "z"], label="score", minimum_n=5
    )
    assert sorted(texts(ax)) == ["10", "20", "30"]
    hatched = [(p.get_x() + 0.44, p.get_y() + 0.44) for p in ax.patches if p.get_hatch()]  # type: ignore[attr-defined]
    assert sorted(hatched) == [pytest.approx((1, 1)), pytest.approx((2, 1))]
    # the thin 90 does not stretch the colours
    mesh = ax.collections[0]
    assert (mesh.norm.vmin, mesh.norm.vmax) == (10, 30)  # type: ignore[attr-defined]
    assert {t.get_color() for t in ax.texts} <= {style.ON_LIGHT, style.ON_DARK}
    assert len(fig.axes) == 2


def test_heatmap_with_a_middle_is_symmetric(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    plots.annotated_heatmap(
        ax,
        [[-0.1, 0.3]],
        [[9, 9]],
        rows=["a"],
        columns=["x", "y"],
        label="difference",
        centre=0,
        percent=True,
        show_n=True,
    )
    norm = ax.collections[0].norm  # type: ignore[attr-defined]
    assert (norm.vmin, norm.vcenter, norm.vmax) == pytest.approx((-0.3, 0, 0.3))
    assert sorted(texts(ax)) == ["30%\nn 9", "−10%\nn 9"]


def test_heatmap_cells_too_small_for_numbers_go_without(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    columns = [str(i) if i % 20 == 0 else "" for i in range(80)]
    plots.annotated_heatmap(
        ax, np.ones((2, 80)) * 1234, np.full((2, 80), 9), rows=["a", "b"], columns=columns, label="v"
    )
    assert texts(ax) == []


def test_heatmap_says_n_in_hatched_cells_and_takes_limits(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    plots.annotated_heatmap(
        ax,
        [[40.0, 60.0]],
        [[7, 2]],
        rows=["a"],
        columns=["x", "y"],
        label="v",
        show_n=True,
        limits=(0, 100),
    )
    assert sorted(texts(ax)) == ["40\nn 7", "n 2"]
    norm = ax.collections[0].norm  # type: ignore[attr-defined]
    assert (norm.vmin, norm.vmax) == (0, 100)


def test_heatmap_all_thin_has_no_colour_bar(canvas: tuple[Figure, Axes]) -> None:
    fig, ax = canvas
    plots.annotated_heatmap(ax, [[1.0]], [[2]], rows=["a"], columns=["x"], label="v")
    assert len(fig.axes) == 1


def test_heatmap_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="2 rows x 1 columns"):
        plots.annotated_heatmap(style.canvas()[1], [[1.0]], [[1]], rows=["a", "b"], columns=["x"], label="v")
