"""The published features of social engagement: logarithms of counts and ratios."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engagement_utils.contacts.schema import ENGAGEMENT

COUNTED = ("social_clicks_total", *ENGAGEMENT)
FEATURES = (
    "log_social_clicks_total",
    "log_num_sessions",
    "log_num_pageviews",
    "log_forms_submitted",
    "pageviews_per_session",
    "forms_per_session",
    "forms_per_click",
)


def features(counts: pd.DataFrame, names: Sequence[str] = FEATURES) -> pd.DataFrame:
    """One row a contact with the columns `names`, of `FEATURES`.

    log1p of social clicks, sessions, page views and forms; page views and forms a session, forms a social
    click, 0 where the divisor is 0.

    Args:
        counts: has the columns of `COUNTED`, at least 0, none missing.
    """
    c = {name: counts[name].to_numpy(dtype="float64") for name in COUNTED}
    clicks, sessions, views, forms = c.values()
    columns = [*(np.log1p(v) for v in c.values()), _ratio(views, sessions), _ratio(forms, sessions)]
    columns.append(_ratio(forms, clicks))
    every = dict(zip(FEATURES, columns, strict=True))
    return pd.DataFrame({n: every[n] for n in names}, index=counts.index)


def _ratio(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(a, b, out=np.zeros_like(a), where=b > 0)


def scores(counts: pd.DataFrame) -> pd.DataFrame:
    """`log_engagement` (log1p of sessions + page views + forms) and `log_social_clicks`, which name 1A."""
    total = counts[list(ENGAGEMENT)].sum(axis=1)
    return pd.DataFrame(
        {
            "log_engagement": np.log1p(total.astype("float64")),
            "log_social_clicks": np.log1p(counts["social_clicks_total"].astype("float64")),
        },
        index=counts.index,
    )
