"""Stages and the rates between them."""

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report import plots, style
from engagement_utils.report.figure import check_layout
from tests.report.conftest import texts


def test_funnel_counts_and_rates() -> None:
    fig, axes = style.canvas(1, 2, sharey=True, width_ratios=(3, 2), height=2.6)
    rates = [None, Estimate(0.51, 0.5, 0.52, 12034), Estimate(0.149, 0.14, 0.158, 6120)]
    plots.funnel(axes, ["impression", "view", "like, comment or share"], [12034, 6120, 912], rates)
    assert [b.get_width() for b in axes[0].patches] == [12034, 6120, 912]
    assert texts(axes[0]) == ["12,034", "6,120", "912"]
    assert texts(axes[1]) == ["51.0%", "14.9%"]
    check_layout(fig)
