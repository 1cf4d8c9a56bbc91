"""How sparse the data are: recorded days by stratum, what is missing, and what weeks do to sparsity."""

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.profiles.schema import COUNTS
from engagement_utils.profiles.weekly import DataWindow

# the published strata of recorded days in a year
LAYERS = ("under 50", "50 to 99", "100 to 199", "200 to 299", "300 to 365", "every day")
_LAYER_EDGES = (50, 100, 200, 300)


@dataclass(frozen=True)
class Exploration:
    """What the data look like before anything is modelled.

    Attributes:
        recorded: profile_id, days, days_year (in the last 365 days of the window), first, last, followers
            (last known), missing_<column> (rows), stratum_followers; one row a profile.
        layers: layer, profiles: recorded days of the window's last 365 days, the published strata.
        under_50: share of the profiles recorded in that year that have fewer than 50 days.
        missing: column, rows (missing), share.
        patterns: pattern, profiles, share: of followers over a profile's rows.
        sparsity: stratum, profiles, days (share of days with a record between a profile's first and last),
            weeks (the same for weeks), posts_weeks (weeks with posts); strata of recorded days.
        followers: stratum, profiles, per_post (median engagement per post).
        rows, gaps: recorded days; times a profile has no record for a whole week or longer.
        partial: recorded days in weeks that the data window holds only in part.
        fell: profile-weeks whose followers fell by more than half, and are taken for errors.
    """

    recorded: pd.DataFrame
    layers: pd.DataFrame
    under_50: Estimate
    missing: pd.DataFrame
    patterns: pd.DataFrame
    sparsity: pd.DataFrame
    followers: pd.DataFrame
    rows: int
    gaps: int
    partial: int
    fell: int


def recorded_days(days: ir.Table, span: DataWindow) -> ir.Table:
    """One row a profile: days, days_year, first and last day, missing values, last known followers."""
    year = days.date > ibis.literal(span.last) - ibis.interval(days=365)
    return days.group_by("profile_id").agg(
        days=days.count(),
        days_year=days.count(where=year),
        first=days.date.min(),
        last=days.date.max(),
        followers=days.followers.argmax(days.date, where=days.followers.notnull()).cast("float64"),
        **{f"missing_{c}": days.count(where=days[c].isnull()) for c in COUNTS},
    )


def week_counts(weeks: ir.Table) -> ir.Table:
    """One row a profile: weeks with a record, with posts, gaps of a week or longer, falls, engagement a
    post.
    """
    by = ibis.window(group_by="profile_id", order_by="week")
    stepped = weeks.mutate(step=weeks.week - weeks.week.lag(1).over(by))
    return stepped.group_by("profile_id").agg(
        weeks=stepped.count(),
        posts_weeks=stepped.count(where=stepped.posts > 0),
        gaps=stepped.count(where=stepped.step > 1),
        fell=stepped.count(where=stepped.fell),
        first_week=stepped.week.min(),
        last_week=stepped.week.max(),
        per_post=stepped.engagement.sum() / stepped.posts.sum().nullif(0.0),
    )


def explore(days: ir.Table, weeks: ir.Table, span: DataWindow, partial: int, *, level: float) -> Exploration:
    """Explore checked days (`read_tables`) and mended weeks (`weekly.mended`)."""
    recorded = recorded_days(days, span).to_pandas().sort_values("profile_id", ignore_index=True)
    counted = week_counts(weeks).to_pandas()
    both = recorded.merge(counted, on="profile_id", how="left")
    both["stratum_followers"] = followers_stratum(both["followers"])
    for name in ("first", "last"):
        both[name] = pd.to_datetime(both[name])
    rows = int(both["days"].sum())
    active = both[both["days_year"] > 0]
    missing = pd.DataFrame(
        [(c, int(both[f"missing_{c}"].sum()), both[f"missing_{c}"].sum() / rows) for c in COUNTS],
        columns=["column", "rows", "share"],
    )
    return Exploration(
        recorded=both,
        layers=_layers(active),
        under_50=proportion(int((active["days_year"] < 50).sum()), len(active), level=level),
        missing=missing,
        patterns=_patterns(both),
        sparsity=_sparsity(both),
        followers=both.groupby("stratum_followers", observed=True)
        .agg(profiles=("profile_id", "size"), per_post=("per_post", "median"), days=("days", "median"))
        .reset_index()
        .rename(columns={"stratum_followers": "stratum"})
        .astype({"stratum": str}),
        rows=rows,
        gaps=int(both["gaps"].fillna(0).sum()),
        partial=partial,
        fell=int(both["fell"].fillna(0).sum()),
    )


def _layer(days: "pd.Series[int]") -> pd.Categorical:
    code = np.searchsorted(_LAYER_EDGES, days.to_numpy(), side="right") + (days.to_numpy() >= 365)
    return pd.Categorical(np.array(LAYERS)[code], categories=list(LAYERS), ordered=True)


def _layers(active: pd.DataFrame) -> pd.DataFrame:
    counts = pd.Series(_layer(active["days_year"])).value_counts(sort=False)
    return pd.DataFrame({"layer": list(LAYERS), "profiles": counts.reindex(LAYERS, fill_value=0).to_numpy()})


def _patterns(both: pd.DataFrame) -> pd.DataFrame:
    share = both["missing_followers"] / both["days"]
    kinds = {
        "followers in every row": share == 0,
        "followers in some rows": (share > 0) & (share < 1),
        "followers in no row": share == 1,
    }
    rows = [(name, int(mask.sum()), float(mask.mean())) for name, mask in kinds.items()]
    return pd.DataFrame(rows, columns=["pattern", "profiles", "share"])


def _sparsity(both: pd.DataFrame) -> pd.DataFrame:
    """Shares between a profile's own first and last record: of days, of weeks, of weeks with posts."""
    known = both[both["weeks"] > 0].copy()
    known["span_days"] = (known["last"] - known["first"]).dt.days + 1
    known["span_weeks"] = known["last_week"] - known["first_week"] + 1
    known["layer"] = _layer(known["days_year"])
    rows = []
    for layer, part in known.groupby("layer", observed=True):
        days, weeks = part["span_days"].sum(), part["span_weeks"].sum()
        rows.append(
            (
                str(layer),
                len(part),
                part["days"].sum() / days,
                part["weeks"].sum() / weeks,
                part["posts_weeks"].sum() / weeks,
            )
        )
    return pd.DataFrame(rows, columns=["stratum", "profiles", "days", "weeks", "posts_weeks"])


UNKNOWN = "unknown"
FOLLOWERS = ("<1K", "1K-10K", "10K-100K", "100K-1M", ">1M")
_FOLLOWER_EDGES = (1e3, 1e4, 1e5, 1e6)
DENSITY = ("under 50 days", "50 to 99", "100 to 199", "200 to 299", "300 and more")
_DENSITY_EDGES = (50, 100, 200, 300)
STRATA: Mapping[str, tuple[str, ...]] = {"followers": (*FOLLOWERS, UNKNOWN), "density": DENSITY}


def followers_stratum(followers: "pd.Series[float]") -> pd.Categorical:
    """The published strata, by the last known number; "unknown" where none is known."""
    numbers = followers.to_numpy(dtype=float)
    code = np.searchsorted(_FOLLOWER_EDGES, np.nan_to_num(numbers), side="right")
    code = np.where(np.isfinite(numbers), code, len(FOLLOWERS))
    names = [*FOLLOWERS, UNKNOWN]
    return pd.Categorical(np.array(names)[code], categories=names, ordered=True)


def density_stratum(days: "pd.Series[float]") -> pd.Categorical:
    """By recorded days in the last 52 weeks."""
    code = np.searchsorted(_DENSITY_EDGES, days.to_numpy(dtype=float), side="right")
    return pd.Categorical(np.array(DENSITY)[code], categories=list(DENSITY), ordered=True)


def with_strata(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds `stratum_followers` and `stratum_density` to rows of `features`."""
    return frame.assign(
        stratum_followers=followers_stratum(np.expm1(frame["followers"])),
        stratum_density=density_stratum(frame["days_52"]),
    )
