"""The report: the questions in their order, and the one judge of what they find.

It alone holds the level, the smallest n, the adjustment for all tests, the verdicts, the order, the main
points, the actions, the published claims and the remarks on the data.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any, ClassVar, Generic, Self, get_type_hints

import pandas as pd
from IPython.display import display

from engagement_utils.errors import ParameterError
from engagement_utils.inference import multiple
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import (
    CHANCE,
    DESCRIBED,
    SUPPORTED,
    TOO_LITTLE,
    VERDICTS,
    Verdict,
    judge,
)
from engagement_utils.report.outputs import Action, Figure, Finding, Header, Quality, TableView
from engagement_utils.report.question import Asked, Claim, Evidence, Judged, M, Question
from engagement_utils.report.section import Outputs, Section, heading, note
from engagement_utils.report.table import table
from engagement_utils.report.wording import number
from engagement_utils.tables.quality import InputQuality, Reason

CONTRADICTED = "contradicted"  # the data support the contrary
_WEAKEST_FIRST = (CONTRADICTED, TOO_LITTLE, CHANCE, DESCRIBED, SUPPORTED)


@dataclass(frozen=True)
class Settings:
    """A report's choices; the notebook's parameters of the same names say what they mean."""

    level: float = 0.95
    minimum_n: int = 10
    seed: int = 0

    @classmethod
    def of(cls, names: Mapping[str, Any]) -> Self:
        """The settings that a notebook's names hold: `Settings.of(globals())`.

        Lists become tuples. Names that are no setting are left alone.

        Raises:
            ParameterError: a setting has no name among them.
        """
        wanted = [f.name for f in fields(cls) if f.init]
        lacking = [name for name in wanted if name not in names]
        if lacking:
            msg = f"the parameters cell has no {', '.join(lacking)}; every setting is needed"
            raise ParameterError(msg)
        chosen: dict[str, Any] = {n: tuple(v) if isinstance(v := names[n], list) else v for n in wanted}
        return cls(**chosen)


class Report(Generic[M]):
    """The questions of a domain; its subclass names them in order, each by an annotation.

        class PingReport(Report[Measures]):
            concentration: Concentration
            funnel: Funnel

    Each is an attribute, `report.concentration`, which shows its section in a notebook. Nothing is judged
    before the first answer is wanted, so that questions of a notebook's own (`ask`) are judged with the rest.

    Args:
        measures: what the domain measures once for all its questions.
        settings: level, smallest n and the domain's own choices.
        inputs: what was found wrong with the tables (`tables.reading.Dataset.quality`).
    """

    claims_caption: ClassVar[str] = ""

    def __init__(self, measures: M, settings: Settings, inputs: Sequence[InputQuality] = ()) -> None:
        self.measures = measures
        self.level, self.minimum_n = settings.level, settings.minimum_n
        self._inputs = tuple(inputs)
        self.asked: list[Question[M]] = []  # in the report's order
        for name, kind in get_type_hints(type(self)).items():
            if isinstance(kind, type) and issubclass(kind, Question):
                setattr(self, name, kind(self))
                self.asked.append(getattr(self, name))

    # what a domain's report says of itself

    def header(self) -> Header:
        """Data window, counts and key figures."""
        raise NotImplementedError

    def reasons(self) -> Mapping[str, Sequence[Reason]]:
        """What only the domain sees of the quality of its tables, by table."""
        return {}

    def notes(self) -> Iterable[str]:
        """Sentences on what is particular to these data."""
        return ()

    # asking and judging

    def ask(
        self,
        topic: str,
        estimate: Estimate,
        *,
        null: float | None,
        unit: str,
        supported: tuple[str, str] = ("", ""),
        chance: tuple[str, str] = ("", ""),
        too_little: tuple[str, str] = ("", ""),
        described: tuple[str, str] = ("", ""),
        percent: bool = False,
        main: bool = False,
        show: Iterable[Figure | TableView] = (),
    ) -> Asked:
        """Add a question of a notebook's own; it is adjusted and judged with all the others.

        Args:
            topic: unique in the report.
            estimate: with its own p-value, where there is one.
            null: the value of "nothing"; None where nothing is tested.
            unit: what n counts.
            supported, chance, too_little, described: heading and sentence for each verdict that can come out;
                `{estimate}` in them is the number with its interval, `{value}` the number alone, `{p}`
                ", p = 0.03" after the adjustment, or nothing where there is no test.
            percent: the number is a share (0 to 1). main: the finding is one of the main points.
            show: figures and tables below.

        Raises:
            ValueError: a topic that is there already, answers that were given before, or no words for a
                verdict that can come out.
        """
        if "_verdicts" in self.__dict__:
            msg = f"{topic!r} is asked after answers were given; make the report anew, and ask first"
            raise ValueError(msg)
        if topic in {t for q in self.asked for t in q.stated}:
            msg = f"topic {topic!r} is asked twice"
            raise ValueError(msg)
        possible = (TOO_LITTLE, DESCRIBED) if null is None else (SUPPORTED, CHANCE, TOO_LITTLE)
        given = dict(zip(VERDICTS, (supported, chance, too_little, described), strict=True))
        silent = [v for v in possible if not all(given[v])]
        if silent:
            msg = f"topic {topic!r} has no heading or sentence for {', '.join(map(repr, silent))}"
            raise ValueError(msg)
        words = {v: given[v] for v in possible}
        question = Asked(self, topic, Evidence(estimate, null), words, unit, percent, main, show)
        self.asked.append(question)
        return question

    @property
    def questions(self) -> pd.DataFrame:
        """What is asked, in order: topic, question, unit, main."""
        rows = [(q.topic, (type(q).__doc__ or "").partition("\n")[0], q.unit, q.main) for q in self.asked]
        return pd.DataFrame(rows, columns=["topic", "question", "unit", "main"])

    @cached_property
    def _verdicts(self) -> dict[str, Judged]:
        """Every topic judged, all p-values adjusted together."""
        stated: dict[str, Evidence] = {}
        for question in self.asked:
            for topic, evidence in question.stated.items():
                if topic in stated:
                    msg = f"topic {topic!r} is stated twice"
                    raise ValueError(msg)
                stated[topic] = evidence
        alpha = self.alpha
        families = {
            topic: multiple.Family(e.p_value, {name: b.p_value for name, b in e.behind.items()})
            for topic, e in stated.items()
        }
        adjusted = multiple.adjust_families(families, q=alpha)
        return {topic: self._judged(e, adjusted[topic], alpha) for topic, e in stated.items()}

    @property
    def alpha(self) -> float:
        """The chance of a false "supported" that is allowed: what the level leaves."""
        return round(1 - self.level, 12)

    def _judged(self, evidence: Evidence, family: multiple.Family, alpha: float) -> Judged:
        estimate = evidence.estimate or Estimate.unknown(evidence.n, self.level)
        estimate = estimate.with_p_value(family.p_value)
        minimum = self.minimum_n if evidence.minimum_n is None else evidence.minimum_n
        if evidence.undecidable or evidence.units < minimum:
            verdict: Verdict = TOO_LITTLE
        elif evidence.holds is not None:
            verdict = SUPPORTED if evidence.holds else CHANCE
        else:
            verdict = judge(estimate, null=evidence.null, alpha=alpha, minimum_n=0)
        behind = {
            name: self._judged(e, multiple.Family(family.behind[name]), alpha)
            for name, e in evidence.behind.items()
        }
        return Judged(estimate, evidence.null, verdict, behind)

    def judged(self, topic: str) -> Judged:
        """What the report makes of a topic's evidence, or of a test behind it: "time", "time/hour".

        Raises:
            KeyError: no such topic, or one that the data hold no answer to.
        """
        if topic in self._verdicts:
            return self._verdicts[topic]
        front, _, behind = topic.partition("/")
        return self._verdicts[front].behind[behind] if behind else self._verdicts[front]

    # what is shown

    @property
    def findings(self) -> dict[str, Finding]:
        """Every finding by topic, in the report's order."""
        return {f.topic: f for q in self.asked for f in q.findings}

    @property
    def actions(self) -> tuple[Action, ...]:
        """What to do: at most one action a question, and only where its topic's verdict carries it."""
        answered = [q.action() for q in self.asked if q.held]
        found = self.findings
        return tuple(a for a in answered if a and found[a.topic].verdict in (SUPPORTED, DESCRIBED))

    @property
    def claims(self) -> "Claims":
        """The published claims beside what these data say."""
        return Claims(self)

    @property
    def remarks(self) -> Outputs:
        """What is particular to these data, a paragraph a remark."""
        return Outputs(note(sentence) for sentence in self.notes())

    @property
    def quality(self) -> Quality:
        """What was read, what was set aside, what was counted, and the domain's `reasons` that have rows.

        Raises:
            ValueError: `reasons` names an input that was not read.
        """
        extra, names = self.reasons(), [i.name for i in self._inputs]
        if unknown := sorted(set(extra) - set(names)):
            msg = f"no input {', '.join(unknown)}; read: {', '.join(names)}"
            raise ValueError(msg)
        return Quality(
            tuple(
                replace(i, reasons=(*i.reasons, *(r for r in extra.get(i.name, ()) if r.rows)))
                for i in self._inputs
            )
        )

    def _ipython_display_(self) -> None:
        display(self.header(), *self.actions)


class Claims(Section):
    """The published claims in their order, each with its evidence and a verdict."""

    def __init__(self, report: Report[Any]) -> None:
        self.report = report

    @cached_property
    def data(self) -> pd.DataFrame:
        """A row a claim: claim, evidence, n, verdict (of a finding, "contradicted", or a question's own)."""
        claims = sorted(
            (claim for question in self.report.asked for claim in question.claims()), key=lambda c: c.number
        )
        rows = [(c.text, c.evidence, c.n, self._verdict(c)) for c in claims]
        return pd.DataFrame(rows, columns=["claim", "evidence", "n", "verdict"])

    def _verdict(self, claim: Claim) -> str:
        if claim.verdict:
            return claim.verdict
        parts = [
            CONTRADICTED
            if (verdict := self.report.judged(topic).verdict) == SUPPORTED and not holds
            else verdict
            for topic, holds in claim.rests_on.items()
        ]
        return min(parts, key=_WEAKEST_FIRST.index, default=TOO_LITTLE)

    @property
    def heading(self) -> str:
        """How many of the claims these data support, and how many they contradict."""
        verdicts = self.data["verdict"]
        supported, against = int((verdicts == SUPPORTED).sum()), int((verdicts == CONTRADICTED).sum())
        text = f"These data support {number(supported)} of {number(len(verdicts))} published claims"
        return f"{text} and contradict {number(against)}" if against else text

    @property
    def answer(self) -> Outputs:
        """The heading."""
        return Outputs((heading(self.heading),))

    @property
    def details(self) -> Outputs:
        """The table of claims."""
        columns = {"claim": "Claim", "evidence": "These data", "n": "n", "verdict": "Verdict"}
        view = table(
            self.data,
            name="published_claims",
            title="Published claims, and what these data say",
            columns=columns,
            caption=self.report.claims_caption,
            folded=False,
        )
        return Outputs((view,))
