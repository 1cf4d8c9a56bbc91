"""The score week by week with its change points, and the months that the published text names."""

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy import stats

from engagement_utils.activity.changes import Changes, change_points
from engagement_utils.activity.scores import RESAMPLES, Score, per_user
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.permutation import two_groups
from engagement_utils.tables.collecting import collect

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
LOW_MONTHS = (8,)  # in the published text: dropped significantly
HIGH_MONTHS = (12, 1)  # the highest


@dataclass(frozen=True)
class Weekly:
    """One score by week (Monday first).

    Attributes:
        frame: week, n (sessions), mean, low, high, level (mean of the week's segment), whole (whether the
            data cover all seven days).
        changes: of the weekly mean; positions are rows of `frame`.
        sd: standard deviation of a session within its week.
    """

    score: Score
    frame: pd.DataFrame
    changes: Changes
    sd: float


def by_week(scored: ir.Table, column: str) -> ir.Table:
    """One row a week with sessions: week (its Monday), n, mean and standard deviation of `column`."""
    value = scored[column].cast("float64")
    named = scored.select(week=scored.timestamp.truncate("W").date(), value=value)
    return named.group_by("week").agg(
        n=named.count(), mean=named.value.mean(), sd=named.value.std(how="sample")
    )


def weekly(
    scored: ir.Table, score: Score, first: pd.Timestamp, last: pd.Timestamp, *, level: float, seed: int
) -> Weekly:
    """Weekly means with t intervals, and where their level changes.

    Sessions are the units: where users come back, a week's interval is too narrow for a claim about users.
    """
    frame = collect(by_week(scored, score.column), by=["week"])
    frame["week"] = pd.to_datetime(frame["week"])
    n, sd = frame["n"].to_numpy(dtype=float), frame["sd"].fillna(0.0).to_numpy(dtype=float)
    with np.errstate(all="ignore"):
        half = stats.t.ppf((1 + level) / 2, n - 1) * sd / np.sqrt(n)
    half = np.where((n > 1) & (sd > 0), half, np.nan)
    freedom = float(np.sum(n - 1))
    within = float(np.sqrt(np.sum((n - 1) * sd**2) / freedom)) if freedom > 0 else 0.0
    changes = change_points(frame["mean"].to_numpy(dtype=float), n, within, seed=seed)
    levels = np.empty(len(frame))
    for segment in changes.segments:
        levels[segment.first : segment.last + 1] = segment.mean
    day = pd.Timedelta(days=1)
    whole = (frame["week"] >= first.normalize()) & (frame["week"] + 6 * day <= last.normalize())
    frame = frame.assign(low=frame["mean"] - half, high=frame["mean"] + half, level=levels, whole=whole)
    columns = ["week", "n", "mean", "low", "high", "level", "whole"]
    return Weekly(score, frame[columns], changes, within)


def months(sessions: pd.DataFrame, score: Score) -> pd.DataFrame:
    """One row a calendar month: month (its first day), n, mean."""
    month = sessions["timestamp"].dt.to_period("M").dt.to_timestamp()
    frame = sessions.groupby(month)[score.column].agg(["size", "mean"]).reset_index()
    return frame.rename(columns={"timestamp": "month", "size": "n"})


def against_other_months(
    sessions: pd.DataFrame, score: Score, named: tuple[int, ...], *, level: float, seed: int
) -> Estimate:
    """Mean score of the named months less that of all others, one value a user in each."""
    inside = sessions["timestamp"].dt.month.isin(named)
    return two_groups(
        per_user(sessions, score.column, inside),
        per_user(sessions, score.column, ~inside),
        resamples=RESAMPLES,
        level=level,
        seed=seed,
    )
