"""Do recommendation types differ in click-through rate and feedback?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import combinations

import ibis.expr.types as ir
import pandas as pd

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.scores import RESAMPLES
from engagement_utils.activity.scoring import aggregate_recommendations
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.permutation import several_groups, two_groups
from engagement_utils.inference.samples import Floats
from engagement_utils.report import plots, style
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import interval, join_words, number, p_value, tested
from engagement_utils.tables.collecting import collect

# topic -> the measure, and what it is called
MEASURES = {
    "types_ctr": ("click_through_rate", "click-through rate"),
    "types_feedback": ("feedback_score", "feedback score"),
}
MOST_TYPES = 8


class RecommendationTypes(Question[Measures]):
    """Do recommendation types differ in click-through rate and feedback?"""

    topic = "types_ctr"
    unit = "user"

    @cached_property
    def values(self) -> Mapping[str, Mapping[str, Floats]]:
        """Every user's mean by topic and type; of more than eight types the most frequent ones."""
        frame = collect(
            per_user_and_type(self.measures.tables["recommendations"]), by=["recommendation_type", "user_id"]
        )
        kinds = frame["recommendation_type"]
        names = sorted(kinds.value_counts().index[:MOST_TYPES])
        return {
            topic: {k: frame.loc[kinds == k, measure].to_numpy(dtype=float) for k in names}
            for topic, (measure, _) in MEASURES.items()
        }

    @cached_property
    def means(self) -> Mapping[str, Mapping[str, Estimate]]:
        """Mean over users with a t interval, by topic and type."""
        return {t: {k: mean(v, level=self.level) for k, v in by.items()} for t, by in self.values.items()}

    @cached_property
    def pairs(self) -> Mapping[str, Mapping[tuple[str, str], Estimate]]:
        """Difference of every pair of types, by topic."""
        seed = self.measures.settings.seed
        return {
            topic: {
                (a, b): two_groups(by[a], by[b], level=self.level, seed=seed, resamples=RESAMPLES)
                for a, b in combinations(by, 2)
            }
            for topic, by in self.values.items()
        }

    @cached_property
    def aggregates(self) -> pd.DataFrame:
        """The types as the seed aggregates them."""
        table = aggregate_recommendations(self.measures.tables["recommendations"])
        return collect(table, by=["recommendation_type"])

    def evidence(self) -> Mapping[str, Evidence]:
        """Eta squared of each measure; behind it the differences of pairs."""
        stated = {}
        for topic, by in self.values.items():
            seed = self.measures.settings.seed
            overall = several_groups(list(by.values()), seed=seed, resamples=RESAMPLES, level=self.level)
            behind = {" less ".join(pair): Evidence(e, 0.0) for pair, e in self.pairs[topic].items()}
            stated[topic] = Evidence(overall, 0.0, behind=behind)
        return stated

    def say(self) -> Mapping[str, Answer]:
        """A sentence a measure."""
        return {topic: self._said(topic, name) for topic, (_, name) in MEASURES.items()}

    def _said(self, topic: str, name: str) -> Answer:
        j, means = self.judged(topic), self.means[topic]
        order = sorted(means, key=lambda k: -means[k].value)
        values = join_words([f"{k} {number(means[k].value, 2)}" for k in order])
        if j.too_little:
            heading = f"There is nothing to compare in the {name} of recommendations"
            return Answer(heading, f"The {name} is {values}: too little to compare types.")
        told = {pair: j.behind[" less ".join(pair)].estimate for pair in self._told(topic)}
        if j.chance:
            heading = f"Recommendation types do not reliably differ in {name}"
            return Answer(
                heading, f"The types do not reliably differ in {name}: {values}{tested(j.estimate)}."
            )
        if not told:
            heading = f"Recommendation types differ in {name}, but no two of them reliably"
            return Answer(
                heading, f"The types differ in {name}, yet no two reliably: {values}{tested(j.estimate)}."
            )
        pair, e = max(told.items(), key=lambda item: abs(item[1].value))
        high, low = pair if e.value > 0 else pair[::-1]
        beaten = sum(order[0] in p for p in told)
        heading = (
            f"{order[0].capitalize()} recommendations have the highest {name}"
            if beaten == len(means) - 1
            else f"{high.capitalize()} recommendations have a higher {name} than {low} ones"
        )
        least, most = sorted(abs(bound) for bound in e.interval or (e.value, e.value))
        text = (
            f"{heading}: means over users are {values}, and {high} leads {low} by "
            f"{number(abs(e.value), 2)} ({interval(least, most, 2)}, {p_value(e.p_value)})."
        )
        return Answer(heading, text)

    def _told(self, topic: str) -> list[tuple[str, str]]:
        behind = self.judged(topic).behind
        return [pair for pair in self.pairs[topic] if behind[" less ".join(pair)].supported]

    def show(self) -> Iterable[Output]:
        """Both measures by type, the other finding, the seed's aggregates, the pairs."""
        return self.figure(), self.finding("types_feedback"), self.aggregated(), self.table()

    def action(self) -> Action:
        """To try the type with the highest rate by lot."""
        means = self.means[self.topic]
        best = max(means, key=lambda k: means[k].value)
        text = f"Try more {best} recommendations, drawn by lot, to see whether the lead is one of the type."
        rest = [e.value for k, e in means.items() if k != best] or [means[best].value]
        others = interval(min(rest), max(rest), 2)
        gain = f"Their rate is {number(means[best].value, 2)}, that of the others {others}."
        return Action(text, self.topic, gain)

    @property
    def data(self) -> pd.DataFrame:
        """A row a pair and measure: measure, first, second, difference, low, high, n, p_value, verdict."""
        rows = []
        for topic, (measure, _) in MEASURES.items():
            for pair in self.pairs[topic]:
                j = self.judged(topic).behind[" less ".join(pair)]
                e = j.estimate
                rows.append((measure, *pair, e.value, e.low, e.high, e.n, e.p_value, j.verdict))
        names = ["measure", "first", "second", "difference", "low", "high", "n", "p_value", "verdict"]
        return pd.DataFrame(rows, columns=names)

    @property
    def scored(self) -> pd.DataFrame:
        """The seed's aggregates, and means over users with intervals beside them."""
        frame = self.aggregates.copy()
        for topic, (measure, _) in MEASURES.items():
            for column, pick in (("mean", "value"), ("low", "low"), ("high", "high"), ("users", "n")):
                values = {kind: getattr(e, pick) for kind, e in self.means[topic].items()}
                frame[f"{measure}_{column}"] = frame["recommendation_type"].map(values)
        return frame

    def figure(self) -> Figure:
        """Click-through rate and feedback by recommendation type."""
        names = list(self.means[self.topic])
        fig, axes = style.canvas(1, 2, height=plots.height_for(len(names)), sharey=True)
        rows = []
        for ax, (topic, (measure, label)) in zip(axes, MEASURES.items(), strict=True):
            means = self.means[topic]
            plots.interval_bars(
                ax, names, list(means.values()), xlabel=f"mean {label}", order="given", noun="users"
            )
            rows += [(measure, k, e.n, e.value, e.low, e.high) for k, e in means.items()]
        return kept_figure(
            fig,
            name="recommendation_types",
            title="Click-through rate and feedback by recommendation type",
            caption=f"Means over users, each counted once a type, with {self.t_interval}s.",
            alt=self.finding().text,
            data=pd.DataFrame(rows, columns=["measure", "type", "users", "mean", "low", "high"]),
        )

    def aggregated(self) -> TableView:
        """The types as published."""
        return table(
            self.aggregates,
            name="recommendation_types_published",
            title="Recommendation types, aggregated as published",
            columns={
                "recommendation_type": "Type",
                "total_recommended": "Recommended",
                "avg_feedback_score": "Mean feedback score",
                "avg_ctr": Col("Mean click-through rate", digits=0),
            },
            caption="The published query rounds the mean rate to a whole number, which hides every "
            "difference.",
        )

    def table(self) -> TableView:
        """The differences between types."""
        return table(
            self.data.assign(measure=self.data["measure"].str.replace("_", " ")),
            name="recommendation_type_pairs",
            title="Differences between recommendation types",
            columns={
                "measure": "Measure",
                "first": "Type",
                "second": "less",
                "difference": Col("Difference", digits=3, interval_with=("low", "high")),
                "n": "Users",
                "p_value": Col("p", kind="p"),
                "verdict": "Verdict",
            },
        )


def per_user_and_type(recommendations: ir.Table) -> ir.Table:
    """One row a (user, type): means of both measures, the independent units of the comparison."""
    return recommendations.group_by("user_id", "recommendation_type").agg(
        **{m: recommendations[m].mean() for m, _ in MEASURES.values()}
    )
