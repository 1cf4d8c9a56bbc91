"""All of the report in one go: lazily in the engine, then small in pandas."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.inference.pooling import shrink
from engagement_utils.posts import metrics
from engagement_utils.posts.analysis import Analysis, analyse
from engagement_utils.posts.reading import Posts
from engagement_utils.posts.settings import Settings
from engagement_utils.posts.windows import DAY_NAMES

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
POOLED = ("cells", "hour", "weekday", "week", "month", "format", "domain", "format_weekday")


@dataclass(frozen=True)
class Results:
    """What the report shows.

    Attributes:
        posts: the data, still in the engine, and what they do not hold.
        total: see `metrics.summary`.
        measures: see `metrics.all_measures`; means have low and high (t interval), shrunken, pooled_low and
            pooled_high (empirical Bayes).
        analysis: of at most `settings.analysis_posts` posts.
    """

    settings: Settings
    posts: Posts
    total: "pd.Series[float]"
    measures: Mapping[str, pd.DataFrame]
    analysis: Analysis

    @property
    def n(self) -> int:
        """Posts."""
        return int(self.total["n"])

    @property
    def sampled(self) -> bool:
        """Whether tests and models rest on a part of the posts."""
        return self.analysis.design.n < self.n

    @property
    def window(self) -> tuple[str, str]:
        """First and last day as ISO text; empty where the data have no dates."""
        days = (self.total["first"], self.total["last"])
        if any(pd.isna(d) for d in days):
            return "", ""
        return str(days[0])[:10], str(days[1])[:10]


def measure(posts: Posts, settings: Settings) -> Results:
    """Measure everything."""
    total = metrics.summary(posts.table)
    found = metrics.all_measures(posts.table, total)
    for name in POOLED:
        found[name] = pooled(metrics.with_intervals(found[name], settings.level), settings.level)
    return Results(
        settings,
        posts,
        total,
        found,
        analyse(metrics.sample(posts.table, settings.analysis_posts), settings),
    )


def pooled(frame: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """`frame` with shrunken, pooled_low, pooled_high, weight: see `inference.pooling.shrink`.

    The variance within groups is pooled over all of them, so that a single post has one too; without any
    spread within groups the columns are NaN.
    """
    n = frame["n"].to_numpy(dtype="float64")
    columns = ["shrunken", "pooled_low", "pooled_high", "weight"]
    within = float(np.nansum((n - 1) * frame["sd"].to_numpy() ** 2))
    if not within > 0:
        return frame.assign(**dict.fromkeys(columns, np.nan))
    variance = within / float(np.sum(n - 1))
    groups = shrink(frame["mean"].to_numpy(), variance / n, n, level=level)
    rows = [(g.value, g.low, g.high, g.weight) for g in groups]
    return frame.join(pd.DataFrame(rows, columns=columns, index=frame.index))


def week_label(monday: pd.Timestamp) -> str:
    """ISO year and week, such as "2025-W23"."""
    year, week, _ = pd.Timestamp(monday).isocalendar()
    return f"{year}-W{week:02d}"


def cell_table(r: Results) -> pd.DataFrame:
    """Every cell of the week (as far as the data know days and hours), empty ones included, for download."""
    if r.posts.has("hour", "weekday"):
        grid = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
        frame = r.measures["cells"].set_index(["weekday", "hour"]).reindex(grid).reset_index()
    else:
        by = "hour" if r.posts.has("hour") else "weekday"
        size = 24 if by == "hour" else 7
        frame = r.measures[by].set_index(by).reindex(pd.RangeIndex(size, name=by)).reset_index()
    if "weekday" in frame:
        frame["weekday"] = [DAY_NAMES[int(d)] for d in frame["weekday"]]
    frame["n"] = frame["n"].fillna(0).astype("int64")
    return frame.assign(enough=frame["n"] >= r.settings.cell_minimum)


def resonance_table(r: Results) -> pd.DataFrame:
    """One row an analysed post, highest resonance first: what it is, score, expected, resonance, in_sds."""
    model = r.analysis.resonance
    kept = ["post", "day", "hour", "weekday", "month", "format", "domain", "post_length", "score"]
    frame = r.analysis.design.posts[kept].copy()
    frame["weekday"] = [None if pd.isna(d) else DAY_NAMES[int(d)] for d in frame["weekday"]]
    frame["expected"] = model.expected.round(metrics.DECIMALS)
    frame["resonance"] = model.excess.round(metrics.DECIMALS)
    frame["in_sds"] = (model.excess / model.excess.std(ddof=1)).round(metrics.DECIMALS)
    used = [c for c in frame.columns if frame[c].notna().any()]
    return frame.sort_values("resonance", ascending=False, ignore_index=True, kind="stable")[used]
