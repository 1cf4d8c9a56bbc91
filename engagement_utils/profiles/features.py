"""What is known of a profile at the end of a week, and what came 1 to 4 weeks later: Ibis expressions.

Every feature looks back from its own week by calendar weeks (a row so many places back counts only where its
week's number is the one asked for), so nothing of a later day can enter: a test moves the future and sees
that no feature moves.
Engagement per post y enters as z = log(1 + y).
"""

import ibis
import ibis.expr.types as ir
import numpy as np

from engagement_utils.profiles.weekly import DataWindow, of_week
from engagement_utils.tables.functions import last_known

HORIZONS = (1, 2, 3, 4)  # weeks: 7, 14, 21, 28 days
LAGS = (0, 1, 2, 3, 4)
HALF_LIFE = 8  # weeks, of the weighted mean and variance; the scale-free target is measured from this mean
MAX_STALE = 4  # weeks without a recorded day after which no forecast is learned or made by the model
TRAILING = 4  # weeks: 28 days
YEAR = 365.25 / 7  # weeks
NO_SPREAD = 1e-9  # a variance below it is what rounding leaves of 0

# scale-free features: differences of z, counts and ages; in the order in which models take them
FEATURES: tuple[str, ...] = (
    *(f"lag_{k}" for k in LAGS),
    "last",
    "trailing",
    "level",
    "trend",
    "spread",
    "weight",
    "recency",
    "posts_4",
    *(f"shown_{k}" for k in LAGS[:4]),
    "followers",
    "rate",
    "season_sin",
    "season_cos",
)
BESIDE = ("values", "days_52")  # known beside the features: they flag and group rows
SUMMED = ("all_posts", "all_engagement")  # over the trailing weeks
NAIVE = ("last", "trailing", "seasonal")
KEYS = ("profile_id", "week")


def with_stale(weeks: ir.Table, span: DataWindow) -> ir.Table:
    """A row also for up to `MAX_STALE` weeks after a recorded one in which nothing was recorded.

    In these `days` is 0 and the rest NULL: a forecast can be asked for in a week without data.
    """
    following = weeks.following.fill_null(span.last_week + 1)
    spare = ibis.least(following - weeks.week, MAX_STALE + 1).cast("int64")
    stretched = weeks.mutate(__steps=ibis.range(0, spare)).unnest("__steps")
    fresh = stretched["__steps"] == 0
    kept: dict[str, ir.Value] = {
        name: fresh.ifelse(stretched[name], ibis.null(stretched[name].type()))
        for name in ("posts", "engagement", "reach", "impressions", "followers")
    }
    return stretched.select(
        "profile_id",
        week=(stretched.week + stretched["__steps"]).cast("int32"),
        days=fresh.ifelse(stretched.days, 0),
        **kept,
    )


def values(rows: ir.Table) -> ir.Table:
    """Adds y (engagement per post; NULL without posts), z, shown; posts and engagement with 0 for NULL."""
    y = (rows.posts > 0).ifelse(rows.engagement / rows.posts.nullif(0.0), ibis.null("float64"))
    with_y = rows.mutate(y=y, followers=(rows.followers + 1.0).ln())
    ratio = (with_y.impressions + 1.0) / (with_y.reach + 1.0)
    return with_y.mutate(
        z=(with_y.y + 1.0).ln(),
        shown=ratio.ln(),
        **{f"all_{n}": with_y[n].fill_null(0) for n in ("posts", "engagement")},
    )


def features(weeks: ir.Table, span: DataWindow) -> ir.Table:
    """One row a profile and week of origin, features, naive forecasts and targets.

    Args:
        weeks: from `weekly.mended`.

    Returns:
        profile_id, week; `FEATURES`; `BESIDE`; anchor (z); naive_last, naive_trailing, naive_seasonal_1 to _4
        and target_1 to _4 as z, NULL where unknown. Rows before a profile's first value, and those more than
        `MAX_STALE` weeks after its last recorded day, are left out.
    """
    return told(measured(weeks, span))


def measured(weeks: ir.Table, span: DataWindow) -> ir.Table:
    """What of `features` takes more than arithmetic within a row, in as few bytes: to be kept, if anything.

    Returns:
        profile_id, week; z and shown of this week and those before; last and trailing z, the weighted and the
        plain mean of z, its spread; weight, counts, recency, followers; targets.
    """
    rows = values(with_stale(weeks, span))
    at = (rows.week - span.first_week).cast("float64")
    rows = rows.mutate(growth=ibis.literal(2.0).pow(at / float(HALF_LIFE)))
    summed = rows.mutate(**_windowed(rows))
    known = summed.filter(summed.zcount > 0)
    return known.select(*KEYS, **_compact(known))


def _windowed(t: ir.Table) -> dict[str, ir.Value]:
    """Sums and values over windows, all in one pass over the sorted rows."""
    everything = ibis.cumulative_window(group_by="profile_id", order_by="week")
    year = ibis.range_window(preceding=51, following=0, group_by="profile_id", order_by="week")
    has = t.z.notnull()
    week_of_value = has.ifelse(t.week, ibis.null("int32"))
    weight = has.ifelse(t.growth, ibis.null("float64"))
    found: dict[str, ir.Value] = {
        "zcount": t.z.count().over(everything),
        "zsum": t.z.sum().over(everything),
        "zlast": last_known(t.z).over(everything),
        "wlast": last_known(week_of_value).over(everything),
        "flast": last_known(t.followers).over(everything),
        "days_364": t.days.sum().over(year),
        "w": weight.sum().over(everything),
        "s": (t.growth * t.z).sum().over(everything),
        "q": (t.growth * t.z * t.z).sum().over(everything),
    }
    return found | _neighbours(t)


def _neighbours(t: ir.Table) -> dict[str, ir.Value]:
    """Values of the calendar weeks up to four back and four ahead.

    Ahead as `of_week` finds them. Back it takes one row each: rows up to four weeks after a recorded one are
    there (`with_stale`), so the row k back is week - k or that week has no row.
    """
    by = ibis.window(group_by="profile_id", order_by="week")
    found: dict[str, ir.Value] = {}
    for k in LAGS[1:]:
        same = t.week.lag(k).over(by) == t.week - k
        names = ["z", *(("shown",) if k < TRAILING else ())]
        found |= {f"{n}_{k}": same.ifelse(t[n].lag(k).over(by), ibis.null(t[n].type())) for n in names}
        # for sums: 0 here costs a fraction of filling NULL afterwards
        found |= {f"{n}_{k}": same.ifelse(t[n].lag(k).over(by), 0) for n in SUMMED if k < TRAILING}
    return found | {f"target_{h}": of_week(t, "z", h) for h in HORIZONS}


def _compact(t: ir.Table) -> dict[str, ir.Value]:
    """The columns of `measured`: floats where they are measures, two bytes where they count weeks or days."""
    posts, engagement = (sum((t[f"{name}_{k}"] for k in LAGS[1:TRAILING]), t[name]) for name in SUMMED)
    trailing = (posts > 0).ifelse(engagement / posts.nullif(0.0), ibis.null("float64"))
    mean = t.s / t.w.nullif(0.0)
    variance = t.q / t.w.nullif(0.0) - mean * mean
    short = {"zcount": t.zcount, "recency": t.week - t.wlast, "days_364": t.days_364}
    return {
        "z_0": t.z,
        **{f"z_{k}": t[f"z_{k}"] for k in LAGS[1:]},
        "zlast": t.zlast,
        "ztrailing": (trailing + 1.0).ln().fill_null(t.zlast),
        "weighted_mean": mean,
        "mean": t.zsum / t.zcount,
        "spread": (variance > NO_SPREAD).ifelse(ibis.greatest(variance, 0.0).sqrt(), 0.0),
        "weight": t.w / t.growth,
        "posts_28": posts,
        "shown_0": t.shown,
        **{f"shown_{k}": t[f"shown_{k}"] for k in LAGS[1:TRAILING]},
        "flast": t.flast,
        **{f"target_{h}": t[f"target_{h}"] for h in HORIZONS},
        **{name: value.cast("int16") for name, value in short.items()},
    }


def told(t: ir.Table) -> ir.Table:
    """`features` from `measured`: every feature measured from the anchor, in weeks, or in counts."""
    anchor = t.weighted_mean
    two_pi = 2 * np.pi
    out: dict[str, ir.Value] = {f"lag_{k}": t[f"z_{k}"] - anchor for k in LAGS}
    out |= {"last": t.zlast - anchor, "trailing": t.ztrailing - anchor}
    out |= {
        "level": anchor,
        "trend": anchor - t["mean"],
        "spread": t.spread,
        "weight": t.weight,
        "values": t.zcount,
        "recency": t.recency,
        "days_52": t.days_364,
        "posts_4": (t.posts_28 + 1.0).ln(),
        **{f"shown_{k}": t[f"shown_{k}"] for k in LAGS[:TRAILING]},
        "followers": t.flast,
        "rate": anchor - t.flast,
        "season_sin": (two_pi * t.week.cast("float64") / YEAR).sin(),
        "season_cos": (two_pi * t.week.cast("float64") / YEAR).cos(),
        "anchor": anchor,
        "naive_last": t.zlast,
        "naive_trailing": t.ztrailing,
        # four weeks before the target week: the week of the month before
        **{f"naive_seasonal_{h}": t[f"z_{TRAILING - h}"].fill_null(t.zlast) for h in HORIZONS},
        **{f"target_{h}": t[f"target_{h}"] for h in HORIZONS},
    }
    return t.select(*KEYS, *(value.cast("float64").name(name) for name, value in out.items()))
