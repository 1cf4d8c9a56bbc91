"""One profile without an engine: weeks, features and forecasts in numpy, for the API.

The same definitions as `weekly`, `features` and `claimed`, where an engine's plan would take longer than
the answer may; a test holds both to the same numbers on every stock profile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engagement_utils.inference.samples import Floats
from engagement_utils.profiles.claimed import HONEST, LAGGED, PREFIX, ClaimedRegression
from engagement_utils.profiles.features import (
    FEATURES,
    HALF_LIFE,
    HORIZONS,
    LAGS,
    MAX_STALE,
    NO_SPREAD,
    TRAILING,
    YEAR,
)
from engagement_utils.profiles.forecast import SHORT
from engagement_utils.profiles.intervals import BOUNDS, cell_of
from engagement_utils.profiles.models import MODEL, Boosted, HorizonModel, Model
from engagement_utils.profiles.weekly import EPOCH_MONDAY, FALL, sunday
from engagement_utils.tables.collecting import DECIMALS

Used = NDArray[np.bool_]
COUNTS = ("followers", "posts", "engagement", "reach", "impressions")
FOLLOWERS, POSTS, ENGAGEMENT, REACH, IMPRESSIONS = range(len(COUNTS))
_EPOCH = EPOCH_MONDAY.toordinal()


@dataclass(frozen=True)
class Weeks:
    """A profile's recorded weeks, oldest first; NaN where nothing is known. `sums` are as published."""

    week: NDArray[np.int64]
    days: Floats
    posts: Floats
    engagement: Floats
    reach: Floats
    impressions: Floats
    followers: Floats
    sums: Mapping[str, Floats]


def last_whole_week(as_of: date) -> int:
    """Number of the last week that ends on `as_of` or before."""
    return ((as_of - EPOCH_MONDAY).days + 1) // 7 - 1


def weeks_of(days: Sequence[date], counts: Mapping[str, Floats], last_week: int) -> Weeks:
    """Weeks up to `last_week` from recorded days.

    Args:
        days: without repetition; counts: for each of `COUNTS`, a number a day, NaN where it is not known.
    """
    number = np.fromiter(map(date.toordinal, days), dtype=np.int64, count=len(days)) - _EPOCH
    order = np.argsort(number, kind="stable")
    order = order[number[order] // 7 <= last_week]
    week, starts, group, recorded = np.unique(
        number[order] // 7, return_index=True, return_inverse=True, return_counts=True
    )
    values = np.array([counts[name] for name in COUNTS], dtype=float)[:, order]
    finite = np.isfinite(values)
    paired = finite.copy()
    paired[[POSTS, ENGAGEMENT]] = finite[POSTS] & finite[ENGAGEMENT]
    totals = np.where(_sums(paired, paired, starts) > 0, _sums(values, paired, starts), np.nan)
    stock, known = values[FOLLOWERS], finite[FOLLOWERS]
    followers, most = np.full(week.size, np.nan), np.full(week.size, -np.inf)
    followers[group[known]] = stock[known]  # the last assignment stands, and days are sorted
    np.maximum.at(most, group[known], stock[known])
    before = np.concatenate([[np.nan], followers[:-1]])
    fell = (followers < FALL * most) | (followers < FALL * before)
    return Weeks(
        week,
        recorded.astype(float),
        totals[POSTS],
        totals[ENGAGEMENT],
        totals[REACH],
        totals[IMPRESSIONS],
        np.where(fell, np.nan, followers),
        dict(zip(COUNTS, _sums(values, finite, starts), strict=True)),
    )


def _sums(values: Floats | Used, use: Used, starts: NDArray[np.int64]) -> Floats:
    """Sums a week, of what is used of each row."""
    if not starts.size:
        return np.zeros((len(values), 0))
    return np.add.reduceat(np.where(use, values, 0.0), starts, axis=1)


def features_at(weeks: Weeks, week: int, *, claimed: bool = True) -> dict[str, float] | None:
    """What `features.features` gives at the end of `week`, targets aside; None before the first value.

    `claimed`: the seed's features too, which only its regressions read.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y = np.where(weeks.posts > 0, weeks.engagement / weeks.posts, np.nan)
    z, stock = np.log(y + 1), np.log(weeks.followers + 1)
    shown = np.log((weeks.impressions + 1) / (weeks.reach + 1))
    has = np.isfinite(z)
    if not has.any():
        return None
    ago = (week - weeks.week).astype(float)
    back, value = ago[has], z[has]
    weights = 2.0 ** (-back / HALF_LIFE)
    weight = float(weights.sum())
    anchor, last = float(weights @ value / weight), float(value[-1])
    recent = ago < TRAILING
    posts, engagement = (float(np.nansum(v[recent])) for v in (weeks.posts, weeks.engagement))
    trailing = float(np.log(engagement / posts + 1)) if posts > 0 else last
    by_lag = {int(k): float(v) for k, v in zip(ago, z, strict=True) if k <= max(LAGS)}
    shown_by = {int(k): float(v) for k, v in zip(ago, shown, strict=True) if k < 4}
    lag = [by_lag.get(k, np.nan) for k in LAGS]
    found = {f"lag_{k}": lag[k] - anchor for k in LAGS}
    found |= {"last": last - anchor, "trailing": trailing - anchor}
    variance = float(weights @ (value * value) / weight) - anchor**2
    season = 2 * np.pi * week / YEAR
    found |= {
        "level": anchor,
        "trend": anchor - float(value.mean()),
        "spread": float(np.sqrt(variance)) if variance > NO_SPREAD else 0.0,
        "weight": weight,
        "values": float(value.size),
        "recency": float(back[-1]),
        "days_52": float(weeks.days[ago < 52].sum()),
        "posts_4": float(np.log(posts + 1)),
        **{f"shown_{k}": shown_by.get(k, np.nan) for k in LAGS[:4]},
        **_followers(stock, anchor),
        "season_sin": float(np.sin(season)),
        "season_cos": float(np.cos(season)),
        "anchor": anchor,
        "naive_last": last,
        "naive_trailing": trailing,
    }
    for h in HORIZONS:
        seasonal = lag[TRAILING - h]
        found[f"naive_seasonal_{h}"] = seasonal if np.isfinite(seasonal) else last
    if claimed:
        found |= _claimed(weeks, week)
    return {name: round(v, DECIMALS) for name, v in found.items()}


def _followers(stock: Floats, anchor: float) -> dict[str, float]:
    known = stock[np.isfinite(stock)]
    last = float(known[-1]) if known.size else float("nan")
    return {"followers": last, "rate": anchor - last}


def _claimed(weeks: Weeks, week: int) -> dict[str, float]:
    """The seed's features without their leak; NaN in a week without a record, as in the joined rows."""
    here = weeks.week == week
    if not here.any():
        return {}
    found = {}
    for name in LAGGED:
        for k in range(5):
            value = float(weeks.sums[name][weeks.week == week - k].sum())
            found[PREFIX + (f"{name}_lag_{k}" if k else name)] = value
    recent = (weeks.week > week - TRAILING) & (weeks.week <= week)
    posts = float(weeks.sums["posts"][recent].sum())
    engagement = float(weeks.sums["engagement"][recent].sum())
    found[HONEST] = engagement / posts if posts else float("nan")
    return found


def forecast_one(model: Model, weeks: Weeks, last_week: int) -> list[dict[str, Any]]:
    """Four forecasts at the end of `last_week`, by the rules of `forecast`."""
    recorded = weeks.week.size > 0
    origin = min(last_week, int(weeks.week[-1]) + MAX_STALE) if recorded else last_week
    claimed = any(isinstance(h.regressor, ClaimedRegression) for h in model.horizons)
    at = features_at(weeks, origin, claimed=claimed) if recorded else None
    if at is None:
        return [_row(h, last_week, None, None, "none", "no history") for h in HORIZONS]
    if origin < last_week:
        stale = float(np.expm1(at["naive_trailing"]))
        return [_row(h, last_week, stale, None, "trailing", "stale") for h in HORIZONS]
    flag = "short history" if at["values"] < SHORT else ""
    x = np.array([at[name] for name in FEATURES], dtype=np.float32).astype(float)  # as the model learned them
    cell = int(cell_of(at["weight"], at["recency"], at["anchor"]))
    rows = []
    for h in HORIZONS:
        z = max(_z(model[h], at, x), 0.0)
        ends = model[h].calibration.around(np.array([z]), np.array([cell]))[0]
        rows.append(_row(h, last_week, float(np.expm1(z)), ends, model[h].use, flag))
    return rows


def _z(fitted: HorizonModel, at: Mapping[str, float], x: Floats) -> float:
    if fitted.use == MODEL:
        if isinstance(fitted.regressor, Boosted):
            return at["anchor"] + fitted.regressor.walk.one(x)
        return _linear(fitted.regressor, at)
    h = fitted.weeks
    naive = {
        "last": at["naive_last"],
        "trailing": at["naive_trailing"],
        "seasonal": at[f"naive_seasonal_{h}"],
    }
    if fitted.use in naive:
        return naive[fitted.use]
    return fitted.regression.intercept + sum(
        c * v for c, v in zip(fitted.regression.coefficients, naive.values(), strict=True)
    )


def _linear(regression: ClaimedRegression, at: Mapping[str, float]) -> float:
    values = np.nan_to_num([at.get(name, 0.0) for name in regression.features])
    y = regression.intercept + float(values @ np.array(regression.coefficients))
    return float(np.log1p(max(y, 0.0)))


def _row(
    h: int, last_week: int, forecast: float | None, ends: Floats | None, method: str, flag: str
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "horizon_days": 7 * h,
        "week_ending": sunday(last_week + h).isoformat(),
        "forecast": forecast,
    }
    row |= dict.fromkeys(BOUNDS) if ends is None else dict(zip(BOUNDS, ends.ravel().tolist(), strict=True))
    return row | {"method": method, "flag": flag}
