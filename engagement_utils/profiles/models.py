"""Gradient boosting on a scale-free target, a model a horizon, and what stands in where it does not help.

The target is z at the horizon minus the anchor, a weighted mean of the profile's own z: a level of 100 and
one of 10 million are the same to the model, and the naive forecasts are features. Squared error on the
logarithm aims at the median of engagement itself, which the absolute error asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from engagement_utils.errors import TableError
from engagement_utils.inference.samples import Floats
from engagement_utils.profiles.baselines import Regression, baseline
from engagement_utils.profiles.claimed import ClaimedRegression
from engagement_utils.profiles.features import FEATURES, HORIZONS
from engagement_utils.profiles.intervals import Calibration
from engagement_utils.profiles.trees import Walk, walk

Kind = Literal["ours", "published"]
MODEL = "model"
CALIBRATION_WEEKS = 8  # the last target weeks before an origin, kept for the intervals
MINIMUM_ROWS = 500


@dataclass(frozen=True)
class Fitting:
    """How models are fitted: `kind` is gradient boosting, or the seed's regressions without their leak."""

    kind: Kind = "ours"
    iterations: int = 30
    learning_rate: float = 0.2
    leaves: int = 15
    leaf_rows: int = 100
    penalty: float = 10.0
    seed: int = 0
    max_rows: int = 400_000


@dataclass(frozen=True)
class Boosted:
    """Gradient boosted trees for z minus the anchor."""

    trees: HistGradientBoostingRegressor

    @cached_property
    def walk(self) -> Walk:
        """The same trees for one row at a time."""
        return walk(self.trees)

    def drift(self, rows: pd.DataFrame) -> Floats:
        """z minus the anchor."""
        return np.asarray(self.trees.predict(matrix(rows)))

    def z(self, rows: pd.DataFrame) -> Floats:
        """The forecast as z, at least 0."""
        return np.asarray(np.clip(rows["anchor"].to_numpy(dtype=float) + self.drift(rows), 0, None))

    @classmethod
    def fit(cls, rows: pd.DataFrame, horizon: int, fitting: Fitting) -> "Boosted":
        """Fit to rows with a known target."""
        trees = HistGradientBoostingRegressor(
            max_iter=fitting.iterations,
            learning_rate=fitting.learning_rate,
            max_leaf_nodes=fitting.leaves,
            min_samples_leaf=fitting.leaf_rows,
            l2_regularization=fitting.penalty,
            early_stopping=False,
            random_state=fitting.seed,
        )
        target = rows[f"target_{horizon}"].to_numpy(dtype=float) - rows["anchor"].to_numpy(dtype=float)
        return cls(trees.fit(matrix(rows), target))


@dataclass(frozen=True)
class HorizonModel:
    """One horizon. `use` is what forecasts: "model", or the baseline that it did not beat."""

    weeks: int
    regressor: "Boosted | ClaimedRegression"
    regression: Regression
    calibration: Calibration
    use: str = MODEL

    def z(self, rows: pd.DataFrame, use: str | None = None) -> Floats:
        """The forecast as z; never below 0, as engagement is never negative."""
        source = use or self.use
        if source != MODEL:
            return baseline(rows, source, self.weeks, self.regression)
        return self.regressor.z(rows)


@dataclass(frozen=True)
class Model:
    """Four horizons, fitted on targets up to `last_week`; `medians` are of the features it was fitted on."""

    kind: Kind
    horizons: tuple[HorizonModel, ...]
    first_week: int
    last_week: int
    rows: int
    profiles: int
    medians: Mapping[str, float]

    def __getitem__(self, weeks: int) -> HorizonModel:
        return self.horizons[HORIZONS.index(weeks)]


def matrix(rows: pd.DataFrame) -> NDArray[np.float32]:
    """The features as the regressor takes them; a missing one is NaN, never 0."""
    return rows[list(FEATURES)].to_numpy(dtype=np.float32)


def sampled(rows: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """All rows of as many profiles, drawn at random, as `most` rows hold."""
    if len(rows) <= most:
        return rows
    counts = rows.groupby("profile_id", sort=True, observed=True).size()
    drawn = counts.iloc[np.random.default_rng(seed).permutation(len(counts))]
    return rows[rows["profile_id"].isin(drawn.index[drawn.cumsum() <= most])]


def split(rows: pd.DataFrame, horizon: int, last_week: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows whose target is known by `last_week`: those to fit on, and the last weeks to calibrate on."""
    aimed_at = rows["week"] + horizon
    known = rows[f"target_{horizon}"].notna() & (aimed_at <= last_week)
    late = aimed_at > last_week - CALIBRATION_WEEKS
    return rows[known & ~late], rows[known & late]


def fit_horizon(rows: pd.DataFrame, horizon: int, last_week: int, fitting: Fitting) -> HorizonModel:
    """Fit one horizon on what is known at the end of `last_week`.

    Raises:
        TableError: fewer than 500 rows to fit or 100 to calibrate on.
    """
    early, late = split(rows, horizon, last_week)
    early = sampled(early, fitting.max_rows, fitting.seed)
    if len(early) < MINIMUM_ROWS or len(late) < MINIMUM_ROWS // 5:
        msg = (
            f"profiles: {len(early):,} weeks with a known outcome {horizon} weeks later to learn from and "
            f"{len(late):,} in the {CALIBRATION_WEEKS} weeks after them for the intervals; accepted: at "
            f"least {MINIMUM_ROWS} and {MINIMUM_ROWS // 5}"
        )
        raise TableError(msg)
    regressor: Boosted | ClaimedRegression
    if fitting.kind == "published":
        regressor = ClaimedRegression.fit(early, horizon)
    else:
        regressor = Boosted.fit(early, horizon, fitting)
    regression = Regression.fit(early, horizon)
    blank = Calibration(np.zeros((0, 0, 0)), np.zeros(0, dtype=np.int64))
    return calibrated(HorizonModel(horizon, regressor, regression, blank), late)


def calibrated(model: HorizonModel, late: pd.DataFrame) -> HorizonModel:
    """The model with intervals from its errors on `late` rows."""
    errors = late[f"target_{model.weeks}"].to_numpy(dtype=float) - model.z(late)
    return replace(model, calibration=Calibration.fit(late, errors))


def fit(
    rows: pd.DataFrame,
    last_week: int,
    fitting: Fitting,
    use: Mapping[int, str] | None = None,
) -> Model:
    """Fit all horizons on what is known at the end of `last_week`.

    Args:
        rows: from `features.features`, collected.
        use: what forecasts at each horizon, where not the model (see `backtest.choose`).
    """
    horizons = []
    for h in HORIZONS:
        fitted = fit_horizon(rows, h, last_week, fitting)
        source = (use or {}).get(h, MODEL)
        if source != MODEL:
            fitted = calibrated(replace(fitted, use=source), split(rows, h, last_week)[1])
        horizons.append(fitted)
    known = rows[rows["week"] <= last_week]
    medians = {str(name): float(m) for name, m in known[list(FEATURES)].median().items()}
    return Model(
        fitting.kind,
        tuple(horizons),
        int(known["week"].min()),
        int(last_week),
        len(known),
        int(known["profile_id"].nunique()),
        medians,
    )
