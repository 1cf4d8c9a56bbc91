"""When do contacts leave a lifecycle stage, where the times of changes are known?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import isfinite

from engagement_utils.contacts.measures import Measures
from engagement_utils.contacts.questions.closing import steps
from engagement_utils.contacts.timing import DAYS, Timing, moments, timing
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, percent, points, tested


class StageTimes(Question[Measures]):
    """When do contacts leave a lifecycle stage?"""

    topic = "stages"
    unit = "stay in a stage"
    main = False

    @cached_property
    def timing(self) -> Timing | None:
        """When stages and sources changed; None without a table of history times, or without a time in it."""
        m = self.measures
        if "history" not in m.data:
            return None
        found = moments(m.data.connection, m.raw, m.data["history"], m.headers)
        return timing(found, m.contacts, m.as_of, m.settings.minimum_group, level=self.level)

    @property
    def known(self) -> Timing:
        """`timing`, where it is there."""
        assert self.timing is not None
        return self.timing

    def asked(self) -> bool:
        """Only where times are known."""
        return self.timing is not None

    def evidence(self) -> Mapping[str, Evidence]:
        """Share of stays in the most frequent stage that ended within 90 days, 1A less the others."""
        return {self.topic: Evidence(self.known.gap, 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """Whether 1A leaves the stage sooner than the other social contacts."""
        j, stage = self.judged(), self.known.stage
        e = j.estimate
        if not isfinite(e.value):
            text = "Too few stays in a lifecycle stage have a known start and end to compare the segments."
            return {self.topic: Answer("Too few dated stages to compare the segments", text)}
        slow = e.value < 0
        text = (
            f"The share of stays in the stage {stage} that have ended within {DAYS} days is "
            f"{points(e.turned() if slow else e)} {'lower' if slow else 'higher'} for 1A than for the other "
            f"social contacts{tested(e)}; stays that go on count as long as they were followed."
        )
        heading = f"The segments stay equally long in the stage {stage}, as far as these data show"
        if j.supported:
            heading = f"1A leaves the stage {stage} {'later' if slow else 'sooner'}"
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """A curve a stage, and how long contacts stay in each."""
        return (*([self.figure()] if self.known.curves else []), self.table())

    def sources(self) -> str:
        """How many changes of the latest source came after the closing, where a journey is over."""
        e = self.known.after_closing
        if e.n == 0:
            return "No change of the latest source of a contact who closed has a known day."
        return (
            f"Of {count(e.n, 'change')} of the latest source of contacts who closed, {percent(e.value, 1)} "
            "came after the day of closing: these are not part of the way to it."
        )

    def figure(self) -> Figure:
        """Share of stays that have ended by day, a curve a stage."""
        fig, ax = style.canvas(height=3.0)
        data = steps(ax, self.known.curves)
        ax.set(xlabel="days since the stage began", ylabel="share that left it")
        return figure(
            fig,
            name="stage_times",
            title="Share of stays in a lifecycle stage that have ended",
            caption=f"Kaplan-Meier curves with pointwise {percent(self.level)} bands; stays that go on "
            "count as long as they were followed. n counts stays with a known start.",
            alt=self.finding().text,
            data=data.rename(columns={"name": "stage", "share": "share_left"}),
        )

    def table(self) -> TableView:
        """How long contacts stay in each stage."""
        cols: dict[str, Col | str] = {
            "stage": "Stage",
            "stays": Col("Stays", digits=0),
            "left": Col("Ended", digits=0),
            "within_30": Col("Ended within 30 days", percent=True, digits=1),
            "within_90": Col("Ended within 90 days", percent=True, digits=1, interval_with=("low", "high")),
            "median": Col("Half ended by (days)", digits=0),
        }
        return table(
            self.known.table,
            name="stage_stays",
            title="How long contacts stay in a lifecycle stage",
            columns=cols,
            folded=False,
            caption=f"Shares are Kaplan-Meier estimates, with {self.interval}s. {self.sources()}",
        )
