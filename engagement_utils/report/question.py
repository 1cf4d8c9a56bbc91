"""A question of a report: what is estimated, against which null, in which unit, and the words for verdicts.

A domain has a module a question. The question states estimates and never judges: `report.report.Report`
adjusts all tests of the report together and gives every topic its verdict.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.multiple import simes
from engagement_utils.inference.verdict import CHANCE, DESCRIBED, SUPPORTED, TOO_LITTLE, Verdict
from engagement_utils.report.outputs import Action, Figure, Finding, Output, TableView
from engagement_utils.report.section import Outputs, Section, Sentence, heading, note
from engagement_utils.report.wording import interval_name, rounded, tested, with_interval

if TYPE_CHECKING:
    from engagement_utils.report.report import Report

M = TypeVar("M")  # what a domain measures once for all its questions


@dataclass(frozen=True)
class Evidence:
    """What a finding rests on.

    Attributes:
        estimate: with its own p-value, not adjusted, where there is a test; None for a mere count.
        null: the value that "nothing" has, on the estimate's scale. None: nothing is tested, the estimate
            describes the data.
        holds: whether the statement holds, where neither p-value nor interval can say so, such as a place in
            a ranking under resampling.
        undecidable: the data cannot answer, however many units there are, such as those of a single group.
        n: units behind a mere count.
        minimum_n: units below which there is too little data, where it is not the report's number.
        behind: tests that count only where this one is answered with yes, such as the groups of a factor.
        any_of: the question is whether any test behind it holds (`of_any`): its p-value is theirs, combined
            (Simes 1986, Biometrika 73:751-754), and one test with enough units is enough.
    """

    estimate: Estimate | None
    null: float | None
    _: KW_ONLY
    holds: bool | None = None
    undecidable: bool = False
    n: int = 0
    minimum_n: int | None = None
    behind: Mapping[str, "Evidence"] = field(default_factory=dict)
    any_of: bool = False

    @classmethod
    def of_any(cls, tests: Mapping[str, Estimate], shown: str, null: float = 0.0) -> "Evidence":
        """Whether any of these differs from `null`; the one named `shown` stands for them."""
        behind = {name: cls(e, null) for name, e in tests.items()}
        return cls(tests[shown], null, behind=behind, any_of=True)

    @property
    def units(self) -> int:
        """What is held against the smallest n."""
        if self.any_of:
            return max((e.units for e in self.behind.values()), default=0)
        return self.estimate.n if self.estimate else self.n

    @property
    def p_value(self) -> float | None:
        """Of this question alone, not adjusted; None where nothing is tested."""
        if self.any_of:
            return simes([e.p_value for e in self.behind.values()])
        return self.estimate.p_value if self.estimate else None

    def __post_init__(self) -> None:
        if self.null is None and self.estimate is not None and self.estimate.p_value is not None:
            msg = f"a p-value of {self.estimate.p_value:g} without the null that it belongs to"
            raise ValueError(msg)


@dataclass(frozen=True)
class Judged:
    """What the report makes of a piece of evidence.

    Attributes:
        estimate: with the p-value adjusted for all tests of the report.
        null: as the evidence states it.
        behind: the tests behind it, judged.
    """

    estimate: Estimate
    null: float | None
    verdict: Verdict
    behind: Mapping[str, "Judged"] = field(default_factory=dict)

    @property
    def supported(self) -> bool:
        """Whether it differs from its null by more than chance explains."""
        return self.verdict == SUPPORTED

    @property
    def chance(self) -> bool:
        """Whether chance explains it."""
        return self.verdict == CHANCE

    @property
    def too_little(self) -> bool:
        """Whether there are too few data to say."""
        return self.verdict == TOO_LITTLE

    @property
    def described(self) -> bool:
        """Whether it is a count of the data, tested against nothing."""
        return self.verdict == DESCRIBED


@dataclass(frozen=True)
class Answer:
    """The words for a topic, given its verdict.

    Attributes:
        heading: of the section that it opens; never says more than the verdict.
        text: one sentence, present tense, with its number, its interval and what it is compared with.
        unit: of estimate and interval.
        rests_on: the topic whose evidence stands behind it, where it is another's; "time/hour" is the test
            "hour" behind the topic "time".
    """

    heading: str
    text: str
    unit: str = ""
    rests_on: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim of a published analysis beside what the data say.

    Attributes:
        number: its place among the claims.
        text: as published; evidence: what these data say.
        n: units behind the evidence.
        rests_on: topic (or "topic/test", a test behind it) -> whether what is seen points the claim's way. A
            supported one that points the other way contradicts the claim; the claim is as weak as its weakest
            part.
        verdict: where it does not rest on a test, such as "true by construction".
    """

    number: int
    text: str
    evidence: str
    n: int
    rests_on: Mapping[str, bool] = field(default_factory=dict)
    verdict: str = ""


class Question(Section, Generic[M]):
    """One thing that a report asks of its data. A subclass's docstring is the question.

    Attributes:
        topic: of the finding that opens the section; short and stable, unique in the report.
        unit: what is exchangeable, and so counted by n: "user", "ping", "week of posts".
        main: whether that finding is one of the main points (at most six are shown).
        name: what is left out, in the heading, where the data hold no answer.
    """

    topic: ClassVar[str]
    unit: ClassVar[str]
    main: ClassVar[bool] = True
    name: ClassVar[str] = ""

    def __init__(self, report: "Report[M]") -> None:
        self.report = report
        self.measures: M = report.measures

    # what a question says: these are written by its subclass

    def asked(self) -> bool:
        """Whether the report asks at all; not where an input that may lack was not given."""
        return True

    def missing(self) -> str:
        """Why these data hold no answer, "" where they do; the section then says so."""
        return ""

    def evidence(self) -> Mapping[str, Evidence]:
        """What is estimated and tested, by topic; p-values are those of each test alone."""
        raise NotImplementedError

    def say(self) -> Mapping[str, Answer]:
        """The words of every topic; the first opens the section."""
        raise NotImplementedError

    def show(self) -> Iterable[Output | Sentence]:
        """What stands below heading and finding: figures, further findings (`finding`), tables, sentences."""
        return ()

    def action(self) -> Action | None:
        """What to do about it; the report leaves it out where its topic's verdict does not carry it."""
        return None

    def claims(self) -> Iterable[Claim]:
        """The published claims that it answers."""
        return ()

    # what a question is given

    @property
    def level(self) -> float:
        """Coverage of the report's intervals."""
        return self.report.level

    @property
    def interval(self) -> str:
        """ "95% interval", at the report's level."""
        return interval_name(self.level)

    @property
    def t_interval(self) -> str:
        """ "95% t interval", at the report's level."""
        return interval_name(self.level, "t")

    @property
    def wilson_interval(self) -> str:
        """ "95% Wilson interval", at the report's level."""
        return interval_name(self.level, "Wilson")

    @cached_property
    def held(self) -> bool:
        """Whether the report asks, and the data hold an answer."""
        return self.asked() and not self.missing()

    @cached_property
    def stated(self) -> Mapping[str, Evidence]:
        """`evidence`, made once; nothing where the data hold no answer."""
        return self.evidence() if self.held else {}

    @cached_property
    def said(self) -> Mapping[str, Answer]:
        """`say`, made once; nothing where the data hold no answer."""
        return self.say() if self.held else {}

    def judged(self, topic: str = "") -> Judged:
        """What the report makes of a topic, or of "topic/test"; of its own topic without a name."""
        return self.report.judged(topic or self.topic)

    def finding(self, topic: str = "") -> Finding:
        """A topic's finding; that of its own topic without a name."""
        topic = topic or self.topic
        answer = self.said[topic]
        return finding(
            topic, answer, self.judged(answer.rests_on or topic), main=self.main and topic == self.topic
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, the section's own first; none where the data hold no answer."""
        return tuple(self.finding(topic) for topic in self.said)

    @property
    def data(self) -> pd.DataFrame:
        """Its numbers, a row a topic: topic, verdict, value, low, high, n, unit, null, p_value, method."""
        rests = {topic: answer.rests_on for topic, answer in self.said.items()}
        rows = []
        for topic in {**rests, **self.stated}:
            j = self.judged(rests.get(topic) or topic)
            e = j.estimate
            rows.append(
                (topic, j.verdict, e.value, e.low, e.high, e.n, self.unit, j.null, e.p_value, e.method)
            )
        names = ["topic", "verdict", "value", "low", "high", "n", "unit", "null", "p_value", "method"]
        return pd.DataFrame(rows, columns=names)

    @property
    def answer(self) -> Outputs:
        """Heading and finding, or what is left out and why."""
        if self.held:
            return Outputs((heading(self.said[self.topic].heading), self.finding()))
        if not self.asked():
            return Outputs()
        title = f"{self.name}: not in these data"
        return Outputs((heading(title), note(f"{self.name} is left out: {self.missing()}.")))

    @property
    def details(self) -> Outputs:
        """Figures, further findings and tables."""
        return Outputs(self.show()) if self.held else Outputs()


def finding(topic: str, answer: Answer, judged: Judged, *, main: bool) -> Finding:
    """The finding of a topic.

    Raises:
        ValueError: no sentence, or a "supported" without a number.
    """
    if not answer.text.strip():
        msg = f"finding {topic!r} has no text"
        raise ValueError(msg)
    e = judged.estimate
    value = e.value if math.isfinite(e.value) else None
    if value is None and judged.supported:
        msg = f"finding {topic!r} is called supported, but its estimate is {e.value}"
        raise ValueError(msg)
    return Finding(topic, answer.text, value, e.interval, e.n, e.p_value, judged.verdict, answer.unit, main)


class Asked(Question[Any]):
    """A question that an analyst adds in a notebook (`report.report.Report.ask`)."""

    def __init__(
        self,
        report: "Report[Any]",
        topic: str,
        evidence: Evidence,
        words: Mapping[Verdict, tuple[str, str]],
        unit: str,
        percent: bool,
        main: bool,
        show: Iterable[Figure | TableView],
    ) -> None:
        super().__init__(report)
        self.topic, self.unit, self.main = topic, unit, main  # type: ignore[misc]
        self._evidence, self._words, self._percent, self._shown = evidence, words, percent, tuple(show)

    def evidence(self) -> Mapping[str, Evidence]:
        """As the analyst states it."""
        return {self.topic: self._evidence}

    def say(self) -> Mapping[str, Answer]:
        """The analyst's words for the verdict."""
        j = self.judged()
        number = {
            "estimate": with_interval(j.estimate, percent=self._percent),
            "value": rounded(j.estimate, percent=self._percent),
            "p": tested(j.estimate),
        }
        heading, text = (words.format(**number) for words in self._words[j.verdict])
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """The analyst's figures and tables."""
        return self._shown
