"""Rolling-origin backtest: at each origin, fit on what was known then, forecast the weeks after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.errors import TableError
from engagement_utils.profiles.baselines import BASELINES, baseline
from engagement_utils.profiles.errors import compare, error, profile_numbers, scaled_by
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.intervals import LEVELS
from engagement_utils.profiles.models import MODEL, HorizonModel, Settings, fit_horizon
from engagement_utils.profiles.strata import with_strata

PREDICTORS = (MODEL, *BASELINES)


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
            f"profiles: {last_week - first_week + 1} whole weeks, found too few for {count} origins "
            f"{step} weeks apart; accepted: fewer origins, or at least "
            f"{2 * (step * count + max(HORIZONS))} weeks"
        )
        raise TableError(msg)
    return found


def backtest(rows: pd.DataFrame, at: Sequence[int], step: int, settings: Settings) -> Backtest:
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
            found.append(forecasts(fit_horizon(rows, h, origin, settings), test, scale).assign(origin=origin))
    return Backtest(tuple(at), pd.concat(found, ignore_index=True))


def forecasts(model: HorizonModel, rows: pd.DataFrame, scale: "pd.Series[float]") -> pd.DataFrame:
    """All predictors on rows with a known target, in engagement per post."""
    h = model.weeks
    z = model.z(rows)
    ends = model.calibration.bounds(rows, z)
    out: dict[str, object] = {
        "profile_id": rows["profile_id"].to_numpy(),
        "week": rows["week"].to_numpy(),
        "horizon": h,
        "actual": np.expm1(rows[f"target_{h}"].to_numpy(dtype=float)),
        MODEL: np.expm1(z),
    }
    out |= {name: np.expm1(baseline(rows, name, h, model.regression)) for name in BASELINES}
    for i, level in enumerate(LEVELS):
        out[f"low_{level:.0%}".rstrip("%")] = ends[:, i, 0]
        out[f"high_{level:.0%}".rstrip("%")] = ends[:, i, 1]
    out["scale"] = rows["profile_id"].map(scale).to_numpy(dtype=float)
    strata = with_strata(rows)
    out |= {name: strata[name].array for name in ("stratum_followers", "stratum_density")}
    return pd.DataFrame(out)


def choose(test: Backtest, *, level: float = 0.95) -> dict[int, str]:
    """What forecasts at each horizon: the model where it beats the best baseline, else that baseline.

    Beating means a smaller mean absolute scaled error, with an interval over profiles that excludes 0: the
    scaled error lets every account count alike, where the plain one measures a handful of giants.
    """
    chosen: dict[int, str] = {}
    for h in HORIZONS:
        part = test.forecasts[test.forecasts["horizon"] == h]
        best = best_of(part, tuple(BASELINES))
        difference = compare(part, MODEL, best, "MASE", level=level)
        better = difference.high is not None and difference.high < 0
        chosen[h] = MODEL if better else best
    return chosen


def best_of(part: pd.DataFrame, predictors: Sequence[str], measure: str = "MASE") -> str:
    """The predictor with the smallest error."""
    ids = profile_numbers(part)
    return min(predictors, key=lambda name: error(part, name, measure, clusters=ids).value)
