"""From checked days to rows in memory: all of them, or those of a sample of profiles where they are many."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis.backends import BaseBackend

from engagement_utils.errors import TableError
from engagement_utils.profiles.claimed import claimed_weeks
from engagement_utils.profiles.features import KEYS, measured, told
from engagement_utils.profiles.forecast import latest
from engagement_utils.profiles.weekly import DataWindow, mended, sunday, weekly_sums, whole_weeks, window_of
from engagement_utils.tables.backend import dropped, kept
from engagement_utils.tables.collecting import DECIMALS

MINIMUM_WEEKS = 30
_AT_ONCE = 40_000  # profiles whose features are computed at a time: it bounds the memory of the windows
_SPREAD, _PARTS = 7919, 10_000  # a prime spreads neighbouring numbers over the parts


@dataclass(frozen=True)
class Prepared:
    """Weeks and features, computed once on the engine.

    Profiles go by number there, as every sort and join of long names costs several times that of numbers.

    Attributes:
        days: one row a profile and recorded day; names: profile_id and number (from 1, in the order of the
            names) of profiles with a whole week on record; numbered_weeks: from `weekly.mended`;
            numbered_rows: from `features.measured`; profile_id is the number in both.
        count: rows of `rows`.
    """

    connection: BaseBackend
    span: DataWindow
    days: ir.Table
    names: ir.Table
    numbered_weeks: ir.Table
    numbered_rows: ir.Table
    count: int
    profiles: int

    @property
    def weeks(self) -> ir.Table:
        """`weekly.mended` of the whole weeks."""
        return self.named(self.numbered_weeks)

    @property
    def rows(self) -> ir.Table:
        """`features.features`."""
        return self.named(told(self.numbered_rows))

    def named(self, table: ir.Table) -> ir.Table:
        """The table with names in place of numbers."""
        joined = table.rename(number="profile_id").join(self.names, "number")
        return joined.select(*table.columns)


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
    whole = whole_weeks(sums, span)
    names = kept(connection, _numbers(whole), "names")
    numbered = whole.join(names, "profile_id").drop("profile_id").rename(profile_id="number")
    weeks = kept(connection, mended(numbered), "weeks")
    dropped(connection, sums)
    profiles = names.count().to_pyarrow().as_py()
    parts = -(-profiles // _AT_ONCE) or 1
    part = [weeks.filter(weeks.profile_id % parts == i) if parts > 1 else weeks for i in range(parts)]
    first, *rest = (measured(p, span) for p in part)
    rows = kept(connection, first, "features", *rest)
    count = rows.count().to_pyarrow().as_py()
    if not count:
        msg = f"profiles: no week up to {sunday(span.last_week)} has posts; accepted: at least one"
        raise TableError(msg)
    return Prepared(connection, span, days, names, weeks, rows, count, profiles)


def _numbers(weeks: ir.Table) -> ir.Table:
    ids = weeks.select("profile_id").distinct()
    number = ibis.row_number().over(order_by=ids.profile_id) + 1
    return ids.select("profile_id", number=number.cast("int32"))


def sample(prepared: Prepared, most: int) -> tuple[pd.DataFrame, float]:
    """Rows to learn from, sorted, and the share of profiles that they come from.

    Where there are more than `most` rows, profiles are drawn: all rows of each, evenly over the sorted ids.
    """
    rows, share = prepared.numbered_rows, min(1.0, most / prepared.count)
    if share < 1:
        rows = rows.filter(_drawn(rows.profile_id, share))
    return _sorted(prepared.named(told(rows))), share


def _drawn(number: ir.IntegerValue, share: float) -> ir.BooleanValue:
    """Whether a profile of this number is among those drawn."""
    return ((number.cast("int64") - 1) * _SPREAD) % _PARTS < int(share * _PARTS)


def sampled_weeks(prepared: Prepared, share: float) -> pd.DataFrame:
    """The seed's weekly features of the same profiles, with our days and last followers beside them."""
    days, weeks = prepared.days, prepared.numbered_weeks
    if share < 1:
        days = days.semi_join(prepared.names.filter(lambda t: _drawn(t.number, share)), "profile_id")
        weeks = weeks.filter(_drawn(weeks.profile_id, share))
    claimed = claimed_weeks(days, prepared.span)
    ours = prepared.named(weeks).select(*KEYS, "days", followers_last="followers")
    joined = claimed.left_join(ours, list(KEYS))
    return _sorted(joined.drop(*(c for c in joined.columns if c.endswith("_right"))))


def current(prepared: Prepared) -> pd.DataFrame:
    """Every profile's latest row (`forecast.latest`)."""
    rows = prepared.numbered_rows
    last = rows.group_by("profile_id").agg(week=rows.week.max())
    return latest(_sorted(prepared.named(told(rows.semi_join(last, list(KEYS))))), prepared.span.last_week)


def _sorted(table: ir.Table) -> pd.DataFrame:
    """In memory, by profile and week, rounded: engines give rows in any order, and sum them in any order."""
    frame = table.to_pyarrow().to_pandas()
    name, week = (frame[key] for key in KEYS)
    order = np.lexsort([week.to_numpy(), pd.factorize(name, sort=True)[0]])
    return frame.take(order).reset_index(drop=True).round(DECIMALS)
