"""Engagement of a ping by category, hashtag, creator and duration band, shrunk and tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.multiple import adjust
from engagement_utils.inference.permutation import several_groups, two_groups
from engagement_utils.inference.pooling import Shrunken, shrink_means
from engagement_utils.inference.samples import Floats
from engagement_utils.inference.verdict import Verdict, judge
from engagement_utils.pings.metrics import DECIMALS

NONE = "(none)"
MAX_GROUPS = 40
# grouping -> the column it reads, and what one of its groups is called
GROUPINGS: Mapping[str, str] = {
    "category": "category",
    "main_hashtag": "hashtag",
    "creator_id": "creator",
    "duration_band": "duration band",
}


@dataclass(frozen=True)
class Grouping:
    """The groups of one grouping, best first (duration bands from short to long).

    Attributes:
        by: the column; `word` is what a group is called.
        table: group, pings, mean engagement of a ping (raw), shrunken with low and high, weight (share of the
            shrunken value from the group's own pings), difference from all other pings, p_value (adjusted
            over all groups of all groupings), verdict.
        shrunken: one a group, in the table's order; empty where nothing varies.
        overall: whether the groups differ at all: eta squared with p-value, groups of two pings and more.
    """

    by: str
    word: str
    table: pd.DataFrame
    shrunken: tuple[Shrunken, ...]
    overall: Estimate

    @property
    def supported(self) -> pd.DataFrame:
        """The groups that differ from all other pings by more than chance."""
        return self.table[self.table["verdict"] == "supported"]


def duration_band(seconds: "pd.Series[float]", edges: Sequence[int]) -> pd.Series:
    """The band of each duration as an ordered category: "under 15 s", "15 to 29 s", ..., "45 s and over".

    A missing duration has the band "(none)".
    """
    edges = sorted(set(edges))
    if not edges:
        names = ["any duration"]
    else:
        between = [f"{a} to {b - 1} s" if b - a > 1 else f"{a} s" for a, b in pairwise(edges)]
        names = [f"under {edges[0]} s", *between, f"{edges[-1]} s and over"]
    codes = np.searchsorted(edges, seconds.fillna(0.0), side="right")
    bands = np.where(seconds.isna(), NONE, np.array(names, dtype=object)[codes])
    return pd.Series(pd.Categorical(bands, [*names, NONE], ordered=True), index=seconds.index)


def groupings(
    totals: pd.DataFrame,
    edges: Sequence[int],
    *,
    minimum_n: int = 5,
    level: float = 0.95,
    seed: int = 0,
) -> dict[str, Grouping]:
    """Compare the mean engagement of a ping between groups; the ping is the independent unit.

    Each group is tested against all other pings by permutation, where it has `minimum_n` pings and at least
    two others are left; all these p-values are adjusted together (Benjamini-Hochberg). A grouping of more
    than 40 groups is cut to the 40 with most pings.

    Args:
        totals: the collected `metrics.ping_totals`, pings without events included.
        edges: lower bounds in seconds of the duration bands after the first.
    """
    frame = totals.assign(duration_band=duration_band(totals["duration_sec"], edges))
    samples: dict[str, dict[str, Floats]] = {}
    tests: dict[tuple[str, str], Estimate] = {}
    for by in GROUPINGS:
        samples[by] = {}
        for name, inside in _members(frame, by):
            values = frame.loc[inside, "engagement_score"].to_numpy(dtype="float64")
            rest = frame.loc[~inside, "engagement_score"].to_numpy(dtype="float64")
            samples[by][name] = values
            tests[by, name] = _against_rest(values, rest, minimum_n, level, seed)
    adjusted = dict(zip(tests, adjust(list(tests.values())), strict=True))
    return {by: _grouping(by, samples[by], adjusted, minimum_n, level, seed) for by in GROUPINGS}


def _members(frame: pd.DataFrame, by: str) -> list[tuple[str, "pd.Series[bool]"]]:
    """Which pings each group has; ordered categories in their order, else the highest mean first."""
    column = frame[by]
    ordered = isinstance(column.dtype, pd.CategoricalDtype)
    if not ordered:
        column = column.astype(object).where(column.notna(), NONE)
    groups = frame.groupby(column, observed=True)["engagement_score"].agg(["size", "mean"])
    kept = groups.sort_values("size", ascending=False, kind="stable").head(MAX_GROUPS)
    if ordered:
        names = [name for name in column.cat.categories if name in kept.index]
    else:
        names = sorted(kept.index, key=lambda g: (-round(kept["mean"][g], DECIMALS), g))
    return [(str(name), column == name) for name in names]


def _against_rest(values: Floats, rest: Floats, minimum_n: int, level: float, seed: int) -> Estimate:
    difference = float(values.mean() - rest.mean()) if rest.size else float("nan")
    if values.size < max(2, minimum_n) or rest.size < 2:
        return Estimate(difference, None, None, values.size, level, None, "too few pings for a test")
    return two_groups(values, rest, level=level, seed=seed)


def _grouping(
    by: str,
    samples: Mapping[str, Floats],
    tests: Mapping[tuple[str, str], Estimate],
    minimum_n: int,
    level: float,
    seed: int,
) -> Grouping:
    varied = any(v.size > 1 and np.ptp(v) > 0 for v in samples.values())
    shrunken = tuple(shrink_means(list(samples.values()), level=level)) if varied else ()
    rows = []
    for i, (name, values) in enumerate(samples.items()):
        test = tests[by, name]
        verdict: Verdict = judge(test, minimum_n=minimum_n)
        s = shrunken[i] if shrunken else None
        pooled = (s.value, s.low, s.high, s.weight) if s else (values.mean(), None, None, None)
        rows.append((name, values.size, values.mean(), *pooled, test.value, test.p_value, verdict))
    columns = [
        "group",
        "pings",
        "raw",
        "shrunken",
        "low",
        "high",
        "weight",
        "difference",
        "p_value",
        "verdict",
    ]
    # a group of one has no spread of its own to be compared by
    overall = several_groups([v for v in samples.values() if v.size > 1], seed=seed)
    return Grouping(by, GROUPINGS[by], pd.DataFrame(rows, columns=columns), shrunken, overall)
