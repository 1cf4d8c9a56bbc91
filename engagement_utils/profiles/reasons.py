"""Why a forecast is what it is: what each group of features adds, in plain words.

A group's part is how much the forecast changes when the group is set to what is typical (the medians of the
training rows; differences from the profile's level to 0), all else as it is. Parts of correlated groups
overlap, so they are reasons, not shares.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from engagement_utils.profiles.features import LAGS
from engagement_utils.profiles.models import MODEL, Boosted, Model
from engagement_utils.report.wording import MINUS, join_words, number

# group -> its features and how it is called
GROUPS: Mapping[str, tuple[str, ...]] = {
    "the last four weeks": (*(f"lag_{k}" for k in LAGS), "last", "trailing"),
    "the trend": ("trend",),
    "followers": ("followers", "rate"),
    "a week that spread unusually far": ("shown_0", "shown_1", "shown_2", "shown_3"),
    "the time of the year": ("season_sin", "season_cos"),
    "how regularly it is recorded": ("weight", "recency", "posts_4"),
    "its size and steadiness": ("level", "spread"),
}
# measured from the profile's own level: typical is 0
_RELATIVE = frozenset((*GROUPS["the last four weeks"], *GROUPS["the trend"]))
SHOWN = 0.005  # parts under half a per cent are not worth a word


def parts(model: Model, rows: pd.DataFrame, weeks: int) -> pd.DataFrame:
    """By row and group, the change of z that the group brings; no columns where a baseline forecasts."""
    fitted = model[weeks]
    if fitted.use != MODEL or not isinstance(fitted.regressor, Boosted):
        return pd.DataFrame(index=rows.index)
    boosted = fitted.regressor
    full = boosted.drift(rows)
    return pd.DataFrame(
        {
            name: full - boosted.drift(rows.assign(**{c: _typical(model, c) for c in columns}))
            for name, columns in GROUPS.items()
        },
        index=rows.index,
    )


def _typical(model: Model, column: str) -> float:
    return 0.0 if column in _RELATIVE else model.medians[column]


def importance(model: Model, rows: pd.DataFrame, weeks: int) -> "pd.Series[float]":
    """Mean absolute part of each group, largest first: how much it moves forecasts, as a share."""
    table = parts(model, rows, weeks)
    means = np.expm1(table.abs()).mean()
    return means.sort_values(ascending=False, kind="stable")


def sentence(row: "pd.Series[float]", level: float, forecast: float, use: str = MODEL, most: int = 3) -> str:
    """One profile's reasons in plain words.

    Args:
        row: its parts; level: its usual engagement per post (the anchor); forecast: in engagement per post.
    """
    start = f"usual level {number(level, 0)} a post"
    if use != MODEL:
        return f"{start}; a baseline forecasts here, as the model does not beat it."
    strong = row[row.abs() >= SHOWN].sort_values(key=abs, ascending=False, kind="stable").head(most)
    if strong.empty:
        return f"{start}; nothing moves the forecast by more than {number(SHOWN * 100, 1)}%."
    told = [f"{name} {_signed(float(np.expm1(part)))}" for name, part in strong.items()]
    return f"{start}; {join_words(told)} give {number(forecast, 0)}."


def _signed(share: float) -> str:
    digits = 0 if abs(share) >= 0.095 else 1
    return f"{MINUS if share < 0 else '+'}{number(abs(share) * 100, digits)}%"
