"""The figures of the report: one door to the modules that hold them."""

from engagement_utils.activity.views_measures import (
    combinations,
    correlations,
    messages,
    pairs,
    ratings,
    times,
)
from engagement_utils.activity.views_people import leaderboard, lifecycle, rank_slope, retention, types
from engagement_utils.activity.views_scores import composition, rank_changes, spread, weeks

__all__ = [
    "combinations",
    "composition",
    "correlations",
    "leaderboard",
    "lifecycle",
    "messages",
    "pairs",
    "rank_changes",
    "rank_slope",
    "ratings",
    "retention",
    "spread",
    "times",
    "types",
    "weeks",
]
