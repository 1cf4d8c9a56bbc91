"""The figures and tables of both reports: one door to the modules that draw them."""

from engagement_utils.profiles.views_data import (
    followers_table,
    missing,
    recorded_days,
    rules_table,
    sparsity,
)
from engagement_utils.profiles.views_forecast import (
    flags_table,
    forecast_figure,
    forecast_table,
    model_table,
    reasons_table,
    surprises_table,
)
from engagement_utils.profiles.views_models import (
    coverage,
    importance,
    published_split,
    skills_by_stratum,
    way_to_best,
)
from engagement_utils.profiles.views_models import errors as error_figure
from engagement_utils.profiles.views_tables import (
    coverage_table,
    errors_table,
    faults_table,
    features_table,
    split_table,
    strata_table,
)

__all__ = [
    "coverage",
    "coverage_table",
    "error_figure",
    "errors_table",
    "faults_table",
    "features_table",
    "flags_table",
    "followers_table",
    "forecast_figure",
    "forecast_table",
    "importance",
    "missing",
    "model_table",
    "published_split",
    "reasons_table",
    "recorded_days",
    "rules_table",
    "skills_by_stratum",
    "sparsity",
    "split_table",
    "strata_table",
    "surprises_table",
    "way_to_best",
]
