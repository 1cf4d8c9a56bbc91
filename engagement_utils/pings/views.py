"""The figures of the report: one door to the modules that hold them. Tables: `views_tables`."""

from engagement_utils.pings.views_pings import (
    groups,
    lorenz,
    rank_stability,
    top_pings,
    weight_schemes,
)
from engagement_utils.pings.views_users import newcomers
from engagement_utils.pings.views_watching import acting, funnel, rates, ratio_histogram, watching

__all__ = [
    "acting",
    "funnel",
    "groups",
    "lorenz",
    "newcomers",
    "rank_stability",
    "rates",
    "ratio_histogram",
    "top_pings",
    "watching",
    "weight_schemes",
]
