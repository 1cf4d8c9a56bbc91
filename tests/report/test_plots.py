from collections.abc import Iterator

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from engagement_utils.inference.concentration import lorenz as lorenz_curve
from engagement_utils.inference.estimate import Estimate
from engagement_utils.report import plots, style
from engagement_utils.report.figure import check_layout, figure
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


def test_interval_bars_are_sorted_with_n(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    es = [Estimate(0.2, 0.1, 0.3, 7), Estimate(0.6, 0.4, 0.8, 1234), Estimate(0.4, None, None, 2)]
    plots.interval_bars(
        ax, ["low", "high", "single"], es, xlabel="share", percent=True, reference=(0.3, "all"), noun="views"
    )
    assert [t.get_text() for t in ax.get_yticklabels()] == ["high", "single", "low"]
    assert [t for t in texts(ax) if t not in ("all", "views")] == ["1,234", "2", "7"]
    bars = [line.get_xdata() for line in ax.lines if len(line.get_xdata()) == 2]  # type: ignore[arg-type]
    assert (0.4, 0.8) in [tuple(b) for b in bars]  # type: ignore[arg-type]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [d.get_markerfacecolor() for d in dots] == [style.HIGHLIGHT, style.GROUND, style.HIGHLIGHT]
    low, high = ax.get_ylim()
    assert low > high  # the first row is on top


def test_interval_bars_keep_a_natural_order_and_mark_missing(canvas: tuple[Figure, Axes]) -> None:
    _, ax = canvas
    es = [Estimate(1.0, 0.0, 2.0, 5), Estimate(float("nan"), None, None, 0), Estimate(3.0, 2.0, 4.0, 6)]
    plots.interval_bars(
        ax, ["Monday", "Tuesday", "Wednesday"], es, xlabel="score", order="given", highlight=["Wednesday"]
    )
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Monday", "Tuesday", "Wednesday"]
    assert "no data" in texts(ax)
    colors = [line.get_color() for line in ax.lines if line.get_marker() == "o"]
    assert colors == [style.QUIET, style.HIGHLIGHT]


def test_many_groups_have_room() -> None:
    fig, ax = style.canvas(height=plots.height_for(24))
    plots.interval_bars(
        ax, [str(h) for h in range(24)], [Estimate(h, h - 1, h + 1, h) for h in range(24)], xlabel="x"
    )
    check_layout(fig)


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


def test_funnel_counts_and_rates() -> None:
    fig, axes = style.canvas(1, 2, sharey=True, width_ratios=(3, 2), height=2.6)
    rates = [None, Estimate(0.51, 0.5, 0.52, 12034), Estimate(0.149, 0.14, 0.158, 6120)]
    plots.funnel(axes, ["impression", "view", "like, comment or share"], [12034, 6120, 912], rates)
    assert [b.get_width() for b in axes[0].patches] == [12034, 6120, 912]
    assert texts(axes[0]) == ["12,034", "6,120", "912"]
    assert texts(axes[1]) == ["51.0%", "14.9%"]
    check_layout(fig)


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
