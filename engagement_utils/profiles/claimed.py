"""The seed's features and regressions, with their leak and without it, on the same rows as ours.

Weekly sums (of followers too), lags 1 to 4 of engagement, followers, reach and impressions with 0 where a
week is missing, and the calendar month's engagement per post, which holds days after the prediction date: 21
features, four linear regressions. Without the leak, the last 28 days stand in for the calendar month.
"""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression

from engagement_utils.inference.samples import Floats
from engagement_utils.profiles.features import TRAILING
from engagement_utils.profiles.weekly import EPOCH_MONDAY, DataWindow, of_week, week_number

LAGGED = ("engagement", "followers", "reach", "impressions")
PREFIX = "published_"
_NAMES = (*(f"{c}_lag_{k}" for k in range(1, 5) for c in LAGGED), *LAGGED)
CLAIMED = tuple(PREFIX + name for name in _NAMES)  # and one of the two below
LEAK, HONEST = f"{PREFIX}calendar_month", f"{PREFIX}last_28_days"


def claimed_weeks(days: ir.Table, span: DataWindow) -> ir.Table:
    """One row a profile and whole week with a recorded day: `CLAIMED`, the two monthly features, and facts.

    `days_of_month_after`: days of the calendar month after the week; `lag_missing_1`: whether lag 1 is a 0
    that stands for no record; `turn_lost`: whether a recorded week before the turn of the year is lost to the
    published rule of 52 weeks; `next_row`: weeks to the profile's next row, the published "7 days ahead".
    """
    marked = days.mutate(week=week_number(days.date), month=days.date.year() * 12 + days.date.month()).filter(
        lambda t: t.week.between(span.first_week, span.last_week)
    )
    counts = {c: marked[c].cast("float64").sum().fill_null(0.0) for c in (*LAGGED, "posts")}
    weeks = marked.group_by("profile_id", "week").agg(**counts)
    months = marked.group_by("profile_id", "month").agg(
        month_engagement=marked.engagement.cast("float64").sum(),
        month_posts=marked.posts.cast("float64").sum(),
    )
    sunday = ibis.literal(EPOCH_MONDAY) + ibis.interval(days=1) * (weeks.week * 7 + 6).cast("int64")
    dated = weeks.mutate(sunday=sunday.cast("date"))
    dated = dated.mutate(month=dated.sunday.year() * 12 + dated.sunday.month())
    joined = dated.left_join(months, ["profile_id", "month"])
    joined = joined.drop(*(c for c in joined.columns if c.endswith("_right")))
    by = {"group_by": "profile_id", "order_by": "week"}
    added: dict[str, ir.Value] = {
        f"{c}_lag_{k}": of_week(joined, c, -k).fill_null(0.0) for k in range(1, 5) for c in LAGGED
    }
    recent = ibis.range_window(preceding=TRAILING - 1, following=0, **by)
    engagement, posts = joined.engagement.sum().over(recent), joined.posts.sum().over(recent)
    added |= {
        LEAK: joined.month_engagement / joined.month_posts.nullif(0.0),
        HONEST: engagement / posts.nullif(0.0),
        "lag_missing_1": of_week(joined, "week", -1).isnull(),
        "turn_lost": _turn_lost(joined),
        "next_row": joined.week.lead(1).over(ibis.window(**by)) - joined.week,
        "days_of_month_after": _month_end(joined.sunday) - joined.sunday.day(),
    }
    told = joined.mutate(**added)
    facts = ("lag_missing_1", "turn_lost", "next_row", "days_of_month_after")
    return told.select(
        "profile_id", "week", *facts, LEAK, HONEST, **{PREFIX + name: told[name] for name in _NAMES}
    )


def _month_end(day: ir.DateValue) -> ir.IntegerValue:
    """Number of days of the day's month."""
    year, month = day.year(), day.month()
    leap = ((year % 4 == 0) & (year % 100 != 0)) | (year % 400 == 0)
    return ibis.cases((month == 2, leap.ifelse(29, 28)), (month.isin([4, 6, 9, 11]), 30), else_=31)


def _turn_lost(joined: ir.Table) -> ir.BooleanValue:
    """A recorded lag across the turn of a year, whose Sunday count (`%U`) is not the expected 52 - k."""
    lost = ibis.literal(False)
    for k in range(1, 5):
        there = of_week(joined, "week", -k).notnull()
        before = joined.sunday - ibis.interval(days=7 * k)
        crossed = before.year() < joined.sunday.year()
        expected = _sunday_count(joined.sunday) - k + 52
        lost = lost | (there & crossed & (_sunday_count(before.cast("date")) != expected))
    return lost


def _sunday_count(sunday: ir.DateValue) -> ir.IntegerValue:
    """`%U` of a Sunday: Sundays of its year up to it."""
    return ((sunday.day_of_year() - 1).cast("float64") / 7).floor().cast("int64") + 1


@dataclass(frozen=True)
class ClaimedRegression:
    """One linear regression on the seed's features; `monthly` is the monthly one among them."""

    monthly: str
    intercept: float
    coefficients: tuple[float, ...]

    @classmethod
    def fit(cls, rows: pd.DataFrame, horizon: int, monthly: str = HONEST) -> "ClaimedRegression":
        """Fit to rows with a known target, which is engagement per post of a calendar week, as in ours."""
        y = np.expm1(rows[f"target_{horizon}"].to_numpy(dtype=float))
        model = LinearRegression().fit(_design(rows, monthly), y)
        return cls(monthly, float(model.intercept_), tuple(float(c) for c in model.coef_))

    @property
    def features(self) -> tuple[str, ...]:
        """Names of its 21 features, in the order of the coefficients."""
        return (*CLAIMED, self.monthly)

    def z(self, rows: pd.DataFrame) -> Floats:
        """The forecast as log(1 + engagement per post); negative forecasts become 0, as published."""
        y = self.intercept + _design(rows, self.monthly) @ np.array(self.coefficients)
        return np.asarray(np.log1p(np.clip(y, 0, None)))


def _design(rows: pd.DataFrame, monthly: str) -> Floats:
    """The 21 features, 0 where one is missing, as published."""
    return rows[[*CLAIMED, monthly]].fillna(0.0).to_numpy(dtype=float)


def with_claimed(rows: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """Rows of `features.features` with the seed's features beside them; NaN in weeks without a record."""
    return rows.merge(
        weeks[["profile_id", "week", *CLAIMED, LEAK, HONEST]], on=["profile_id", "week"], how="left"
    )
