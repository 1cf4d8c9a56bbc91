"""Do users with some combination of recommended types score higher?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from engagement_utils.activity.figures import boxes, kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.scores import RESAMPLES, Score, per_user
from engagement_utils.activity.scoring import NO_TYPES
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.permutation import several_groups, two_groups
from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.samples import Floats
from engagement_utils.report import plots, style
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, p_value, percent, tested, with_interval

MOST_GROUPS = 12


@dataclass(frozen=True)
class Combinations:
    """One score by combination, the highest mean first (at most 12 combinations, the most frequent ones).

    Attributes:
        values: one value a user, by combination; means: with t intervals.
        differences: each combination less all other users.
        overall: whether the combinations differ at all: eta squared.
    """

    score: Score
    values: Mapping[str, Floats]
    means: Mapping[str, Estimate]
    differences: Mapping[str, Estimate]
    overall: Estimate


def short(combination: str) -> str:
    """The name of a combination as the report prints it."""
    return "no recommendation" if combination == NO_TYPES else combination


class RecommendedTypes(Question[Measures]):
    """Do users with some combination of recommended types score higher?"""

    topic = "combinations"
    unit = "user"

    @cached_property
    def by_score(self) -> Mapping[str, Combinations]:
        """Every shown score by topic."""
        m = self.measures
        return {
            self.topic if s == m.score else f"{self.topic}_{s.key}": combinations(
                m.sessions, s, minimum_n=self.report.minimum_n, level=self.level, seed=m.settings.seed
            )
            for s in m.scores
        }

    def evidence(self) -> Mapping[str, Evidence]:
        """Eta squared of each score, behind it every combination less all other users; how many get all
        types.
        """
        stated = {
            topic: Evidence(c.overall, 0.0, behind={n: Evidence(e, 0.0) for n, e in c.differences.items()})
            for topic, c in self.by_score.items()
        }
        share, even = self._all_types
        return stated if share is None else {**stated, "all_types": Evidence(share, even)}

    @cached_property
    def _all_types(self) -> tuple[Estimate | None, float]:
        """Share of the users with recommendations who got all types, and an even share; None without any."""
        given = {n: v for n, v in self.by_score[self.topic].values.items() if n != NO_TYPES}
        if self._everything not in given or len(given) < 2:
            return None, 0.0
        total = sum(v.size for v in given.values())
        return proportion(given[self._everything].size, total, level=self.level), 1 / len(given)

    @property
    def _everything(self) -> str:
        return " + ".join(self.measures.types)

    def frame(self, topic: str) -> pd.DataFrame:
        """combination, users, mean, low, high, difference (from all other users), p_value (adjusted),
        verdict.
        """
        c, behind = self.by_score[topic], self.judged(topic).behind
        rows = [
            (
                n,
                m.n,
                m.value,
                m.low,
                m.high,
                behind[n].estimate.value,
                behind[n].estimate.p_value,
                behind[n].verdict,
            )
            for n, m in c.means.items()
        ]
        columns = ["combination", "users", "mean", "low", "high", "difference", "p_value", "verdict"]
        return pd.DataFrame(rows, columns=columns)

    def told(self, topic: str) -> list[str]:
        """The combinations that differ from all other users by more than chance."""
        return [name for name, j in self.judged(topic).behind.items() if j.supported]

    def say(self) -> Mapping[str, Answer]:
        """A sentence a score."""
        return {topic: self._said(topic, c) for topic, c in self.by_score.items()}

    def _said(self, topic: str, c: Combinations) -> Answer:
        j, label, told = self.judged(topic), c.score.label, self.told(topic)
        share = (
            f"{percent(j.estimate.value, 1)} of the variance lies between the "
            f"combinations{tested(j.estimate)}"
        )
        if j.too_little:
            text = f"{count(len(c.values), 'combination')} of types cannot be compared."
            return Answer("There are no combinations of recommendations to compare", text)
        if j.chance:
            best = next(iter(c.means))
            text = (
                f"No combination of recommended types reliably has another {label}: {share}; the highest "
                f"mean is that of {short(best)} ({number(c.means[best].value, 1)}, n = "
                f"{number(c.means[best].n)})."
            )
            return Answer(f"No combination of types reliably has another {label}", text)
        if not told:
            text = (
                f"The {label} differs between combinations of types, yet none reliably from all "
                f"others: {share}."
            )
            return Answer(f"The {label} differs between combinations, but no single one stands out", text)
        e = j.behind[told[0]].estimate
        which, side = f"Users with {short(told[0])}", "higher" if e.value > 0 else "lower"
        text = (
            f"{which} have a {label} {number(abs(e.value), 1)} points {side} than all other users "
            f"({p_value(e.p_value)}, n = {number(c.means[told[0]].n)}); {share}. Who gets which "
            "recommendation was not drawn by lot, so this is no effect of it."
        )
        return Answer(f"{which} score {side}", text)

    def show(self) -> Iterable[Output]:
        """A figure a score, the other finding behind its own, then the tables."""
        for topic in self.by_score:
            yield self.figure(topic)
            if topic != self.topic:
                yield self.finding(topic)
        yield from (self.table(topic) for topic in self.by_score)

    def claims(self) -> Iterable[Claim]:
        """On the combination of all types: that it scores highest, and that it is rare."""
        best = f"Recommendations of [{', '.join(self.measures.types)}] yield highest user engagement."
        rare = "The frequency of recommending all types together is less."
        c, (share, even) = self.by_score[self.topic], self._all_types
        if self._everything not in c.means or len(self.measures.types) < 2:
            yield Claim(3, best, "no user was given all types", 0)
        else:
            m, e = c.means[self._everything], c.differences[self._everything]
            evidence = f"mean {number(m.value, 1)}, {number(e.value, 1)} above all other users"
            yield Claim(3, best, evidence, m.n, {f"{self.topic}/{self._everything}": e.value > 0})
        if share is None:
            yield Claim(4, rare, "no user was given all types", 0)
        else:
            evidence = (
                f"{with_interval(share, percent=True)} of the users with recommendations, "
                f"against {percent(even)}"
            )
            yield Claim(4, rare, evidence, share.n, {"all_types": share.value < even})

    def figure(self, topic: str) -> Figure:
        """The score by combination of recommended types: means with intervals, and boxes."""
        c = self.by_score[topic]
        labels = [short(name) for name in c.means]
        fig, (left, right) = style.canvas(1, 2, height=plots.height_for(len(labels)) + 0.6, sharey=True)
        values = np.concatenate(list(c.values.values()))
        plots.interval_bars(
            left,
            labels,
            list(c.means.values()),
            xlabel=f"mean {c.score.label} (points)",
            order="given",
            reference=(float(values.mean()), f"all users {number(values.mean(), 1)}"),
            highlight=[short(name) for name in self.told(topic)] or ("",),
            noun="users",
        )
        boxes(right, list(c.values.values()), range(len(labels)), vertical=False)
        right.set_xlabel(f"{c.score.label} of a user (points)")
        number_axis(right.xaxis)
        style.grid(right, "x")
        return kept_figure(
            fig,
            name=f"combinations_{c.score.key}",
            title=f"{c.score.label.capitalize()} by combination of recommended types",
            caption=f"Left, means with {self.t_interval}s, in colour where they differ from all other "
            "users; right, boxes from the first to the third quartile, the line in them the median, "
            "whiskers up to 1.5 times the box.",
            alt=self.finding(topic).text,
            data=self.frame(topic),
        )

    def table(self, topic: str) -> TableView:
        """The score by combination."""
        score = self.by_score[topic].score
        frame = self.frame(topic)
        return table(
            frame.assign(combination=frame["combination"].map(short)),
            name=f"combinations_{score.key}_table",
            title=f"{score.label.capitalize()} by combination of recommended types",
            columns={
                "combination": "Recommended",
                "users": "Users",
                "mean": Col("Mean", "points", digits=1, interval_with=("low", "high")),
                "difference": Col("Above all others", "points", digits=1),
                "p_value": Col("p", kind="p"),
                "verdict": "Verdict",
            },
        )


def combinations(
    sessions: pd.DataFrame, score: Score, *, minimum_n: int, level: float, seed: int
) -> Combinations:
    """Compare the score between combinations; of more than 12 the most frequent ones."""
    kept = sessions["combination"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    values = {
        name: per_user(sessions, score.column, sessions["combination"] == name)
        for name in kept.index[:MOST_GROUPS]
    }
    order = sorted(values, key=lambda name: (-round(float(values[name].mean()), 9), name))
    values = {name: values[name] for name in order}
    differences = {}
    for name, own in values.items():
        rest = per_user(sessions, score.column, sessions["combination"] != name)
        enough = own.size >= max(2, minimum_n) and rest.size >= 2
        difference = float(own.mean() - rest.mean()) if rest.size else float("nan")
        few = Estimate(difference, None, None, own.size, level, None, "too few users for a test")
        differences[name] = (
            two_groups(own, rest, level=level, seed=seed, resamples=RESAMPLES) if enough else few
        )
    firm = [v for v in values.values() if v.size > 1]
    nothing = Estimate.unknown(sessions["user_id"].nunique(), level, "eta squared")
    overall = several_groups(firm, seed=seed, resamples=RESAMPLES, level=level) if len(firm) > 1 else nothing
    means = {name: mean(own, level=level) for name, own in values.items()}
    return Combinations(score, values, means, differences, overall)
