"""Forecasts of weeks that have come: from rolling origins, and after the single split of the seed's analysis.

At each origin, models are fitted on what was known then, and forecast the weeks after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from engagement_utils.errors import TableError
from engagement_utils.profiles.baselines import BASELINES, baseline
from engagement_utils.profiles.claimed import HONEST, LEAK, ClaimedRegression
from engagement_utils.profiles.errors import (
    POINT,
    WITH_INTERVALS,
    compare,
    error,
    error_table,
    profile_numbers,
    scaled_by,
)
from engagement_utils.profiles.exploration import STRATA, with_strata
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.intervals import LEVELS, ends
from engagement_utils.profiles.models import CALIBRATION_WEEKS, MODEL, Fitting, HorizonModel, fit_horizon
from engagement_utils.profiles.weekly import DataWindow, week_of

PREDICTORS = (MODEL, *BASELINES)
BEST = "best"  # forecasts to compare with: the known best of generated data
LEAKING, WITHOUT = "leak", "honest"  # the seed's regressions
CUTOFF = date(2024, 7, 30)  # of the seed's split: train to here


@dataclass(frozen=True)
class Backtest:
    """Forecasts beside what came.

    Attributes:
        origins: number of the last week known to each fit.
        forecasts: one row a profile, week of origin and horizon whose outcome is known: profile_id, week,
            horizon, origin, actual, one column for each of `PREDICTORS`, low_80, high_80, low_95, high_95 (of
            the model), scale (for the scaled error; NaN where too little is known), stratum_followers,
            stratum_density; all in engagement per post.
    """

    origins: tuple[int, ...]
    forecasts: pd.DataFrame


def origins(first_week: int, last_week: int, count: int, step: int) -> tuple[int, ...]:
    """The last week known to each fit: `step` weeks apart, the last fit still followed by `step` + 3 weeks.

    Raises:
        TableError: less than half of the weeks would be left to the first fit.
    """
    last = last_week - step - max(HORIZONS) + 1
    found = tuple(last - step * i for i in reversed(range(count)))
    if found[0] - first_week + 1 < (last_week - first_week + 1) / 2:
        msg = (
            f"profiles: {last_week - first_week + 1} whole weeks, found too few for {count} origins {step} "
            f"weeks apart; accepted: fewer origins, or at least {2 * (step * count + max(HORIZONS))} weeks"
        )
        raise TableError(msg)
    return found


def backtest(rows: pd.DataFrame, at: Sequence[int], step: int, fitting: Fitting) -> Backtest:
    """Fit at each origin and forecast from the `step` weeks that follow (the origin's own the first).

    Args:
        rows: from `features.features`, collected; `at`: from `origins`.
    """
    found = []
    for origin in at:
        asked = rows[(rows["week"] >= origin) & (rows["week"] < origin + step)]
        scale = scaled_by(rows, origin)
        for h in HORIZONS:
            test = asked[asked[f"target_{h}"].notna()]
            found.append(forecasts(fit_horizon(rows, h, origin, fitting), test, scale).assign(origin=origin))
    return Backtest(tuple(at), pd.concat(found, ignore_index=True))


def forecasts(model: HorizonModel, rows: pd.DataFrame, scale: "pd.Series[float]") -> pd.DataFrame:
    """All predictors on rows with a known target, in engagement per post."""
    h = model.weeks
    z = model.z(rows)
    bounds = model.calibration.bounds(rows, z)
    out: dict[str, object] = {
        "profile_id": rows["profile_id"].to_numpy(),
        "week": rows["week"].to_numpy(),
        "horizon": h,
        "actual": np.expm1(rows[f"target_{h}"].to_numpy(dtype=float)),
        MODEL: np.expm1(z),
    }
    out |= {name: np.expm1(baseline(rows, name, h, model.regression)) for name in BASELINES}
    for i, level in enumerate(LEVELS):
        out |= dict(zip(ends(level), bounds[:, i].T, strict=True))
    out["scale"] = rows["profile_id"].map(scale).to_numpy(dtype=float)
    strata = with_strata(rows)
    out |= {name: strata[name].array for name in ("stratum_followers", "stratum_density")}
    return pd.DataFrame(out)


def choose(test: Backtest, *, level: float) -> dict[int, str]:
    """What forecasts at each horizon: the model where it beats the best baseline, else that baseline.

    Beating means a smaller mean absolute scaled error, with an interval over profiles that excludes 0: the
    scaled error lets every account count alike, where the plain one measures a handful of giants.
    """
    chosen: dict[int, str] = {}
    for h in HORIZONS:
        part = test.forecasts[test.forecasts["horizon"] == h]
        best = best_of(part, tuple(BASELINES), "MASE", level=level)
        difference = compare(part, MODEL, best, "MASE", level=level)
        better = difference.high is not None and difference.high < 0
        chosen[h] = MODEL if better else best
    return chosen


def best_of(part: pd.DataFrame, predictors: Sequence[str], measure: str, *, level: float) -> str:
    """The predictor with the smallest error."""
    ids = profile_numbers(part)
    return min(predictors, key=lambda name: error(part, name, measure, level=level, clusters=ids).value)


def cutoff_week(cutoff: date, span: DataWindow) -> int | None:
    """The last whole week up to the date; None where the data hold too little before or after it."""
    week = week_of(cutoff) - (cutoff.weekday() < 6)
    enough = week - span.first_week >= 4 * CALIBRATION_WEEKS and span.last_week - week >= max(HORIZONS) + 2
    return week if enough else None


def claimed_split(rows: pd.DataFrame, week: int, fitting: Fitting) -> pd.DataFrame:
    """After the seed's split: forecasts of ours, the baselines, its regressions with the leak and without.

    All on the same rows: a week with a record after the split, on which the claimed features are defined
    and the target is known. Columns as in `backtest.Backtest`, and leak and honest.

    Args:
        rows: `features.features` with the claimed features (`claimed.with_claimed`).
        week: from `cutoff_week`.
    """
    scale = scaled_by(rows, week)
    defined = rows[LEAK].notna() & rows[HONEST].notna()
    found = []
    for h in HORIZONS:
        outcome = rows[f"target_{h}"].notna()
        train = rows[defined & outcome & (rows["week"] + h <= week)]
        test = rows[defined & outcome & (rows["week"] > week)]
        table = forecasts(fit_horizon(rows, h, week, fitting), test, scale)
        for name, monthly in ((LEAKING, LEAK), (WITHOUT, HONEST)):
            table[name] = np.expm1(ClaimedRegression.fit(train, h, monthly).z(test))
        found.append(table)
    return pd.concat(found, ignore_index=True)


def with_reference(forecasts: pd.DataFrame, reference: ir.Table) -> pd.DataFrame:
    """Adds the column `best`; NaN where the reference has no forecast."""
    wanted = reference.filter(
        reference.week.between(int(forecasts["week"].min()), int(forecasts["week"].max()))
    )
    table = wanted.to_pandas().rename(columns={"median": BEST})
    return forecasts.merge(table, on=["profile_id", "week", "horizon"], how="left")


def errors(forecasts: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Every predictor's errors overall (`errors.error_table`); intervals' measures of the model alone."""
    has_best = BEST in forecasts.columns
    known = forecasts.dropna(subset=[BEST]) if has_best else forecasts
    predictors = (*PREDICTORS, *((BEST,) if has_best else ()))
    parts = [(predictors, POINT), ((MODEL,), WITH_INTERVALS)]
    return pd.concat([error_table(known, *part, level=level) for part in parts], ignore_index=True)


def errors_by_stratum(forecasts: pd.DataFrame, *, level: float) -> pd.DataFrame:
    """Errors of the model and the baselines by stratum of followers and of recorded days, the column `by`."""
    parts = [(PREDICTORS, ("MAE", "WAPE", "MASE")), ((MODEL,), WITH_INTERVALS)]
    found = [
        error_table(forecasts, *part, f"stratum_{by}", level=level).assign(by=by)
        for by in STRATA
        for part in parts
    ]
    return pd.concat(found, ignore_index=True)
