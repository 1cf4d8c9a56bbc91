"""Retention, stickiness and lifecycle of users, from one declared event and one declared interval."""

from dataclasses import dataclass
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy import stats

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.proportions import proportion
from engagement_utils.tables.collecting import collect

ActiveEvent = Literal["session", "message", "click"]
Interval = Literal["day", "week", "month"]
STATES = ("new", "returning", "resurrected", "dormant")
MOST_OFFSETS = 12  # intervals after the first that the retention curve shows


@dataclass(frozen=True)
class Lifecycle:
    """How users come back.

    Attributes:
        event, interval: as declared.
        users: with an event; repeated: those active in more than one interval.
        retention: offset (intervals after a user's first), users (whose offset the data cover), active,
            share, low, high.
        states: period (first day), new, returning, resurrected, dormant (users; dormant ones were active in
            the interval before and are not in this one), whole (whether the data cover the interval).
        stickiness: period, users, share of the interval's days that an active user is active on, low, high.
        next_interval: retention at offset 1.
        sticky: mean stickiness over (user, interval) pairs, one value a user.
    """

    event: ActiveEvent
    interval: Interval
    users: int
    repeated: int
    retention: pd.DataFrame
    states: pd.DataFrame
    stickiness: pd.DataFrame
    next_interval: Estimate
    sticky: Estimate


def repeated_users(activity: ir.Table) -> tuple[int, int]:
    """Users, and users with more than one session."""
    counts = activity.group_by("user_id").agg(n=activity.count())
    row = counts.agg(users=counts.count(), again=counts.count(where=counts.n > 1)).to_pandas().iloc[0]
    return int(row["users"]), int(row["again"])


def active_days(activity: ir.Table, event: ActiveEvent, interval: Interval) -> ir.Table:
    """One row a (user, period) with the event: user_id, period (a running whole number), active days."""
    kept = {
        "session": activity,
        "message": activity.filter(activity.messages_sent > 0),
        "click": activity.filter(activity.resources_clicked > 0),
    }[event]
    moment = kept.timestamp
    day = (moment.date().cast("timestamp").epoch_seconds().cast("float64") / 86400.0).round().cast("int64")
    period = {
        "day": day,
        # day 0 is a Thursday, and weeks begin on Monday
        "week": ((day + 3 - (day + 3) % 7).cast("float64") / 7.0).round().cast("int64"),
        "month": moment.year().cast("int64") * 12 + moment.month().cast("int64") - 1,
    }[interval]
    days = kept.select("user_id", day=day, period=period).distinct()
    return days.group_by("user_id", "period").agg(days=days.count())


def transitions(periods: ir.Table) -> ir.Table:
    """`active_days` with first (the user's first period), before and after (the neighbouring active ones)."""
    own = ibis.window(group_by=periods.user_id, order_by=periods.period)
    return periods.mutate(
        first=periods.period.min().over(group_by=periods.user_id),
        before=periods.period.lag().over(own),
        after=periods.period.lead().over(own),
    )


def lifecycle(
    activity: ir.Table,
    first: pd.Timestamp,
    last: pd.Timestamp,
    *,
    event: ActiveEvent,
    interval: Interval,
    level: float,
) -> Lifecycle:
    """Measure it; users are counted by period in the engine, so nothing large is collected.

    new: the user's first period; returning: active in the period before too; resurrected: active earlier, but
    not in the period before; dormant: active in the period before, but not in this one.
    """
    t = transitions(active_days(activity, event, interval))
    here, gone = t.before == t.period - 1, t.after.isnull() | (t.after > t.period + 1)
    states = collect(
        t.group_by("period").agg(
            new=t.count(where=t.period == t["first"]),
            returning=t.count(where=here),
            resurrected=t.count(where=(t.period != t["first"]) & ~here),
            leaving=t.count(where=gone),
            users=t.count(),
            days=t.days.sum(),
            squares=(t.days * t.days).sum(),
        ),
        by=["period"],
    )
    end = _position(last, interval)
    every = pd.DataFrame({"period": range(int(states["period"].min()), end + 1)})
    states = every.merge(states, how="left", on="period").fillna(0).astype("int64")
    states["dormant"] = states["leaving"].shift(1, fill_value=0)
    states["start"] = [_start(p, interval) for p in states["period"]]
    states["whole"] = [_whole(p, interval, first, last) for p in states["period"]]
    kept = t.group_by("first", "period").agg(users=t.count())
    frame, complete = collect(kept, by=["first", "period"]), states["period"][states["whole"]]
    stop = int(complete.max()) if len(complete) else end
    own = collect(_of_user(t), by=["user_id"])
    length = np.array([_days(p, interval) for p in own["first"]])
    retention = _retention(frame, stop, level)
    second = retention[retention["offset"] == 1]
    return Lifecycle(
        event=event,
        interval=interval,
        users=len(own),
        repeated=int((own["periods"] > 1).sum()),
        retention=retention,
        states=states[["start", *STATES, "users", "whole"]].rename(columns={"start": "period"}),
        stickiness=_stickiness(states, interval, level),
        next_interval=_proportion(second, level),
        sticky=mean(own["days"] / own["periods"] / length, level=level),
    )


def _of_user(t: ir.Table) -> ir.Table:
    return t.group_by("user_id").agg(periods=t.count(), days=t.days.sum(), first=t["first"].min())


def _retention(frame: pd.DataFrame, stop: int, level: float) -> pd.DataFrame:
    """Shares by offset, of the users whose offset lies in a period that the data cover whole."""
    sizes = frame[frame["period"] == frame["first"]].set_index("first")["users"]
    frame = frame.assign(offset=frame["period"] - frame["first"])
    rows = []
    for offset in range(min(MOST_OFFSETS, stop - int(frame["first"].min())) + 1):
        covered = sizes[sizes.index + offset <= stop]
        inside = frame[(frame["offset"] == offset) & (frame["first"] + offset <= stop)]
        if not covered.sum():
            break
        e = proportion(int(inside["users"].sum()), int(covered.sum()), level=level)
        rows.append((offset, e.n, int(inside["users"].sum()), e.value, e.low, e.high))
    return pd.DataFrame(rows, columns=["offset", "users", "active", "share", "low", "high"])


def _proportion(row: pd.DataFrame, level: float) -> Estimate:
    if row.empty:
        return Estimate.unknown(0, level, "Wilson score interval")
    return proportion(int(row["active"].iloc[0]), int(row["users"].iloc[0]), level=level)


def _stickiness(states: pd.DataFrame, interval: Interval, level: float) -> pd.DataFrame:
    """Days active over days of the interval, a mean over active users, from sums and squares."""
    shown = states[(states["users"] > 0) & states["whole"]]
    n, length = shown["users"].to_numpy(float), np.array([_days(p, interval) for p in shown["period"]], float)
    average = shown["days"].to_numpy(float) / n
    with np.errstate(all="ignore"):
        variance = np.maximum(shown["squares"].to_numpy(float) - n * average**2, 0.0) / (n - 1)
        half = stats.t.ppf((1 + level) / 2, n - 1) * np.sqrt(variance / n)
    half = np.where(half > 0, half, np.nan)
    columns = {"share": average, "low": np.maximum(average - half, 0), "high": average + half}
    return pd.DataFrame(
        {
            "period": shown["start"].to_numpy(),
            "users": shown["users"].to_numpy(),
            **{k: v / length for k, v in columns.items()},
        }
    )


def _position(moment: pd.Timestamp, interval: Interval) -> int:
    day = int(moment.normalize().timestamp() // 86400)
    return {"day": day, "week": (day + 3) // 7, "month": moment.year * 12 + moment.month - 1}[interval]


def _start(period: int, interval: Interval) -> pd.Timestamp:
    if interval == "month":
        return pd.Timestamp(year=period // 12, month=period % 12 + 1, day=1)
    return pd.Timestamp((period * 7 - 3 if interval == "week" else period) * 86400, unit="s")


def _days(period: int, interval: Interval) -> int:
    return (_start(period + 1, interval) - _start(period, interval)).days


def _whole(period: int, interval: Interval, first: pd.Timestamp, last: pd.Timestamp) -> bool:
    return _start(period, interval) >= first.normalize() and _start(period + 1, interval) <= (
        last.normalize() + pd.Timedelta(days=1)
    )
