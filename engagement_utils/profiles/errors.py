"""Errors of forecasts with intervals over profiles: forecasts of one profile are not independent.

Every measure is a function of sums over rows, so its interval comes from the sums of each profile
(`inference.means.ratio_of_sums`, delta method): Hyndman and Koehler 2006, Int. J. Forecasting 22:679-688
for the scaled error; Gneiting and Raftery 2007, JASA 102:359-378 for the pinball loss.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import ratio_of_sums
from engagement_utils.inference.samples import Floats
from engagement_utils.profiles.intervals import LEVELS, ends

POINT = ("MAE", "RMSE", "R²", "WAPE", "MASE")
COVERAGE: Mapping[str, float] = {f"coverage_{round(level * 100)}": level for level in LEVELS}
WITH_INTERVALS = ("pinball", *COVERAGE)
# quantile -> column of the forecasts that estimates it; 0.5 is the forecast itself
_ENDS = {round((1 - level) / 2, 6): ends(level)[0] for level in reversed(LEVELS)} | {
    round((1 + level) / 2, 6): ends(level)[1] for level in LEVELS
}
MINIMUM_PAIRS = 3  # changes from week to week that a profile's scale needs


def scaled_by(rows: pd.DataFrame, origin: int) -> "pd.Series[float]":
    """By profile_id, the mean absolute change of engagement per post from the last week with posts to the
    next.

    Of weeks up to `origin`; profiles with fewer than three such changes, or without any change, are left out.
    """
    known = rows[rows["target_1"].notna() & (rows["week"] + 1 <= origin)]
    change = np.abs(np.expm1(known["target_1"]) - np.expm1(known["naive_last"]))
    grouped = change.groupby(known["profile_id"], sort=True, observed=True)
    mean = grouped.mean()[grouped.size() >= MINIMUM_PAIRS]
    return mean[mean > 0]


def _parts(part: pd.DataFrame, predictor: str, measure: str) -> tuple[Floats, Floats]:
    """Numerator and denominator of each row."""
    y = part["actual"].to_numpy(dtype=float)
    ones = np.ones(y.size)
    if measure in COVERAGE:
        low, high = (part[end].to_numpy(dtype=float) for end in ends(COVERAGE[measure]))
        return ((low <= y) & (y <= high)).astype(float), ones
    forecast = part[predictor].to_numpy(dtype=float)
    if measure == "pinball":
        return pinball(part, forecast), ones
    e = y - forecast
    if measure == "MASE":
        scale = part["scale"].to_numpy(dtype=float)
        known = np.isfinite(scale)
        return np.where(known, np.abs(e) / np.where(known, scale, 1.0), 0.0), known.astype(float)
    return {
        "MAE": (np.abs(e), ones),
        "RMSE": (e**2, ones),
        "R²": (e**2, (y - y.mean()) ** 2 if y.size else y),
        "WAPE": (np.abs(e), y),
    }[measure]


def pinball(part: pd.DataFrame, forecast: Floats) -> Floats:
    """Mean over the five quantiles of max(q (y - f), (q - 1) (y - f)), of each row."""
    y = part["actual"].to_numpy(dtype=float)
    quantiles = {q: part[column].to_numpy(dtype=float) for q, column in _ENDS.items()} | {0.5: forecast}
    losses = [np.maximum(q * (y - f), (q - 1) * (y - f)) for q, f in quantiles.items()]
    return np.asarray(np.mean(losses, axis=0))


def profile_numbers(part: pd.DataFrame) -> NDArray[np.int64]:
    """The rows' profiles as numbers in the order of their names: quicker to add up by than names."""
    return np.asarray(pd.factorize(part["profile_id"], sort=True)[0], dtype=np.int64)


def error(
    part: pd.DataFrame,
    predictor: str,
    measure: str,
    *,
    level: float,
    clusters: NDArray[np.int64] | None = None,
) -> Estimate:
    """One measure of one predictor on these rows; `n` counts profiles.

    `measure` is one of `POINT`, or of `WITH_INTERVALS`: MAE and RMSE in engagement per post, R² the share of
    the variance between rows that is explained, WAPE the sum of absolute errors over that of what came, MASE
    the absolute error over the profile's own mean change from one week to the next, the mean pinball loss of
    five quantiles, and the share of outcomes within an interval.

    Args:
        clusters: `profile_numbers` of the rows, where many errors are asked for of the same ones.
    """
    numerator, denominator = _parts(part, predictor, measure)
    ids = profile_numbers(part) if clusters is None else clusters
    e = ratio_of_sums(numerator, denominator, clusters=ids, method="delta", level=level)
    transform: Callable[[float], float] | None = {
        "RMSE": lambda v: float(np.sqrt(max(v, 0.0))),
        "R²": lambda v: 1 - v,
    }.get(measure)
    if transform is None:
        return e
    if e.interval is None:
        return replace(e, value=transform(e.value))
    low, high = sorted(transform(v) for v in e.interval)
    return replace(e, value=transform(e.value), low=low, high=high)


def _tested(e: Estimate, null: float) -> Estimate:
    """With the p-value of the t test that belongs to the interval, for the value `null`."""
    if e.interval is None:
        return e
    t = stats.t(max(e.n - 1, 1))
    half = (e.interval[1] - e.interval[0]) / 2
    se = half / t.ppf((1 + e.level) / 2)
    return e.with_p_value(float(2 * t.sf(abs(e.value - null) / se)) if se > 0 else None)


def compare(part: pd.DataFrame, one: str, other: str, measure: str, *, level: float) -> Estimate:
    """Error of `one` minus that of `other` on the same rows, tested against no difference.

    Args:
        measure: "MAE" or "MASE", whose row errors can be subtracted.
    """
    first, weight = _parts(part, one, measure)
    second, _ = _parts(part, other, measure)
    ids = profile_numbers(part)
    return _tested(ratio_of_sums(first - second, weight, clusters=ids, method="delta", level=level), 0.0)


def skill(part: pd.DataFrame, one: str, other: str, measure: str = "MAE", *, level: float) -> Estimate:
    """How much smaller the error of `one` is, as a share of that of `other`; tested against none."""
    first, _ = _parts(part, one, measure)
    second, _ = _parts(part, other, measure)
    ids = profile_numbers(part)
    ratio = _tested(ratio_of_sums(first, second, clusters=ids, method="delta", level=level), 1.0)
    if ratio.interval is None:
        return replace(ratio, value=1 - ratio.value)
    return replace(ratio, value=1 - ratio.value, low=1 - ratio.interval[1], high=1 - ratio.interval[0])


def way(part: pd.DataFrame, one: str, start: str, best: str, *, level: float) -> Estimate:
    """How far `one` goes from the error of `start` to that of `best`, in mean absolute error; 1 is all the
    way.
    """
    errors = {name: _parts(part, name, "MAE")[0] for name in (one, start, best)}
    gained, possible = errors[start] - errors[one], errors[start] - errors[best]
    return ratio_of_sums(gained, possible, clusters=profile_numbers(part), method="delta", level=level)


def squared_share(part: pd.DataFrame, predictor: str, top: float) -> float:
    """Share of the squared error that the `top` share of the rows holds."""
    squared = np.sort(((part["actual"] - part[predictor]) ** 2).to_numpy())[::-1]
    return float(squared[: max(1, round(top * squared.size))].sum() / squared.sum())


def error_table(
    forecasts: pd.DataFrame,
    predictors: tuple[str, ...],
    measures: tuple[str, ...],
    by: str | None = None,
    *,
    level: float,
) -> pd.DataFrame:
    """One row a horizon, group of `by`, predictor and measure: value, low, high, rows, profiles."""
    keys = ["horizon"] if by is None else ["horizon", by]
    found = []
    for key, part in forecasts.groupby(keys, sort=True, observed=True):
        ids = profile_numbers(part)
        for predictor in predictors:
            for measure in measures:
                e = error(part, predictor, measure, level=level, clusters=ids)
                group = "all" if by is None else str(key[1])
                found.append((key[0], group, predictor, measure, e.value, e.low, e.high, len(part), e.n))
    columns = ["horizon", "group", "predictor", "measure", "value", "low", "high", "rows", "profiles"]
    return pd.DataFrame(found, columns=columns)
