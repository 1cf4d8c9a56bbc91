"""Dots with interval bars."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report import plots, style
from engagement_utils.report.figure import check_layout
from tests.report.conftest import texts


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
