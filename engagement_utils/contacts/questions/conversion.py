"""Do the social segments differ in conversion, in what they do and where they stand?"""

import itertools
from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.privacy import hidden
from engagement_utils.contacts.stages import FUNNEL
from engagement_utils.inference.proportions import proportion, proportion_difference
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, interval, number, percent, points, tested

PROFILE = {
    "social_clicks_total": Col("Social clicks", digits=1),
    "num_sessions": Col("Sessions", digits=1),
    "num_pageviews": Col("Page views", digits=1),
    "forms_submitted": Col("Forms", digits=1),
    "platforms": Col("Platforms", digits=2),
    "emails_opened": Col("Emails opened", digits=1),
    "likelihood": Col("Likelihood", percent=True, digits=0),
}


class Conversion(Question[Measures]):
    """Do the social segments differ in conversion?"""

    topic = "conversion"
    unit = "contact"

    def evidence(self) -> Mapping[str, Evidence]:
        """Conversion of 1A less that of the other social contacts, against 0."""
        first = self.measures.social["segment"] == "1A"
        won = self.measures.social["converted"]
        counts = (int(won[first].sum()), int(first.sum()), int(won[~first].sum()), int((~first).sum()))
        return {self.topic: Evidence(proportion_difference(*counts, level=self.level), 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """1A against the others."""
        m, j = self.measures, self.judged()
        last = m.names[-1]
        rates = (
            f"{percent(m.rate['1A'].value, 1)} of 1A converted, against "
            f"{percent(m.rate[last].value, 1)} of {last}"
        )
        if j.supported:
            heading = (
                f"1A converts {'more' if j.estimate.value > 0 else 'less'} often than the other "
                "social contacts"
            )
        elif j.chance:
            heading = "Conversion does not tell the social segments apart"
        else:
            heading = "Too few contacts to compare conversion"
        text = f"{rates}, a difference of {points(j.estimate)}{tested(j.estimate)}."
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """Platforms of the segments, the funnel of the cohort, mean measures and stages."""
        return self.platform_mix(), self.funnel(), self.profile(), self.stages()

    def action(self) -> Action | None:
        """What the published actions can bring most: for 1A what is at stake, for 1B what could be gained."""
        ranked = self.measures.actions
        if not (self.judged().estimate.value > 0 and self.report.judged("structure").supported):
            return None
        stakes = {
            "1A": "of them are still expected to close: what it can hasten, or lose",
            "1B": "closings more at most, if they closed as 1A does from here on",
        }
        texts, gains = [], []
        for segment, stake in stakes.items():
            best = ranked[(ranked["segment"] == segment) & (ranked["at_stake"] >= 1)]
            if len(best):
                row = best.iloc[0]
                reach = count(int(row["reach"]), "open contact")
                texts.append(f"{segment}: {row['action']} ({row['whom']}, {reach}).")
                at_stake = f"{number(row['at_stake'], 0)} ({interval(row['low'], row['high'], 0)})"
                gains.append(f"{segment}: about {at_stake} {stake}.")
        return Action(" ".join(texts), self.topic, " ".join(gains)) if texts else None

    def profile_frame(self) -> pd.DataFrame:
        """A row a social segment: contacts, means of `PROFILE`, conversion with bounds."""
        m = self.measures
        means = m.social.groupby("segment")[list(PROFILE)].mean()
        rows = []
        for name, e in m.rate.items():
            ends = {"converted": e.value, "low": e.low, "high": e.high}
            rows.append({"segment": name, "contacts": e.n, **means.loc[name], **ends})
        shown = [*PROFILE, "converted", "low", "high"]
        return hidden(pd.DataFrame(rows), "contacts", shown, m.settings.minimum_group)

    def platform_mix(self) -> Figure:
        """Share of each segment's contacts by platform tag."""
        social = self.measures.social
        sizes = pd.crosstab(social["platform_tag"].astype(str), social["segment"])
        shares = sizes / sizes.sum()
        # a bar of a few contacts is no bar
        few = sizes < self.measures.settings.minimum_group
        sizes, shares = (
            t.mask(few).dropna(how="all").sort_values("1A", ascending=False) for t in (sizes, shares)
        )
        fig, ax = style.canvas(height=0.9 + 0.27 * len(sizes))
        for i, name in enumerate(self.measures.names):
            y = np.arange(len(sizes)) + (i - (len(self.measures.names) - 1) / 2) * 0.28
            ax.barh(
                y,
                shares[name],
                height=0.26,
                color=style.PALETTE[i],
                label=f"{name} (n = {number(self.measures.rate[name].n)})",
            )
        ax.set_yticks(range(len(sizes)), list(sizes.index))
        ax.invert_yaxis()
        ax.set_xlabel("share of the segment's contacts")
        number_axis(ax.xaxis, percent=True)
        style.grid(ax, "x")
        ax.legend(loc="lower right")
        top = sizes.index[0]
        return figure(
            fig,
            name="platform_mix",
            title="Platforms of the social segments",
            caption="A contact's platform is the one mentioned most often in its sources. Bars of fewer than "
            f"{self.measures.settings.minimum_group} contacts are left out.",
            alt=f"{top} leads with {percent(shares.loc[top, '1A'])} of 1A; "
            f"{percent(shares.loc[top, self.measures.names[-1]])} of {self.measures.names[-1]} have it.",
            data=sizes.rename(columns=str).reset_index(names="platform"),
        )

    def funnel(self) -> Figure:
        """How many cohort contacts reached each lifecycle stage or a later one."""
        at = self.measures.contacts["stage"].astype(str).replace("evangelist", "customer").value_counts()
        counts = [int(sum(at.get(s, 0) for s in FUNNEL[i:])) for i in range(len(FUNNEL))]
        # the stages that enough contacts reached
        stages = FUNNEL[: max(1, sum(n >= self.measures.settings.minimum_group for n in counts))]
        counts = counts[: len(stages)]
        pairs = itertools.pairwise(counts)
        rates = [None, *(proportion(b, a, level=self.level) if a else None for a, b in pairs)]
        fig, axes = style.canvas(1, 2, height=2.5, sharey=True, width_ratios=(3, 2))
        plots.funnel(axes, list(stages), counts, rates, noun="contacts")
        data = pd.DataFrame({"stage": stages, "reached": counts})
        return figure(
            fig,
            name="lifecycle_funnel",
            title="Lifecycle: who is at a stage or beyond it",
            caption="Bars count contacts whose current stage is this one or a later one; dots are shares of "
            f"the stage before with {self.interval}s.",
            alt=f"Of {number(counts[0])} contacts {number(counts[-1])} reached the stage {stages[-1]}.",
            data=data,
        )

    def profile(self) -> TableView:
        """Segment sizes, mean measures, conversion."""
        cols: dict[str, Col | str] = {
            "segment": "Segment",
            "contacts": Col("Contacts", digits=0),
            **{n: c for n, c in PROFILE.items() if n not in ("platforms", "emails_opened")},
            "converted": Col("Converted", percent=True, digits=1, interval_with=("low", "high")),
        }
        return table(
            self.profile_frame(),
            name="segment_profiles",
            title="Mean measures of the social segments",
            columns=cols,
            folded=False,
            caption=f"Converted with {self.wilson_interval}s.",
        )

    def stages(self) -> TableView:
        """Current lifecycle stage, by segment."""
        order = [*FUNNEL, "evangelist", "unknown"]
        return counts_table(
            self.measures, "stage", order, "lifecycle_stages", "Lifecycle stage by segment", "Stage"
        )


def counted(m: Measures, column: str, order: list[str]) -> pd.DataFrame:
    """Contacts by a label (rows) and social segment (columns), small cells missing."""
    frame = pd.crosstab(m.social[column].astype(str), m.social["segment"]).reindex(order).fillna(0)
    frame = frame[frame.sum(axis=1) > 0].rename(columns=str).reset_index(names="group")
    for name in m.names:
        frame = hidden(frame, name, [], m.settings.minimum_group)
    return frame


def counts_table(m: Measures, column: str, order: list[str], name: str, title: str, label: str) -> TableView:
    """`counted` as a table."""
    cols: dict[str, Col | str] = {"group": label, **{n: Col(n, digits=0) for n in m.names}}
    caption = f"Cells of fewer than {m.settings.minimum_group} contacts are not shown."
    return table(counted(m, column, order), name=name, title=title, columns=cols, caption=caption)
