"""Do groups of contacts differ in an outcome? Each subclass says by what, and in which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.privacy import SMALLER, merged
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion, proportion_difference
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, join_words, percent, points, tested


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
            nothing = Estimate.unknown(0, self.level)
            return {self.topic: Evidence(nothing, 0.0)}
        found = self.groups.differences
        return {self.topic: Evidence.of_any(found, max(found, key=lambda group: abs(found[group].value)))}

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
        by = f"{points(e)} more" if e.value > 0 else f"{points(e.turned())} fewer"
        text = (
            f"{percent(share.value, 1)} of the {count(share.n, 'contact')} of {self.what} {label} "
            f"{self.outcome}, {by} than all others{tested(e)}{also}."
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
