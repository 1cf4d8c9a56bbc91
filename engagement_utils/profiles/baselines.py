"""Forecasts that a model has to beat, as z = log(1 + engagement per post)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

from engagement_utils.inference.samples import Floats
from engagement_utils.profiles.features import NAIVE

# name -> what it is, for readers
BASELINES: Mapping[str, str] = {
    "last": "last week",
    "trailing": "trailing four weeks",
    "seasonal": "seasonal naive",
    "regression": "linear regression",
}


def naive(rows: pd.DataFrame, name: str, horizon: int) -> Floats:
    """A naive forecast: known without any fitting.

    "last" is the last week with posts, "trailing" engagement over posts of the last 28 days, "seasonal" the
    week four weeks before the target week; where such a week has no posts, the last one that has.
    """
    column = f"naive_{name}_{horizon}" if name == "seasonal" else f"naive_{name}"
    return rows[column].to_numpy(dtype=float)


@dataclass(frozen=True)
class Regression:
    """Least squares of z on the three naive forecasts of the same horizon."""

    intercept: float
    coefficients: tuple[float, ...]

    @classmethod
    def fit(cls, rows: pd.DataFrame, horizon: int) -> "Regression":
        """Fit to rows with a known target."""
        model = LinearRegression().fit(_design(rows, horizon), rows[f"target_{horizon}"])
        return cls(float(model.intercept_), tuple(float(c) for c in model.coef_))

    def predict(self, rows: pd.DataFrame, horizon: int) -> Floats:
        """z."""
        z = self.intercept + _design(rows, horizon) @ np.array(self.coefficients)
        return np.asarray(np.clip(z, 0, None))


def _design(rows: pd.DataFrame, horizon: int) -> Floats:
    return np.column_stack([naive(rows, name, horizon) for name in NAIVE])


def baseline(rows: pd.DataFrame, name: str, horizon: int, regression: Regression) -> Floats:
    """Any baseline's z."""
    return regression.predict(rows, horizon) if name == "regression" else naive(rows, name, horizon)
