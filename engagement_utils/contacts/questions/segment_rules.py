"""Which few rules rebuild the segments as lists?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.rules import Rules, rules
from engagement_utils.report.outputs import Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, percent, with_interval


class SegmentRules(Question[Measures]):
    """Which few rules rebuild the segments as lists?"""

    topic = "rules"
    unit = "contact"
    main = False

    @cached_property
    def rules(self) -> Rules:
        """A shallow tree on counts, tested on the half of the contacts that it was not made of."""
        m, s = self.measures, self.measures.settings
        return rules(m.social, m.clustering.labels, m.names, s.minimum_group, level=self.level, seed=s.seed)

    @property
    def largest(self) -> float:
        """Share of the social contacts in the largest segment: what naming it always would reach."""
        return max((e.n for e in self.measures.rate.values()), default=0) / max(len(self.measures.social), 1)

    def evidence(self) -> Mapping[str, Evidence]:
        """The share of held-back contacts whose rule gives their segment, against naming the largest one."""
        return {self.topic: Evidence(self.rules.fidelity, self.largest)}

    def say(self) -> Mapping[str, Answer]:
        """How well they do."""
        n = len(self.rules.table)
        text = (
            f"{n} rules put {with_interval(self.rules.fidelity, percent=True)} of held-back contacts "
            "into the segment that the clustering gives them; naming always the largest segment would reach "
            f"{percent(self.largest)}."
        )
        return {self.topic: Answer(f"{count(n, 'rule')} rebuild the segments as lists", text)}

    def show(self) -> Iterable[Output]:
        """The rules."""
        return (self.table(),)

    def table(self) -> TableView:
        """The rules that rebuild the segments."""
        cols: dict[str, Col | str] = {
            "segment": "Segment",
            "rule": "Rule",
            "contacts": Col("Contacts", digits=0),
            "right": Col("Right", percent=True, digits=0),
        }
        return table(
            self.rules.table,
            name="segment_rules",
            title="Rules that rebuild the segments as lists",
            columns=cols,
            folded=False,
        )
