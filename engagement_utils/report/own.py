"""What a notebook with questions of its own needs, in one import: a report, estimators, figures, tables.

`engagement new NAME` writes a notebook on it. Each name is explained in the module that it comes from.
"""

from engagement_utils.inference.bootstrap import bootstrap, cluster_bootstrap
from engagement_utils.inference.means import mean, mean_difference, quantile, ratio_of_sums
from engagement_utils.inference.permutation import correlation, several_groups, two_groups
from engagement_utils.inference.proportions import proportion, proportion_difference, rate
from engagement_utils.report.figure import figure
from engagement_utils.report.header import header, key_figure
from engagement_utils.report.intervals import estimates_frame, height_for, interval_bars
from engagement_utils.report.report import Report, Settings
from engagement_utils.report.style import canvas
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, interval_name, number, percent
from engagement_utils.tables.collecting import collect
from engagement_utils.tables.reading import read_named
from engagement_utils.tables.schema import Column, Rule, Schema
from engagement_utils.tables.spec import Table

__all__ = [
    "Col",
    "Column",
    "Report",
    "Rule",
    "Schema",
    "Settings",
    "Table",
    "bootstrap",
    "canvas",
    "cluster_bootstrap",
    "collect",
    "correlation",
    "count",
    "estimates_frame",
    "figure",
    "header",
    "height_for",
    "interval_bars",
    "interval_name",
    "key_figure",
    "mean",
    "mean_difference",
    "number",
    "percent",
    "proportion",
    "proportion_difference",
    "quantile",
    "rate",
    "ratio_of_sums",
    "read_named",
    "several_groups",
    "table",
    "two_groups",
]
