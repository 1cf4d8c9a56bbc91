"""New users against existing ones: the published comparison, with intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.permutation import two_groups
from engagement_utils.pings.metrics import collect, new_against_existing

MEASURES: Mapping[str, str] = {
    "avg_watch_time_ratio": "seconds watched over seconds offered, all engaging events",
    "n_interacted_pings": "pings interacted with",
    "mean_view_ratio": "mean watch-time ratio of own views",
}


@dataclass(frozen=True)
class Newcomers:
    """The comparison of the two groups of users.

    Attributes:
        first_new: the first sign-up date that counts as new; `days` is the parameter behind it.
        users: one row a user: user_id, is_new and the measures; mean_view_ratio is missing without a view.
        table: as published: is_new, avg_watch_time_ratio, n_interacted_pings, num_users.
        differences: new minus existing by measure, Welch's interval and permutation test.
        means: (new, existing) by measure.
    """

    first_new: date
    days: int
    users: pd.DataFrame
    table: pd.DataFrame
    differences: Mapping[str, Estimate]
    means: Mapping[str, tuple[Estimate, Estimate]]

    @property
    def new(self) -> int:
        """Number of new users."""
        return int(self.users["is_new"].sum())


def newcomers(
    activity: ir.Table,
    users: pd.DataFrame,
    *,
    first_new: date,
    days: int,
    level: float = 0.95,
    seed: int = 0,
) -> Newcomers:
    """Compare new with existing users.

    Args:
        activity: from `metrics.user_activity`; `users` is the same, collected.
    """
    frame = users[["user_id", "signup_date", "is_new", "avg_watch_time_ratio", "n_interacted_pings"]].copy()
    # the published quotient counts 0 s for every like, so it falls with liking: the views alone beside it
    frame["mean_view_ratio"] = users["view_ratio"] / users["views"].where(users["views"] > 0)
    differences, means = {}, {}
    for measure in MEASURES:
        known = frame.dropna(subset=[measure])
        new, existing = known.loc[known["is_new"], measure], known.loc[~known["is_new"], measure]
        differences[measure] = _difference(new, existing, level, seed)
        means[measure] = (mean(new, level=level), mean(existing, level=level))
    table = collect(new_against_existing(activity), by=["is_new"])
    return Newcomers(first_new, days, frame, table, differences, means)


def _difference(new: "pd.Series[float]", existing: "pd.Series[float]", level: float, seed: int) -> Estimate:
    """Difference of means; a group of one or none has no test."""
    n = min(len(new), len(existing))
    if n < 2:
        value = float(new.mean() - existing.mean()) if n else float("nan")
        return Estimate(value, None, None, n, level, None, "too few users for a test")
    return two_groups(new, existing, level=level, seed=seed)
