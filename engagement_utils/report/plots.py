"""The building blocks of figures, each drawing on an Axes: one door to the modules that hold them."""

from engagement_utils.report.distributions import ecdf, histogram, lorenz, scatter
from engagement_utils.report.funnel import funnel
from engagement_utils.report.heatmap import annotated_heatmap
from engagement_utils.report.intervals import height_for, interval_bars, rank_bars
from engagement_utils.report.labels import direct_labels, end_label
from engagement_utils.report.series import slope, trend

__all__ = [
    "annotated_heatmap",
    "direct_labels",
    "ecdf",
    "end_label",
    "funnel",
    "height_for",
    "histogram",
    "interval_bars",
    "lorenz",
    "rank_bars",
    "scatter",
    "slope",
    "trend",
]
