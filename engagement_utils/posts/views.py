"""The figures of the report: one door to the modules that hold them. Tables: `views_tables`."""

from engagement_utils.posts.views_content import (
    domain_bars,
    format_box,
    format_day,
    format_density,
    histogram,
    length_by_domain,
    shares,
)
from engagement_utils.posts.views_time import hour_day, hour_day_pooled, hours, trend, weekdays, windows

__all__ = [
    "domain_bars",
    "format_box",
    "format_day",
    "format_density",
    "histogram",
    "hour_day",
    "hour_day_pooled",
    "hours",
    "length_by_domain",
    "shares",
    "trend",
    "weekdays",
    "windows",
]
