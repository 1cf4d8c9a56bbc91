"""The measures of posts as Ibis expressions, collected small: a row a group or a bin, never a row a post.

`Measures` is what all questions of the report share: lazily in the engine, then small in pandas.
"""

from collections.abc import Mapping
from functools import cached_property, reduce
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from engagement_utils.inference.pooling import shrink
from engagement_utils.posts.factors import Design
from engagement_utils.posts.reading import read
from engagement_utils.posts.resonance import Resonance, resonance
from engagement_utils.posts.settings import Settings
from engagement_utils.posts.timing import Timing, timing
from engagement_utils.tables.collecting import DECIMALS, collect

POOLED = ("cells", "hour", "weekday", "week", "month", "format", "domain", "format_weekday")
# bins of the scores, of their density by format, of the lengths, and of both where posts are many
HISTOGRAM, DENSITY, LENGTHS, GRID = 20, 200, 5, 30
QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}


@ibis.udf.scalar.builtin(signature=(("string",), "string"))
def md5(text: Any) -> Any:
    """PostgreSQL and Spark: the digest, in hexadecimal digits."""


def summary(posts: ir.Table) -> "pd.Series[float]":
    """n, mean, sd, quantiles, smallest and largest score; first and last day; shortest and longest post."""
    s = posts.score
    row = posts.agg(
        n=posts.count(),
        mean=s.mean(),
        sd=s.std(how="sample"),
        low=s.min(),
        high=s.max(),
        quantiles=s.quantile(list(QUANTILES.values())),
        first=posts.day.min(),
        last=posts.day.max(),
        shortest=posts.post_length.min(),
        longest=posts.post_length.max(),
        median_length=posts.post_length.quantile(0.5),
    )
    return _unpacked(collect(row)).iloc[0]


def grouped(posts: ir.Table, *by: str, spread: bool = False) -> pd.DataFrame:
    """One row a group without missing keys: the keys, n, mean, sd (n - 1; NaN for one post).

    `spread` adds the smallest and largest score and `QUANTILES` (linear interpolation).
    """
    known = posts.filter(*(posts[k].notnull() for k in by))
    s = known.score
    more: dict[str, ir.Value] = {}
    if spread:
        more = {"quantiles": s.quantile(list(QUANTILES.values())), "low": s.min(), "high": s.max()}
    frame = collect(
        known.group_by(*by).agg(n=known.count(), mean=s.mean(), sd=s.std(how="sample"), **more), by=by
    )
    return _unpacked(frame).astype({"n": "int64", "sd": "float64"})


def _unpacked(frame: pd.DataFrame) -> pd.DataFrame:
    """The list of quantiles, which costs the engine one pass, as columns."""
    if "quantiles" not in frame:
        return frame
    values = (
        np.array(frame["quantiles"].tolist(), dtype="float64").reshape(-1, len(QUANTILES)).round(DECIMALS)
    )
    more = pd.DataFrame(values, columns=list(QUANTILES), index=frame.index)
    return frame.drop(columns="quantiles").join(more)


def with_intervals(frame: pd.DataFrame, level: float) -> pd.DataFrame:
    """`frame` with low and high: Student's t interval of each group's mean; NaN below two posts."""
    n = frame["n"].to_numpy(dtype="float64")
    half = stats.t.ppf((1 + level) / 2, np.maximum(n - 1, 1)) * frame["sd"].to_numpy() / np.sqrt(n)
    half = np.where(n > 1, half, np.nan)
    return frame.assign(low=frame["mean"] - half, high=frame["mean"] + half)


def pooled(frame: pd.DataFrame, level: float) -> pd.DataFrame:
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


def edges(low: float, high: float, bins: int) -> NDArray[np.float64]:
    """Even edges, `bins` + 1 of them, from `low` to `high`."""
    return np.linspace(low, high if high > low else low + 1, bins + 1)


def score_edges(total: "pd.Series[float]", bins: int) -> NDArray[np.float64]:
    """Even edges from the smallest to the largest score of a `summary`."""
    return edges(float(total.low), float(total.high), bins)


def length_edges(total: "pd.Series[float]", bins: int) -> NDArray[np.float64]:
    """Even edges from the shortest to the longest post of a `summary`."""
    return edges(float(total.shortest), float(total.longest), bins)


def bin_of(value: ir.NumericValue, at: NDArray[np.float64]) -> ir.IntegerValue:
    """Number of the bin of even edges, from 0; the last bin is closed."""
    width = float(at[1] - at[0])
    place = ((value.cast("float64") - float(at[0])) / width).floor().cast("int64")
    return place.clip(lower=0, upper=len(at) - 2)


def histogram(posts: ir.Table, at: NDArray[np.float64], *by: str) -> pd.DataFrame:
    """Scores by bin: the keys, bin, n; bins without posts have no row."""
    known = posts.filter(*(posts[k].notnull() for k in by)) if by else posts
    binned = known.select(*by, bin=bin_of(known.score, at))
    return collect(binned.group_by(*by, "bin").agg(n=binned.count()), by=[*by, "bin"])


def by_length(
    posts: ir.Table, at: NDArray[np.float64], scores: NDArray[np.float64] | None = None
) -> pd.DataFrame:
    """Posts by domain and bin of length: domain, bin, n, mean, sd, mean_length.

    With edges of `scores`, counts alone by length bin and score bin: domain, bin, score_bin, n.
    """
    known = posts.filter(posts.domain.notnull(), posts.post_length.notnull())
    binned = known.mutate(bin=bin_of(known.post_length, at))
    if scores is not None:
        cells = binned.mutate(score_bin=bin_of(binned.score, scores))
        keys = ["domain", "bin", "score_bin"]
        return collect(cells.group_by(*keys).agg(n=cells.count()), by=keys)
    frame = collect(
        binned.group_by("domain", "bin").agg(
            n=binned.count(),
            mean=binned.score.mean(),
            sd=binned.score.std(how="sample"),
            mean_length=binned.post_length.mean(),
        ),
        by=["domain", "bin"],
    )
    return frame.astype({"sd": "float64"})


def density(counts: NDArray[np.float64], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Kernel density at the bins' middles from binned counts, summing to 1 over the bins' widths.

    Gaussian kernel, Silverman's bandwidth 0.9 min(sd, IQR / 1.34) n^(-1/5) (1986, section 3.4.2), on the
    binned counts (Wand 1994, J. Computational and Graphical Statistics 3:433-445).
    """
    middle = (at[:-1] + at[1:]) / 2
    n = counts.sum()
    mean = np.average(middle, weights=counts)
    sd = float(np.sqrt(np.average((middle - mean) ** 2, weights=counts)))
    low, high = np.interp([0.25, 0.75], np.cumsum(counts) / n, middle)
    spread = min(s for s in (sd, (high - low) / 1.34) if s > 0) if sd > 0 else 0.0
    width = max(0.9 * spread * n**-0.2, float(at[1] - at[0]))
    kernel = stats.norm.pdf(middle[:, None], middle[None, :], width)
    return kernel @ counts / n


def sample(posts: ir.Table, limit: int) -> pd.DataFrame:
    """At most `limit` posts with all columns, sorted by them; more are drawn by a hash of what they hold.

    The draw depends on the posts alone, so that two runs take the same.
    """
    frame = posts.to_pandas() if int(posts.count().to_pandas()) <= limit else _drawn(posts, limit)
    frame["score"] = frame["score"].round(DECIMALS)
    order = ["day", "weekday", "hour", "month", "format", "domain", "post_length", "score", "post"]
    return frame.sort_values(order, ignore_index=True, kind="stable")


def _drawn(posts: ir.Table, limit: int) -> pd.DataFrame:
    if posts.get_backend().name == "duckdb":
        key: ir.Value = ibis.struct({c: posts[c] for c in posts.columns}).hash()
    else:
        words = [posts[c].cast("string").fill_null("") for c in posts.columns]
        key = md5(reduce(lambda text, word: text + "|" + word, words))
    keyed = posts.mutate(__key=key)
    return keyed.order_by("__key", "score").limit(limit).drop("__key").to_pandas()


def all_measures(posts: ir.Table, total: "pd.Series[float]") -> dict[str, pd.DataFrame]:
    """Every measure that a figure or table needs, by name; those without their columns are empty.

    `total` is the posts' `summary`, which gives the bins their edges.
    """
    found = {
        "cells": grouped(posts, "weekday", "hour"),
        "hour": grouped(posts, "hour"),
        "weekday": grouped(posts, "weekday"),
        "week": grouped(posts, "week"),
        "month": grouped(posts, "month"),
        "format": grouped(posts, "format", spread=True),
        "domain": grouped(posts, "domain"),
        "format_weekday": grouped(posts, "format", "weekday"),
        "histogram": histogram(posts, score_edges(total, HISTOGRAM)),
        "density": histogram(posts, score_edges(total, DENSITY), "format"),
    }
    if not pd.isna(total.shortest):
        found["length"] = by_length(posts, length_edges(total, LENGTHS))
        found["length_cells"] = by_length(posts, length_edges(total, GRID), score_edges(total, GRID))
    return found


class Measures:
    """What the questions share; tests and models rest on at most `analysis_posts` posts.

    Args:
        tables: posts, checked: what `tables.reading.read_named` gives.

    Attributes:
        posts: the data, still in the engine, and what they do not hold.
        total: see `summary`.

    Raises:
        TableError: fewer than ten posts, or all scores are equal.
    """

    def __init__(self, tables: Mapping[str, ir.Table], settings: Settings) -> None:
        self.settings = settings
        self.posts = read(tables["posts"], settings)
        self.total = summary(self.posts.table)

    @cached_property
    def by(self) -> Mapping[str, pd.DataFrame]:
        """See `all_measures`; means have low and high (t interval), and are partially pooled."""
        found = all_measures(self.posts.table, self.total)
        level = self.settings.level
        return found | {name: pooled(with_intervals(found[name], level), level) for name in POOLED}

    @cached_property
    def design(self) -> Design:
        """The posts that tests and models rest on."""
        return Design.of(sample(self.posts.table, self.settings.analysis_posts), self.settings)

    @cached_property
    def resonance(self) -> Resonance:
        """What each post is expected to score, and what its factors explain."""
        return resonance(self.design)

    @cached_property
    def timing(self) -> Timing:
        """What time does to the score."""
        return timing(self.design)

    @property
    def n(self) -> int:
        """Posts."""
        return int(self.total["n"])
