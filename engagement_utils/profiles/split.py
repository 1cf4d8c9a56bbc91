"""The published single split: train up to a date, test on all weeks after it; three models on the same
rows.
"""

from datetime import date

import numpy as np
import pandas as pd

from engagement_utils.profiles.backtest import forecasts
from engagement_utils.profiles.errors import scaled_by
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.models import CALIBRATION_WEEKS, Settings, fit_horizon
from engagement_utils.profiles.published import HONEST, LEAK, PublishedRegression
from engagement_utils.profiles.weekly import Window, week_of

CUTOFF = date(2024, 7, 30)  # published: train to here
LEAKING, WITHOUT = "leak", "honest"
# name -> what it is, for readers
RIVALS = {
    LEAKING: "published, with its leak",
    WITHOUT: "published, without it",
}


def cutoff_week(cutoff: date, span: Window) -> int | None:
    """The last whole week up to the date; None where the data hold too little before or after it."""
    week = week_of(cutoff) - (cutoff.weekday() < 6)
    enough = week - span.first_week >= 4 * CALIBRATION_WEEKS and span.last_week - week >= max(HORIZONS) + 2
    return week if enough else None


def published_split(rows: pd.DataFrame, week: int, settings: Settings) -> pd.DataFrame:
    """Forecasts of ours, of the baselines, and of the published regressions with the leak and without.

    All on the same rows: a week with a record after the split, on which the published features are defined
    and the target is known. Columns as in `backtest.Backtest`, and leak and honest.

    Args:
        rows: `features.features` with the published features (`published.with_published`).
        week: from `cutoff_week`.
    """
    scale = scaled_by(rows, week)
    defined = rows[LEAK].notna() & rows[HONEST].notna()
    found = []
    for h in HORIZONS:
        outcome = rows[f"target_{h}"].notna()
        train = rows[defined & outcome & (rows["week"] + h <= week)]
        test = rows[defined & outcome & (rows["week"] > week)]
        table = forecasts(fit_horizon(rows, h, week, settings), test, scale)
        for name, monthly in ((LEAKING, LEAK), (WITHOUT, HONEST)):
            table[name] = np.expm1(PublishedRegression.fit(train, h, monthly).z(test))
        found.append(table)
    return pd.concat(found, ignore_index=True)
