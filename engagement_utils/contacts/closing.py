"""Who closes and when: conversion, days to close, survival curves, the published buckets and classes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from engagement_utils.contacts.moments import days_between
from engagement_utils.contacts.stages import CUSTOMERS
from engagement_utils.inference.estimate import Estimate

# published: fast under 30 days, medium 30 to 90, slow above 90, still open
FAST, MEDIUM, SLOW, OPEN = SPEEDS = ("fast", "medium", "slow", "still open")
BUCKETS = (
    (0, 30, "under 30 days"),
    (30, 91, "30 to 90 days"),
    (91, 181, "91 to 180 days"),
    (181, np.inf, "above 180 days"),
)


def with_closing(contacts: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Add closed, converted, days_to_close, followed (days), bucket and speed.

    closed: closed on a known day, not after `as_of` and not before the creation. converted: closed, or a
    customer by the lifecycle stage. followed: days to the closing, or for an open contact to `as_of`; nan
    where the creation is unknown or the contact is a customer without a usable closing day.
    """
    frame = contacts.copy()
    days = days_between(frame["close_date"], frame["create_date"])
    closed = (frame["close_date"] <= as_of) & (days.isna() | (days >= 0))
    frame["closed"] = closed & days.notna()
    frame["converted"] = closed | frame["stage"].isin(CUSTOMERS)
    frame["days_to_close"] = days.where(frame["closed"])
    until = days_between(pd.Series(as_of, index=frame.index), frame["create_date"])
    followed = frame["days_to_close"].where(frame["closed"], until)
    frame["followed"] = followed.where((followed >= 0) & (frame["closed"] | ~frame["converted"]))
    d = frame["days_to_close"].to_numpy()
    frame["bucket"] = np.select([(d >= a) & (d < b) for a, b, _ in BUCKETS], [w for *_, w in BUCKETS], OPEN)
    frame["speed"] = np.select([d < 30, d <= 90, d > 90], SPEEDS[:3], OPEN)
    # a customer whose closing day is unknown is neither open nor fast
    unknown = frame["converted"] & ~frame["closed"]
    frame.loc[unknown, ["bucket", "speed"]] = "day unknown"
    return frame


@dataclass(frozen=True)
class Curve:
    """Share closed by day, Kaplan-Meier, with Greenwood's errors; `until` is the longest time followed."""

    name: str
    days: np.ndarray
    closed: np.ndarray
    errors: np.ndarray
    n: int
    until: float
    level: float

    @property
    def z(self) -> float:
        """Normal quantile of the level."""
        return float(stats.norm.ppf((1 + self.level) / 2))

    @property
    def low(self) -> np.ndarray:
        """Pointwise lower bounds."""
        return np.clip(self.closed - self.z * self.errors, 0, 1)

    @property
    def high(self) -> np.ndarray:
        """Pointwise upper bounds."""
        return self.closed + self.z * self.errors

    def at(self, day: float) -> tuple[float, float]:
        """Share closed by `day` and its standard error."""
        i = int(np.searchsorted(self.days, day, side="right")) - 1
        if i < 0:
            return 0.0, 0.0
        return float(self.closed[i]), float(self.errors[i])

    def remaining(self, followed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """For contacts that are open after `followed` days: chance to close yet, and its standard error.

        With S the share still open at day t and at the curve's last day h, the chance is 1 - S(h) / S(t); its
        variance is Greenwood's sum over the closings between t and h times (S(h) / S(t)) squared.
        """
        open_ = np.concatenate([[1.0], 1 - self.closed])
        error = np.concatenate([[0.0], self.errors])
        greenwood = np.divide(error, open_, out=np.zeros_like(error), where=open_ > 0) ** 2
        at = np.searchsorted(self.days, followed, side="right")
        kept = np.divide(open_[-1], open_[at], out=np.ones(at.size), where=open_[at] > 0)
        return 1 - kept, kept * np.sqrt(np.maximum(greenwood[-1] - greenwood[at], 0))


def curve(
    name: str, followed: "pd.Series[float]", closed: "pd.Series[bool]", *, level: float
) -> Curve | None:
    """The Kaplan-Meier curve (`statsmodels.SurvfuncRight`, Greenwood errors); None without a closing."""
    known = followed.notna()
    time, status = followed[known].to_numpy(), closed[known].to_numpy(dtype=int)
    if not status.any():
        return None
    fit = SurvfuncRight(np.maximum(time, 0.5), status)  # closed on the day of creation: within the first day
    share, errors = 1 - fit.surv_prob, fit.surv_prob_se
    return Curve(name, fit.surv_times, share, errors, int(known.sum()), float(time.max()), level)


def difference_at(a: Curve, b: Curve, day: float, p_value: float) -> Estimate:
    """Share closed by `day`, first less second, with a normal interval; `p_value` of the log-rank test."""
    (x, sx), (y, sy) = a.at(day), b.at(day)
    half = a.z * float(np.hypot(sx, sy))
    n, method = min(a.n, b.n), "Kaplan-Meier; log-rank test"
    return Estimate(x - y, x - y - half, x - y + half, n, a.level, p_value, method)


def log_rank(followed: "pd.Series[float]", closed: "pd.Series[bool]", group: "pd.Series[str]") -> float:
    """p-value of the log-rank test that all groups close alike (`statsmodels.survdiff`)."""
    known = followed.notna()
    time = np.maximum(followed[known].to_numpy(), 0.5)
    return float(survdiff(time, closed[known].to_numpy(dtype=int), group[known].astype(str).to_numpy())[1])
