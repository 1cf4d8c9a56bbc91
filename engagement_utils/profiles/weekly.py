"""Calendar weeks, Monday to Sunday, from recorded days: Ibis expressions, the same on every engine.

A week's number counts the weeks since that of 1 January 1970, so no year has 52 or 53 of them. A week has a
row when a day of it is recorded. Counts are summed; followers are a stock, of which the last value stands.
"""

from datetime import date, timedelta
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

EPOCH_MONDAY = date(1969, 12, 29)
# one number that grows with the day first and the followers second; its rest by MOST is the followers
MOST = 2**40  # more than there are people
DAY_ZERO = 800_000  # days before 1970, so that no date counts below 0
FALL = 0.5  # followers that fall below this part of those before are taken for an error


class DataWindow(NamedTuple):
    """First and last recorded day, and the whole weeks between: numbers of the first and the last one."""

    first: date
    last: date
    first_week: int
    last_week: int


def week_number(day: ir.DateValue) -> ir.IntegerValue:
    """Number of the day's week."""
    return ((day.epoch_days() + 3).cast("float64") / 7).floor().cast("int32")


def week_of(day: date) -> int:
    """The same for one date."""
    return (day - EPOCH_MONDAY).days // 7


def monday(week: int) -> date:
    """First day of a week."""
    return EPOCH_MONDAY + timedelta(days=7 * int(week))


def sunday(week: int) -> date:
    """Last day of a week: a forecast made from it knows this day and nothing later."""
    return monday(week) + timedelta(days=6)


def days(weeks: int) -> str:
    """ "7 days"."""
    return f"{7 * weeks} days"


def window(days: ir.Table) -> DataWindow:
    """The data window. A week that the window holds only in part is no whole week."""
    row = days.agg(first=days.date.min(), last=days.date.max()).to_pyarrow().to_pylist()[0]
    first, last = row["first"], row["last"]
    return DataWindow(
        first, last, -(-(first - EPOCH_MONDAY).days // 7), ((last - EPOCH_MONDAY).days + 1) // 7 - 1
    )


def window_of(sums: ir.Table) -> DataWindow:
    """The same from `weekly_sums`."""
    days = sums.select(date=sums.first_day).union(sums.select(date=sums.last_day))
    return window(days)


def weekly(days: ir.Table, span: DataWindow) -> ir.Table:
    """`weekly_sums` of the whole weeks."""
    return whole_weeks(weekly_sums(days), span)


def whole_weeks(sums: ir.Table, span: DataWindow) -> ir.Table:
    """The rows of weeks that the data window holds as a whole."""
    return sums.filter(sums.week.between(span.first_week, span.last_week)).drop("first_day", "last_day")


def weekly_sums(days: ir.Table) -> ir.Table:
    """One row a profile and week with a recorded day.

    Columns: profile_id, week, days (recorded), posts, engagement, reach, impressions (sums; NULL where no day
    has a value), followers (the week's last), followers_most (its largest), first_day, last_day. Posts and
    engagement come from the same days: those on which both are known.
    """
    whole = days.mutate(week=week_number(days.date))
    both = whole.posts.notnull() & whole.engagement.notnull()
    # the largest of these numbers is the last known value: argmax by the day takes a third of all the time
    stamped = (whole.date.epoch_days().cast("int64") + DAY_ZERO) * MOST
    stamped += ibis.least(whole.followers.cast("int64"), MOST - 1)
    last = stamped.max(where=whole.followers.notnull()) % MOST
    return whole.group_by("profile_id", "week").agg(
        days=whole.count(),
        posts=whole.posts.cast("float64").sum(where=both),
        engagement=whole.engagement.cast("float64").sum(where=both),
        reach=whole.reach.cast("float64").sum(),
        impressions=whole.impressions.cast("float64").sum(),
        followers=last.cast("float64"),
        followers_most=whole.followers.max().cast("float64"),
        first_day=whole.date.min(),
        last_day=whole.date.max(),
    )


def mended(weeks: ir.Table) -> ir.Table:
    """Weeks whose followers fell by more than half, within the week or since the last row, lose the value.

    A lasting fall is believed a week later. Adds `fell` and `following` (the week of the next row), drops
    `followers_most`.
    """
    by = ibis.window(group_by="profile_id", order_by="week")
    before = weeks.mutate(__before=weeks.followers.lag(1).over(by), following=weeks.week.lead(1).over(by))
    fell = (before.followers < FALL * before.followers_most) | (before.followers < FALL * before["__before"])
    fell = fell.fill_null(False)
    return before.mutate(followers=fell.ifelse(ibis.null("float64"), before.followers), fell=fell).drop(
        "__before", "followers_most"
    )


def of_week(weeks: ir.Table, name: str, shift: int) -> ir.Value:
    """What column `name` has in the profile's week `shift` weeks on (back: below 0); NULL without such a row.

    The row lies at most as many rows away as weeks: neighbouring rows cost a sixth of windows by week number.
    """
    by = ibis.window(group_by="profile_id", order_by="week")

    def near(column: ir.Value, rows: int) -> ir.Value:
        return (column.lead(rows) if shift > 0 else column.lag(rows)).over(by)

    asked = weeks.week + shift
    rows = range(1, abs(shift) + 1)
    return ibis.cases(*((near(weeks.week, j) == asked, near(weeks[name], j)) for j in rows))


def partial_days(days: ir.Table, span: DataWindow) -> int:
    """Rows in weeks that the data window holds only in part: they count in no week."""
    week = week_number(days.date)
    outside = (week < span.first_week) | (week > span.last_week)
    return int(days.agg(n=days.count(where=outside)).to_pyarrow().to_pylist()[0]["n"])
