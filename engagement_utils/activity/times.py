"""When sessions begin: hour and weekday."""

from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy import stats

from engagement_utils.activity.scores import RESAMPLES, Score, per_user
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.permutation import several_groups
from engagement_utils.inference.proportions import proportion
from engagement_utils.tables.collecting import collect

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# fixed bands of six hours, so that none is chosen after the fact
BANDS = {"night (0 to 5)": 0, "morning (6 to 11)": 6, "afternoon (12 to 17)": 12, "evening (18 to 23)": 18}


@dataclass(frozen=True)
class Times:
    """Sessions by weekday and hour.

    Attributes:
        counts: weekday (rows, Monday first) x hour (0 to 23).
        bands: band, sessions, share, low, high.
        busiest: the band with most sessions; its share with the p-value of all four bands being alike.
        weekend: share of sessions on Saturday and Sunday (2/7 of the week), p-value against that share.
        score: whether the mean score differs between the bands: eta squared.
    """

    counts: pd.DataFrame
    bands: pd.DataFrame
    busiest: str
    busy: Estimate
    weekend: Estimate
    score: Estimate


def by_hour(activity: ir.Table) -> ir.Table:
    """One row a weekday (0 is Monday) and hour with sessions: day, hour, n."""
    moment = activity.timestamp
    named = activity.select(day=moment.day_of_week.index().cast("int64"), hour=moment.hour().cast("int64"))
    return named.group_by("day", "hour").agg(n=named.count())


def times(scored: ir.Table, sessions: pd.DataFrame, score: Score, *, level: float, seed: int) -> Times:
    """Sessions by weekday and hour, and whether they keep to some.

    Tests: Pearson's chi-square against all bands alike, and a binomial test of the weekend's share; where
    users come back, their sessions are not independent and the p-values are too small.
    """
    frame = collect(by_hour(scored), by=["day", "hour"])
    counts = np.zeros((7, 24), dtype=np.int64)
    counts[frame["day"].to_numpy(dtype=int), frame["hour"].to_numpy(dtype=int)] = frame["n"]
    total = int(counts.sum())
    inside = {name: int(counts[:, start : start + 6].sum()) for name, start in BANDS.items()}
    shares = {name: proportion(n, total, level=level) for name, n in inside.items()}
    busiest = max(inside, key=lambda name: inside[name])
    alike = float(stats.chisquare(list(inside.values())).pvalue)
    saturday_on = int(counts[5:].sum())
    weekend = proportion(saturday_on, total, level=level)
    band = sessions["timestamp"].dt.hour // 6
    groups = [per_user(sessions, score.column, band == k) for k in range(len(BANDS))]
    rows = [(name, inside[name], e.value, e.low, e.high) for name, e in shares.items()]
    return Times(
        counts=pd.DataFrame(counts, index=list(DAYS), columns=range(24)),
        bands=pd.DataFrame(rows, columns=["band", "sessions", "share", "low", "high"]),
        busiest=busiest,
        busy=shares[busiest].with_p_value(alike),
        weekend=weekend.with_p_value(float(stats.binomtest(saturday_on, total, 2 / 7).pvalue)),
        score=several_groups([g for g in groups if g.size > 1], seed=seed, resamples=RESAMPLES),
    )
