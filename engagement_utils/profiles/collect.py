"""From checked days to rows in memory: all of them, or those of a sample of profiles where they are many."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd
from ibis.backends import BaseBackend

from engagement_utils.errors import TableError
from engagement_utils.profiles.features import DECIMALS, KEYS, features
from engagement_utils.profiles.forecast import latest
from engagement_utils.profiles.published import published_weeks
from engagement_utils.profiles.weekly import Window, mended, sunday, weekly_sums, whole_weeks, window_of
from engagement_utils.tables.backend import kept

MINIMUM_WEEKS = 30
_SPREAD, _PARTS = 7919, 10_000  # a prime spreads neighbouring numbers over the parts


@dataclass(frozen=True)
class Prepared:
    """Weeks and features, computed once on the engine.

    Attributes:
        days: one row a profile and recorded day; weeks: from `weekly.mended`; rows: from `features.features`.
        count: rows of `rows`; profiles: those with a whole week on record.
    """

    connection: BaseBackend
    span: Window
    days: ir.Table
    weeks: ir.Table
    rows: ir.Table
    count: int
    profiles: int


def prepare(connection: BaseBackend, days: ir.Table) -> Prepared:
    """Sum days to weeks and compute the features.

    Raises:
        TableError: the data window holds too few whole weeks, or no week with posts.
    """
    # the days are read once: they may be files
    sums = kept(connection, weekly_sums(days), "sums")
    span = window_of(sums)
    found = span.last_week - span.first_week + 1
    if found < MINIMUM_WEEKS:
        msg = (
            f"profiles: {max(found, 0)} whole weeks between {span.first} and {span.last}; accepted: at least "
            f"{MINIMUM_WEEKS}, Monday to Sunday"
        )
        raise TableError(msg)
    weeks = kept(connection, mended(whole_weeks(sums, span)), "weeks")
    rows = kept(connection, features(weeks, span), "features")
    counted = rows.agg(n=rows.count()).to_pyarrow().to_pylist()[0]["n"]
    if not counted:
        msg = f"profiles: no week up to {sunday(span.last_week)} has posts; accepted: at least one"
        raise TableError(msg)
    profiles = weeks.agg(n=weeks.profile_id.nunique()).to_pyarrow().to_pylist()[0]["n"]
    return Prepared(connection, span, days, weeks, rows, counted, profiles)


def sample(prepared: Prepared, most: int) -> tuple[pd.DataFrame, float]:
    """Rows to learn from, sorted, and the share of profiles that they come from.

    Where there are more than `most` rows, profiles are drawn: all rows of each, evenly over the sorted ids.
    """
    rows, share = prepared.rows, min(1.0, most / prepared.count)
    if share < 1:
        rows = rows.semi_join(_drawn(prepared, share), "profile_id")
    return _sorted(rows), share


def _drawn(prepared: Prepared, share: float) -> ir.Table:
    ids = prepared.weeks.select("profile_id").distinct()
    numbered = ids.mutate(__n=ibis.row_number().over(order_by=ids.profile_id))
    part = (numbered["__n"] * _SPREAD) % _PARTS
    return numbered.filter(part < int(share * _PARTS)).select("profile_id")


def sampled_weeks(prepared: Prepared, share: float) -> pd.DataFrame:
    """The published weekly features of the same profiles, with our days and last followers beside them."""
    days, weeks = prepared.days, prepared.weeks
    if share < 1:
        drawn = _drawn(prepared, share)
        days, weeks = days.semi_join(drawn, "profile_id"), weeks.semi_join(drawn, "profile_id")
    published = published_weeks(days, prepared.span)
    ours = weeks.select(*KEYS, "days", followers_last=weeks.followers)
    joined = published.left_join(ours, list(KEYS))
    return _sorted(joined.drop(*(c for c in joined.columns if c.endswith("_right"))))


def current(prepared: Prepared) -> pd.DataFrame:
    """Every profile's latest row (`forecast.latest`)."""
    rows = prepared.rows
    by = ibis.window(group_by="profile_id", order_by=ibis.desc("week"))
    last = rows.mutate(__nth=ibis.row_number().over(by)).filter(lambda t: t["__nth"] == 0).drop("__nth")
    return latest(_sorted(last), prepared.span.last_week)


def _sorted(table: ir.Table) -> pd.DataFrame:
    """In memory, by profile and week, rounded: engines give rows in any order, and sum them in any order."""
    frame = table.to_pandas().sort_values(list(KEYS), kind="stable", ignore_index=True)
    return frame.round(DECIMALS)
