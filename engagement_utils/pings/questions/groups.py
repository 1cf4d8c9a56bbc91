"""Does a ping get more engagement by its category, hashtag, creator or duration?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.permutation import several_groups, two_groups
from engagement_utils.inference.pooling import Shrunken, shrink_means
from engagement_utils.inference.samples import Floats
from engagement_utils.pings.measures import Measures
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Judged, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import (
    count,
    interval,
    join_words,
    number,
    p_value,
    percent,
    plural_of,
    tested,
)
from engagement_utils.tables.collecting import DECIMALS

NONE = "(none)"
MAX_GROUPS = 40
# grouping -> what one of its groups is called
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
        samples: engagement of every ping, by group; differences: each group less all other pings.
        shrunken: means pulled towards the mean of all, by group; none where nothing varies.
        overall: whether the groups differ at all: eta squared with p-value, groups of two pings and more.
    """

    by: str
    word: str
    samples: Mapping[str, Floats]
    differences: Mapping[str, Estimate]
    shrunken: Mapping[str, Shrunken]
    overall: Estimate


class Groups(Question[Measures]):
    """Does a ping get more engagement by its category, hashtag, creator or duration?"""

    topic = "groups"
    unit = "ping"

    @cached_property
    def groupings(self) -> Mapping[str, Grouping]:
        """Every grouping by its column. Each group is compared with all other pings by permutation, where it
        has `group_minimum` pings and two others are left; of more than 40 groups the 40 largest are.
        """
        m, s = self.measures, self.measures.settings
        bands = duration_band(m.totals["duration_sec"], s.duration_bands)
        frame = m.totals.assign(duration_band=bands)
        return {by: self._grouping(frame, by) for by in GROUPINGS}

    def _grouping(self, frame: pd.DataFrame, by: str) -> Grouping:
        s = self.measures.settings
        samples, differences = {}, {}
        for name, inside in _members(frame, by):
            values, rest = (
                frame.loc[which, "engagement_score"].to_numpy(dtype="float64") for which in (inside, ~inside)
            )
            samples[name] = values
            differences[name] = _against_rest(values, rest, s.group_minimum, self.level, s.seed)
        varied = any(v.size > 1 and np.ptp(v) > 0 for v in samples.values())
        shrunken = shrink_means(list(samples.values()), level=self.level) if varied else ()
        # a group of one has no spread of its own to be compared by
        overall = several_groups([v for v in samples.values() if v.size > 1], seed=s.seed)
        by_name = dict(zip(samples, shrunken, strict=False))
        return Grouping(by, GROUPINGS[by], samples, differences, by_name, overall)

    def evidence(self) -> Mapping[str, Evidence]:
        """Eta squared of each grouping by permutation, and behind it each group against all other pings."""
        minimum = self.measures.settings.group_minimum
        return {
            f"groups_{by}": Evidence(
                g.overall,
                0.0,
                undecidable=not g.shrunken,
                behind={n: Evidence(e, 0.0, minimum_n=minimum) for n, e in g.differences.items()},
            )
            for by, g in self.groupings.items()
        }

    def table_of(self, g: Grouping) -> pd.DataFrame:
        """A row a group: group, pings, raw (mean engagement of a ping), shrunken with low and high, weight
        (share of the shrunken value from the group's own pings), difference from all other pings, p_value
        (adjusted), verdict.
        """
        rows = []
        behind = self.judged(f"groups_{g.by}").behind
        for name, values in g.samples.items():
            s, j = g.shrunken.get(name), behind[name]
            pooled = (s.value, s.low, s.high, s.weight) if s else (values.mean(), None, None, None)
            e = j.estimate
            rows.append((name, values.size, values.mean(), *pooled, e.value, e.p_value, j.verdict))
        names = [
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
        return pd.DataFrame(rows, columns=names)

    def say(self) -> Mapping[str, Answer]:
        """All groupings in one sentence, and a sentence a grouping."""
        return {"groups": self._all(), **{f"groups_{by}": self._one(g) for by, g in self.groupings.items()}}

    def _all(self) -> Answer:
        judged = {by: self.judged(f"groups_{by}") for by in self.groupings}
        told = [by for by, j in judged.items() if j.supported]
        others = [self.groupings[by].word for by, j in judged.items() if j.chance]
        by = min(judged, key=lambda b: _clearest(judged[b]))
        p, topic, best = p_value(judged[by].estimate.p_value), f"groups_{by}", self.groupings[by]
        if told:
            rest = f"; no {join_words(others, 'or')} stands out" if others else ""
            heading = f"{join_words([self.groupings[b].word for b in told])} tell pings apart".capitalize()
            heading = heading if len(told) > 1 else f"Engagement of a ping differs by {best.word}"
            text = f"Engagement of a ping differs by {best.word} (adjusted {p}): {_extremes(best)}{rest}."
            return Answer(heading, text, rests_on=topic)
        pings = count(len(self.measures.totals), "ping")
        if others:
            names = join_words(others, "or")
            text = f"Pings do not differ by {names} beyond chance (smallest adjusted {p}, {pings})."
            return Answer(f"No {names} stands out", text, rests_on=topic)
        text = f"{pings} are too few to compare groups of them."
        return Answer("Too few pings to compare groups", text, rests_on=topic)

    def _one(self, g: Grouping) -> Answer:
        j, many = self.judged(f"groups_{g.by}"), plural_of(g.word)
        if j.too_little:
            pings = count(len(self.measures.totals), "ping")
            text = f"{pings} in {count(len(g.samples), g.word)} are too few to compare {many} by."
            return Answer(f"Too few pings to compare {many}", text)
        if j.supported:
            text = (
                f"Engagement differs by {g.word}, which explains {percent(j.estimate.value)} of its variance "
                f"between pings{tested(j.estimate)}; after shrinkage, {_extremes(g)}."
            )
            leads = max(g.shrunken, key=lambda name: g.shrunken[name].value)
            return Answer(f"Engagement differs by {g.word}: {leads} leads", text)
        text = (
            f"{many[0].upper()}{many[1:]} do not differ by more than chance{tested(j.estimate)}; "
            f"after shrinkage, {_extremes(g)}."
        )
        return Answer(f"No {g.word} stands out", text)

    def show(self) -> Iterable[Output]:
        """A finding and a figure a grouping, then the tables."""
        for by, g in self.groupings.items():
            yield self.finding(f"groups_{by}")
            if g.shrunken:
                yield self.figure(g)
        yield from (self.table(g) for g in self.groupings.values())

    def action(self) -> Action | None:
        """To try more, or fewer, pings of the group that differs most clearly."""
        for by, g in self.groupings.items():
            table = self.table_of(g)
            told = table[table["verdict"] == "supported"]
            better = told[told["difference"] > 0].sort_values("shrunken", ascending=False, kind="stable")
            worse = told[told["difference"] < 0].sort_values("shrunken", kind="stable")
            if not self.judged(f"groups_{by}").supported or told.empty:
                continue
            row, verb = (better.iloc[0], "Try more") if len(better) else (worse.iloc[0], "Try fewer")
            mean = float(self.measures.totals["engagement_score"].mean())
            text = f"{verb} pings of the {g.word} {row['group']}, and compare them at equal exposure."
            gain = (
                f"Such a ping scores {number(row['shrunken'], 1)} points "
                f"({interval(row['low'], row['high'], 1)}), against {number(mean, 1)} on average."
            )
            return Action(text, f"groups_{by}", gain)
        return None

    def figure(self, g: Grouping) -> Figure:
        """Mean engagement of a ping by group: shrunken with its interval, raw as a cross."""
        table, topic = self.table_of(g), f"groups_{g.by}"
        fig, ax = style.canvas(height=plots.height_for(len(table)))
        mean = float(self.measures.totals["engagement_score"].mean())
        plots.interval_bars(
            ax,
            table["group"].tolist(),
            [s.estimate for s in g.shrunken.values()],
            xlabel="engagement of a ping (points)",
            order="given",
            reference=(mean, f"all pings {number(mean, 1)}"),
            highlight=table.loc[table["verdict"] == "supported", "group"].tolist() or ("",),
            noun="pings",
        )
        ax.plot(table["raw"], range(len(table)), "x", color=style.MUTED, ms=5, zorder=4)
        return figure(
            fig,
            name=topic,
            title=f"Engagement of a ping by {g.word}",
            caption=f"Dots are means shrunk towards the mean of all {plural_of(g.word)}, bars their "
            f"{self.interval}s, crosses the raw means; colour marks groups that differ from all other pings.",
            alt=self.finding(topic).text,
            data=table,
        )

    def table(self, g: Grouping) -> TableView:
        """Raw and shrunken means of a grouping."""
        return table(
            self.table_of(g),
            name=f"{g.by}_means",
            title=f"Engagement of a ping by {g.word}",
            columns={
                "group": g.word.capitalize(),
                "pings": "Pings",
                "raw": Col("Mean", "points", digits=2),
                "shrunken": Col("Shrunken mean", "points", digits=2, interval_with=("low", "high")),
                "difference": Col("Against other pings", "points", digits=2),
                "p_value": Col("Adjusted p", kind="p"),
                "verdict": "Verdict",
            },
            printed=g.by in ("category", "duration_band"),
            save=False,  # the figure's download has the same numbers
        )


def _clearest(j: Judged) -> tuple[bool, bool, bool, float]:
    """Sorts what is supported first, then what chance explains, by p-value."""
    p = j.estimate.p_value
    return not j.supported, not j.chance, p is None, p or 0.0


def _extremes(g: Grouping) -> str:
    """The highest and the lowest group after shrinkage, with intervals."""
    ordered = sorted(g.shrunken.items(), key=lambda item: -item[1].value)
    best, worst = (
        f"“{name}”, {number(s.value, 1)} points a ping ({interval(s.low, s.high, 1)})"
        for name, s in (ordered[0], ordered[-1])
    )
    return f"highest is {best}, lowest {worst}"


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
