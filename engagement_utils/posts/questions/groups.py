"""Which kind of post does better: by format, and by domain."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.power import detectable_difference
from engagement_utils.posts.contrasts import Difference, Fit, by_groups, leaders, omnibus, pairs
from engagement_utils.posts.questions.base import PostQuestion, beside, capital
from engagement_utils.report.outputs import Action, TableView
from engagement_utils.report.question import Answer, Claim, Evidence
from engagement_utils.report.section import Sentence, note
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import (
    count,
    join_words,
    number,
    p_value,
    plural_of,
    tested,
    with_interval,
)

MOST_NAMED = 3


class Groups(PostQuestion):
    """Do groups of posts differ, and which stand above the others?"""

    def claimed(self) -> tuple[Sequence[str], Sequence[str]]:
        """The groups that are claimed to do better, and those they are compared with: none for all others."""
        raise NotImplementedError

    @property
    def beside(self) -> tuple[str, ...]:
        """Factors that are held constant."""
        return self.measures.design.adjusters((self.topic,))

    @cached_property
    def fit(self) -> Fit:
        """A mean for each group beside the other factors."""
        factor = self.measures.design.factors[self.topic]
        return by_groups(self.measures.design, factor.codes, factor.levels, self.beside)

    @cached_property
    def leaders(self) -> Difference:
        """The groups that stand above the others."""
        return leaders(self.fit)

    @cached_property
    def pairs(self) -> Mapping[str, Difference]:
        """Every pair of groups by its name; p-values are those of each test alone."""
        return {f"{d.first[0]} - {d.second[0]}": d for d in pairs(self.fit)}

    @cached_property
    def claim(self) -> Estimate | None:
        """The claimed groups less the others; None where the data do not hold both."""
        better, weaker = self.claimed()
        names = self.fit.groups
        first = [i for i, g in enumerate(names) if g in better]
        second = [i for i, g in enumerate(names) if (g in weaker if weaker else g not in better)]
        return self.fit.compare(first, second)

    def missing(self) -> str:
        """Without two groups that have enough posts."""
        return "" if self.topic in self.measures.design.factors else self.why_missing(self.topic)

    def evidence(self) -> Mapping[str, Evidence]:
        """The leading groups less the others; tested is whether any group differs, by permutation.

        Behind it: every pair, and the claimed groups against the others.
        """
        behind = {name: Evidence(pair.estimate, 0.0) for name, pair in self.pairs.items()}
        if self.claim:
            behind["claim"] = Evidence(self.claim, 0.0)
        e = self.leaders.estimate.with_p_value(omnibus(self.measures.design, self.topic))
        return {self.topic: Evidence(e, 0.0, behind=behind)}

    @property
    def leading(self) -> Estimate | None:
        """The leading groups less the others, where they clearly lead."""
        j = self.judged() if self.held else None
        return j.estimate if j and j.supported and (j.estimate.low or 0) > 0 else None

    @property
    def _names(self) -> str:
        """ "Dashboard and Walkthrough", or "4 formats" where they are many."""
        names = [str(g) for g in self.leaders.first]
        return join_words(names) if len(names) <= MOST_NAMED else count(len(names), self.topic)

    def say(self) -> Mapping[str, Answer]:
        """Which groups stand above the others."""
        return {self.topic: self._answer()}

    def _answer(self) -> Answer:
        j, unit, many = self.judged(), self.score_unit, plural_of(self.topic)
        e, names, others = j.estimate, self._names, plural_of(f"other {self.topic}")
        tests = f"{p_value(e.p_value)}, {count(int(self.fit.counts.sum()), 'post')}"
        if self.leading:
            verb = "scores" if len(self.leaders.first) == 1 else "score"
            return Answer(
                f"{names} {verb} about {number(e.value, 0)} {unit} above the {others}",
                f"{names} {verb} {with_interval(e, unit)} above the {others}{beside(self.beside)} ({tests}).",
                unit,
            )
        if j.supported:
            text = (
                f"The {many} differ ({p_value(e.p_value)}), but no split of them is clear: {names} lie "
                f"{with_interval(e, unit)} above the {others}."
            )
            return Answer(f"{capital(many)} differ, but which one leads is not clear", text, unit)
        if j.too_little:
            text = f"The clearest split of {many} has {count(e.n, 'post')} on one side: too few."
            return Answer(f"Too few posts to compare {many}", text, unit)
        sizes = sorted(int(c) for c in self.fit.counts)
        small = max(2, sizes[0])
        least = detectable_difference(
            small, self.fit.residual_sd, ratio=sizes[1] / small, alpha=self.report.alpha
        )
        text = (
            f"The {many} do not differ by more than chance explains ({tests}); two of them would have to lie "
            f"about {number(least, 0)} {unit} apart to show."
        )
        return Answer(f"No {self.topic} reliably scores above the others", text, unit)

    def action(self) -> Action | None:
        """To post more of the leading groups."""
        if not self.leading:
            return None
        noun = self.topic if len(self.leaders.first) == 1 else plural_of(self.topic)
        gain = f"Such a post scores {with_interval(self.leading, self.score_unit)} more than the others."
        return Action(f"Post more of the {noun} {self._names}.", self.topic, gain)

    def _claim(self, number: int, text: str, others: str, silent: str = "") -> Claim:
        """That the claimed groups do better than `others`; `silent` is what the data do not say."""
        better, _ = self.claimed()
        if not self.held or self.claim is None:
            few = f"the data do not hold {join_words(better, 'or')} beside others, or too few"
            return Claim(number, text, self.measures.posts.missing.get(self.topic, few), 0)
        topic = f"{self.topic}/claim"
        e = self.judged(topic).estimate
        difference = f"{with_interval(e, self.score_unit)}{tested(e)}"
        evidence = f"{join_words(better)} against {others}: {difference}{silent}"
        return Claim(number, text, evidence, e.n, {topic: e.value > 0})

    def pairs_table(self) -> TableView | Sentence:
        """Every pair of groups, p-values adjusted."""
        many = plural_of(self.topic)
        if not self.held:
            return note(f"Pairs of {many} are left out: there are not two to compare.")
        behind, sd = self.judged().behind, self.fit.residual_sd
        rows = [
            (*d.first, *d.second, e.value, e.low, e.high, e.value / sd, e.n, e.p_value, adjusted)
            for name, d in self.pairs.items()
            for e, adjusted in [(d.estimate, behind[name].estimate.p_value)]
        ]
        names = ["first", "second", "difference", "low", "high", "sds", "n", "p", "p_adjusted"]
        frame = pd.DataFrame(rows, columns=names)
        return table(
            frame.sort_values(
                ["p_adjusted", "difference"], ascending=[True, False], kind="stable", ignore_index=True
            ),
            name=f"{self.topic}_pairs",
            title=f"Pairs of {many}",
            columns={
                "first": f"Higher {self.topic}",
                "second": f"Lower {self.topic}",
                "difference": Col("Difference", self.score_unit, 1, interval_with=("low", "high")),
                "sds": Col("In residual sd", digits=2),
                "p_adjusted": Col("p, adjusted", kind="p"),
                "n": "n",
            },
            caption="Differences beside the other factors, with intervals for one pair at a time; n is the "
            "smaller group.",
            max_rows=30,
        )
