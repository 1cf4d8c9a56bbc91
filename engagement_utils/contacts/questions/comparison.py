"""Do groups of contacts (by platform, place, entry channel, offline touch, period) differ in conversion?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from engagement_utils.contacts.closing import FAST, SPEEDS
from engagement_utils.contacts.entry import NAMES as DOORS
from engagement_utils.contacts.geography import SEGMENTS
from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.privacy import SMALLER, hidden, merged
from engagement_utils.contacts.questions.stage_times import turned
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion, proportion_difference
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, join_words, number, percent, points, tested

TIERS = {
    s: f"{tier}, {level}"
    for tier, pair in SEGMENTS.items()
    for s, level in zip(pair, ("high", "low"), strict=True)
}
TERMS = {"05": "special", "10": "spring", "35": "summer", "60": "fall", "75": "winter"}


@dataclass(frozen=True)
class Groups:
    """Shares of contacts by group, and each group's difference to all other contacts."""

    shares: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]


def compare(labels: "pd.Series[str]", happened: "pd.Series[bool]", minimum: int, *, level: float) -> Groups:
    """Share of contacts to whom `happened`, by label; small groups are merged, missing labels left out.

    Groups stand in the order of their labels, "smaller groups" last.
    """
    groups = merged(labels, minimum)
    frame = pd.DataFrame({"group": groups.to_numpy(), "happened": np.asarray(happened, dtype=bool)}).dropna()
    by = frame.groupby("group", observed=True)["happened"].agg(["sum", "size"])
    total, all_rows = int(by["sum"].sum()), int(by["size"].sum())
    shares, differences = {}, {}
    for group in sorted(by.index, key=lambda g: (g == SMALLER, str(g))):
        x, n = int(by.loc[group, "sum"]), int(by.loc[group, "size"])
        shares[str(group)] = proportion(x, n, level=level)
        differences[str(group)] = proportion_difference(x, n, total - x, all_rows - n, level=level)
    return Groups(shares, differences)


class Comparison(Question[Measures]):
    """Do groups of contacts differ in an outcome?

    Attributes:
        what: what a group is; column: of its table.
        stands_out: heading where a group ({group}) differs ({side}: more, less); none_does: where none does.
        title, xlabel: of the figure; table_title: of the table.
        outcome: what the share is of. order: of the rows.
    """

    unit = "contact"
    main = False
    what: ClassVar[str]
    column: ClassVar[str]
    stands_out: ClassVar[str]
    none_does: ClassVar[str]
    title: ClassVar[str]
    table_title: ClassVar[str]
    xlabel: ClassVar[str] = "share converted"
    outcome: ClassVar[str] = "close"
    order: ClassVar[Literal["value", "given"]] = "value"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Label and outcome of every contact that is compared."""
        raise NotImplementedError

    def name_of(self, group: str) -> str:
        """A group as readers know it."""
        return group

    @cached_property
    def groups(self) -> Groups:
        """The outcome by group."""
        return compare(*self.rows(), self.measures.settings.minimum_group, level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """Whether any group differs from all other contacts; behind it each group's difference against 0."""
        if len(self.groups.shares) < 2:
            nothing = Estimate(float("nan"), None, None, 0, self.level)
            return {self.topic: Evidence(nothing, 0.0)}
        found = self.groups.differences
        largest = max(found.values(), key=lambda e: abs(e.value))
        behind = {group: Evidence(e, 0.0) for group, e in found.items()}
        return {self.topic: Evidence(largest.with_p_value(None), 0.0, any_of=True, behind=behind)}

    @property
    def told(self) -> dict[str, Estimate]:
        """Differences that chance does not explain, largest first."""
        firm = {g: j.estimate for g, j in self.judged().behind.items() if j.supported}
        return dict(sorted(firm.items(), key=lambda item: -item[1].value))

    def say(self) -> Mapping[str, Answer]:
        """What stands out: the supported group that differs most from all others."""
        shares = self.groups.shares
        if len(shares) < 2:
            text = f"There are no two groups by {self.what} large enough to compare."
            return {self.topic: Answer(f"There is nothing to compare by {self.what}", text)}
        told = self.told
        behind = {g: j.estimate for g, j in self.judged().behind.items()}
        leader = max(told or behind, key=lambda g: abs(behind[g].value))
        e, share, label, rests_on = (
            behind[leader],
            shares[leader],
            self.name_of(leader),
            f"{self.topic}/{leader}",
        )
        if not told:
            text = (
                f"{self.none_does}: the largest difference among {len(shares)} groups by {self.what}, "
                f"{label} against all others, is {points(e)}{tested(e)} after correction for all tests."
            )
            return {self.topic: Answer(self.none_does, text, rests_on=rests_on)}
        side = "more" if e.value > 0 else "less"
        others = [self.name_of(g) for g in told if g != leader]
        also = f"; {join_words(others[:4])} differ{'s' if len(others) == 1 else ''} as well" if others else ""
        by = f"{points(e)} more" if e.value > 0 else f"{points(turned(e))} fewer"
        text = (
            f"{percent(share.value, 1)} of the {count(share.n, 'contact')} of {self.what} {label} "
            f"{self.outcome}, "
            f"{by} than all others{tested(e)}{also}."
        )
        return {self.topic: Answer(self.stands_out.format(group=label, side=side), text, rests_on=rests_on)}

    def show(self) -> Iterable[Output]:
        """Shares drawn and in numbers."""
        return (*([self.figure()] if self.groups.shares else []), self.table())

    @property
    def data(self) -> pd.DataFrame:
        """A row a group: group, contacts, share, low, high, difference with its bounds, p (adjusted)."""
        behind, rows = self.judged().behind, []
        for group, s in self.groups.shares.items():
            d = behind[group].estimate if group in behind else self.groups.differences[group]
            rows.append((group, s.n, s.value, s.low, s.high, d.value, d.low, d.high, d.p_value))
        ends = ["difference", "difference_low", "difference_high", "p"]
        return pd.DataFrame(rows, columns=["group", "contacts", "share", "low", "high", *ends])

    def figure(self) -> Figure:
        """Shares by group with intervals, against the share of all."""
        shares, told = self.groups.shares, self.told
        n = sum(e.n for e in shares.values())
        total = sum(e.n * e.value for e in shares.values()) / max(n, 1)
        fig, ax = style.canvas(height=plots.height_for(len(shares)))
        plots.interval_bars(
            ax,
            [self.name_of(g) for g in shares],
            list(shares.values()),
            xlabel=self.xlabel,
            percent=True,
            order=self.order,
            reference=(total, f"all {percent(total)}"),
            highlight=[self.name_of(g) for g in told],
            noun="contacts",
        )
        firm = "Coloured groups differ from all others by more than chance explains. " if told else ""
        return figure(
            fig,
            name=f"by_{self.topic}",
            title=self.title,
            caption=f"Dots are shares, bars {self.wilson_interval}s. {firm}The dashed line is the share "
            "of all.",
            alt=self.finding().text,
            data=self.data,
        )

    def table(self) -> TableView:
        """Shares by group and their difference to all other contacts."""
        cols: dict[str, Col | str] = {
            "group": self.column,
            "contacts": Col("Contacts", digits=0),
            "share": Col("Share", percent=True, digits=1, interval_with=("low", "high")),
            "difference": Col(
                "Against others",
                unit="points",
                percent=True,
                digits=1,
                interval_with=("difference_low", "difference_high"),
            ),
            "p": Col("p", kind="p"),
        }
        frame = self.data
        frame["group"] = [self.name_of(g) for g in frame["group"]]
        return table(
            frame,
            name=f"{self.topic}_table",
            title=self.table_title,
            columns=cols,
            caption="p adjusted for all tests of the report.",
        )


class Platform(Comparison):
    """Do contacts of one platform convert more often than the others?"""

    topic = "platform"
    main = True
    what, column = "platform", "Platform"
    stands_out = "Contacts tagged {group} convert {side} often"
    none_does = "No platform converts reliably better than another"
    title = table_title = "Conversion by platform"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts by the platform mentioned most often."""
        return self.measures.social["platform_tag"], self.measures.social["converted"]


class Speed(Comparison):
    """Of those who close, who closes within 30 days?"""

    topic = "speed"
    main = True
    what, column = "platform", "Platform"
    stands_out = "Contacts tagged {group} close fast {side} often"
    none_does = "No platform closes reliably faster than another"
    title = "Closed within 30 days, of those who closed"
    table_title = "Closed within 30 days, by platform"
    xlabel = "share closed within 30 days"
    outcome = "close within 30 days"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts who closed, by platform."""
        closed = self.measures.social[self.measures.social["closed"]]
        return closed["platform_tag"], closed["speed"] == FAST

    def show(self) -> Iterable[Output]:
        """Shares, and all three classes by platform."""
        return *super().show(), self.classes()

    def action(self) -> Action | None:
        """Where quick answers matter."""
        fast = [g for g, e in self.told.items() if e.value > 0]
        if not fast:
            return None
        share = percent(self.groups.shares[fast[0]].value)
        text = f"Plan for quick answers to contacts tagged {fast[0]}."
        return Action(text, self.topic, f"{share} of those who close do so within 30 days.")

    def classes_frame(self) -> pd.DataFrame:
        """Closed social contacts by platform tag (rows) and speed class (columns), small cells missing."""
        closed = self.measures.social[self.measures.social["closed"]]
        frame = pd.crosstab(closed["platform_tag"].astype(str), closed["speed"])
        frame = frame.reindex(columns=list(SPEEDS[:3]), fill_value=0).rename(columns=str)
        minimum = self.measures.settings.minimum_group
        frame = frame[frame.sum(axis=1) >= minimum].reset_index(names="platform")
        for name in SPEEDS[:3]:
            frame = hidden(frame, name, [], minimum)
        return frame

    def classes(self) -> TableView:
        """Fast, medium and slow closers by platform."""
        cols: dict[str, Col | str] = {
            "platform": "Platform",
            "fast": Col("Fast (under 30 days)", digits=0),
            "medium": Col("Medium (30 to 90)", digits=0),
            "slow": Col("Slow (above 90)", digits=0),
        }
        caption = f"Cells of fewer than {self.measures.settings.minimum_group} contacts are not shown."
        title = "Fast and slow closers by platform"
        return table(self.classes_frame(), name="platform_speeds", title=title, columns=cols, caption=caption)


class Geography(Comparison):
    """Do contacts of one place and level of engagement convert more often?"""

    topic = "geography"
    what, column = "segment", "Segment"
    stands_out = "Segment {group} converts {side} often than the rest"
    none_does = "Geography segments cannot be told apart by conversion"
    title = "Conversion by geography and engagement"
    table_title = "Conversion by geography segment"
    order = "given"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Contacts of a known place by geography segment."""
        known = self.measures.contacts.query("geo_segment != '2-unknown'")
        return known["geo_segment"], known["converted"]

    def name_of(self, group: str) -> str:
        """ "2A (domestic, high)"."""
        return f"{group} ({TIERS[group]})" if group in TIERS else group


class Entry(Comparison):
    """Do contacts of one entry channel convert more often?"""

    topic = "entry"
    what, column = "entry channel", "Entry"
    stands_out = "Contacts who entered by {group} convert {side} often"
    none_does = "No entry channel converts reliably better than another"
    title = table_title = "Conversion by entry channel"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Contacts of a known entry channel."""
        known = self.measures.contacts[self.measures.contacts["entry"] != "3-unknown"]
        return known["entry"], known["converted"]

    def name_of(self, group: str) -> str:
        """ "3B (event)"."""
        return f"{group} ({DOORS[group]})" if group in DOORS else group

    def show(self) -> Iterable[Output]:
        """Shares, and the three segmentations crossed."""
        return *super().show(), self.crossing()

    def crossing_frame(self) -> pd.DataFrame:
        """Contacts and conversion by social segment, geography segment and entry channel; small cells
        missing.
        """
        contacts = self.measures.contacts
        by = contacts.assign(entry=contacts["entry"].astype(str)).groupby(["segment", "geo_segment", "entry"])
        frame = by["converted"].agg(contacts="size", converted="mean").reset_index()
        return hidden(frame, "contacts", ["converted"], self.measures.settings.minimum_group)

    def crossing(self) -> TableView:
        """The three segmentations crossed, largest groups first."""
        cols: dict[str, Col | str] = {
            "segment": "Social",
            "geo_segment": "Geography",
            "entry": "Entry",
            "contacts": Col("Contacts", digits=0),
            "converted": Col("Converted", percent=True, digits=1),
        }
        return table(
            self.crossing_frame().sort_values("contacts", ascending=False, kind="stable", ignore_index=True),
            name="segments_crossed",
            title="The three segmentations crossed",
            columns=cols,
            max_rows=15,
            caption=f"Groups of fewer than {self.measures.settings.minimum_group} contacts have no numbers.",
        )


class Offline(Comparison):
    """Do offline touches go with conversion?"""

    topic = "offline"
    what, column = "kind of offline touch", "Offline touch"
    stands_out = "Contacts with offline touches {group} convert {side} often"
    none_does = "Offline touches do not go with conversion, as far as these data show"
    title = table_title = "Conversion by offline touch"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts by when they had an offline source."""
        return self.measures.social["offline_when"], self.measures.social["converted"]

    @cached_property
    def ways(self) -> pd.DataFrame:
        """A row a way: original and latest channel, contacts, share (converted); small ones are left out."""
        by = self.measures.contacts.groupby(["original", "latest"], observed=True)["converted"]
        pairs = by.agg(contacts="size", share="mean").reset_index().astype({"original": str, "latest": str})
        return pairs[pairs["contacts"] >= self.measures.settings.minimum_group]

    def show(self) -> Iterable[Output]:
        """Shares, and the way from the original source to the latest."""
        drawn, *rest = super().show()
        return drawn, *([self.journeys()] if len(self.ways) > 1 else []), *rest

    def journeys(self) -> Figure:
        """Conversion by original and latest traffic source; small pairs are hatched or blank."""
        t = self.ways
        rows, columns = _by_size(t, "original"), _by_size(t, "latest")
        shares = t.pivot(index="original", columns="latest", values="share").reindex(
            index=rows, columns=columns
        )
        sizes = t.pivot(index="original", columns="latest", values="contacts").reindex(
            index=rows, columns=columns
        )
        fig, ax = style.canvas(height=0.95 + 0.36 * len(rows))
        plots.annotated_heatmap(
            ax,
            shares.to_numpy(),
            sizes.fillna(0).to_numpy().astype(int),
            rows=rows,
            columns=[c.replace(" ", "\n") for c in columns],
            label="share converted",
            minimum_n=max(30, self.measures.settings.minimum_group),
            percent=True,
            xlabel="latest traffic source",
        )
        most = t.sort_values("contacts", ascending=False, kind="stable").iloc[0]
        return figure(
            fig,
            name="journeys",
            title="Conversion by the way from the original source (rows) to the latest",
            caption=f"Pairs of fewer than {max(30, self.measures.settings.minimum_group)} contacts are "
            "hatched, those of "
            f"fewer than {self.measures.settings.minimum_group} left out.",
            alt=f"The most frequent way is from {most['original']} to {most['latest']}, "
            f"{number(most['contacts'])} contacts, "
            f"{percent(most['share'])} converted.",
            data=t,
        )


class Period(Comparison):
    """Do entry periods differ in conversion?"""

    topic = "period"
    what, column = "entry period", "Entry period"
    stands_out = "Entry period {group} converts {side} often than the others"
    none_does = "No entry period converts reliably better than another"
    title = table_title = "Conversion by entry period"
    order = "given"

    def rows(self) -> "tuple[pd.Series[str], pd.Series[bool]]":
        """Socially engaged contacts by entry period."""
        return self.measures.social["period"].astype(object), self.measures.social["converted"]

    def name_of(self, group: str) -> str:
        """ "202460 (fall)"."""
        term = TERMS.get(group[4:])
        return f"{group} ({term})" if term else group


def _by_size(t: pd.DataFrame, column: str) -> list[str]:
    return list(t.groupby(column)["contacts"].sum().sort_values(ascending=False, kind="stable").index)
