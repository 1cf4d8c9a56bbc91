"""When do sessions begin, and are preferred times better times?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy import stats

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.scores import RESAMPLES, per_user
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.permutation import several_groups
from engagement_utils.inference.proportions import proportion
from engagement_utils.report import plots, style
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, percent, tested, with_interval
from engagement_utils.tables.collecting import collect

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
# fixed bands of six hours, so that none is chosen after the fact
BANDS = {"night (0 to 5)": 0, "morning (6 to 11)": 6, "afternoon (12 to 17)": 12, "evening (18 to 23)": 18}
WEEKEND = 2 / 7  # of the week


class SessionTimes(Question[Measures]):
    """When do sessions begin, and are preferred times better times?"""

    topic = "session_times"
    unit = "session"
    main = False

    @cached_property
    def counts(self) -> pd.DataFrame:
        """Sessions by weekday (rows, Monday first) and hour (0 to 23)."""
        frame = collect(by_hour(self.measures.scored), by=["day", "hour"])
        counts = np.zeros((7, 24), dtype=np.int64)
        counts[frame["day"].to_numpy(dtype=int), frame["hour"].to_numpy(dtype=int)] = frame["n"]
        return pd.DataFrame(counts, index=list(DAYS), columns=range(24))

    @cached_property
    def bands(self) -> Mapping[str, Estimate]:
        """Share of the sessions that begin in each quarter of the day."""
        return {name: self._share(self.counts.iloc[:, k : k + 6]) for name, k in BANDS.items()}

    @cached_property
    def weekend(self) -> Estimate:
        """Share of the sessions on Saturday and Sunday."""
        return self._share(self.counts.iloc[5:])

    def _share(self, part: pd.DataFrame) -> Estimate:
        total = int(self.counts.to_numpy().sum())
        return proportion(int(part.to_numpy().sum()), total, level=self.level)

    @property
    def busiest(self) -> str:
        """The quarter of the day with most sessions."""
        return max(self.bands, key=lambda name: self.bands[name].value)

    @property
    def data(self) -> pd.DataFrame:
        """A row a quarter of the day: band, sessions, share, low, high."""
        inside = {name: int(self.counts.iloc[:, k : k + 6].to_numpy().sum()) for name, k in BANDS.items()}
        rows = [(name, inside[name], e.value, e.low, e.high) for name, e in self.bands.items()]
        return pd.DataFrame(rows, columns=["band", "sessions", "share", "low", "high"])

    def evidence(self) -> Mapping[str, Evidence]:
        """Pearson's chi-square against quarters alike; a binomial test of the weekend; the score by quarter.

        Where users come back, their sessions are not independent and the p-values are too small.
        """
        m = self.measures
        alike = float(stats.chisquare(self.data["sessions"].to_numpy()).pvalue)
        on_weekend, total = int(self.counts.iloc[5:].to_numpy().sum()), int(self.counts.to_numpy().sum())
        seventh = float(stats.binomtest(on_weekend, total, WEEKEND).pvalue)
        band = m.sessions["timestamp"].dt.hour // 6
        groups = [per_user(m.sessions, m.score.column, band == k) for k in range(len(BANDS))]
        score = several_groups(
            [g for g in groups if g.size > 1], seed=m.settings.seed, resamples=RESAMPLES, level=self.level
        )
        return {
            "session_times": Evidence(self.bands[self.busiest].with_p_value(alike), 1 / len(BANDS)),
            "weekend": Evidence(self.weekend.with_p_value(seventh), WEEKEND),
            "score_by_time": Evidence(score, 0.0),
        }

    def say(self) -> Mapping[str, Answer]:
        """On quarters of the day, on the weekend, on the score."""
        return {"session_times": self._when(), "weekend": self._weekend(), "score_by_time": self._score()}

    def _when(self) -> Answer:
        j = self.judged()
        e = j.estimate
        band = self.busiest.replace(" (", ", hours ").rstrip(")")
        if j.too_little:
            text = f"{count(e.n, 'session')} are too few to say when."
            return Answer("Too few sessions to say when they begin", text)
        if j.chance:
            share = f"{percent(e.value)}{tested(e)}"
            text = f"No time of day is reliably preferred: the fullest quarter, {band}, has {share}."
            return Answer("No time of day is preferred", text)
        text = (
            f"{with_interval(e, percent=True)} of the sessions begin in the {band}, against 25% if all hours "
            f"were alike{tested(e)}."
        )
        return Answer(f"Sessions keep to the {self.busiest.split(' (')[0]}", text)

    def _weekend(self) -> Answer:
        j = self.judged("weekend")
        e, even = j.estimate, percent(WEEKEND)
        share = f"{with_interval(e, percent=True)} of the sessions fall on Saturday and Sunday"
        if j.too_little:
            return Answer("Too few sessions to compare days", f"{count(e.n, 'session')} are too few.")
        if j.chance:
            return Answer("The weekend is like other days", f"{share}, as {even} of the week do{tested(e)}.")
        way = "more" if e.value > WEEKEND else "fewer"
        text = f"{share}, {way} than their {even} of the week{tested(e)}."
        return Answer(f"Weekends have {way} sessions", text)

    def _score(self) -> Answer:
        j = self.judged("score_by_time")
        e = j.estimate
        share = f"{percent(e.value, 1)} of the variance of the {self.measures.score.label}"
        between = f"{share} lies between the quarters of a day{tested(e)}."
        if j.too_little:
            text = f"{count(e.n, 'session')} are too few to compare times."
            return Answer("Too few sessions to compare times", text)
        if j.chance:
            text = f"The time of day does not reliably go with the score: {between}"
            return Answer("Preferred times are not better times", text)
        return Answer("The score differs by time of day", between)

    def show(self) -> Iterable[Output]:
        """The hours of the week, the other findings, the quarters."""
        return self.figure(), self.finding("weekend"), self.finding("score_by_time"), self.table()

    def action(self) -> Action:
        """Whom to have there when."""
        busy = self.bands[self.busiest]
        text = f"Staff the {self.busiest.split(' (')[0]} first."
        return Action(text, self.topic, f"It holds {percent(busy.value)} of the sessions.")

    def figure(self) -> Figure:
        """Sessions by weekday and hour."""
        counts = self.counts
        fig, ax = style.canvas(height=2.9)
        plots.annotated_heatmap(
            ax,
            counts.to_numpy(dtype=float),
            counts.to_numpy(),
            rows=list(counts.index),
            columns=[str(h) for h in counts.columns],
            label="sessions",
            minimum_n=1,
            xlabel="hour in which the session begins",
        )
        place = np.unravel_index(int(counts.to_numpy().argmax()), counts.shape)
        hour = int(place[1])
        fullest = f"{counts.index[int(place[0])]}, {hour} to {hour + 1} h"
        return kept_figure(
            fig,
            name="session_times",
            title="When sessions begin",
            caption="Cells count sessions by weekday and hour of their time stamps; a white cell has none.",
            alt=f"{self.finding().text} The fullest hour is {fullest}.",
            data=counts.rename_axis("weekday").reset_index(),
        )

    def table(self) -> TableView:
        """Sessions by quarter of the day."""
        return table(
            self.data,
            name="session_bands",
            title="Sessions by quarter of the day",
            columns={
                "band": "Hours",
                "sessions": "Sessions",
                "share": Col("Share", percent=True, digits=0, interval_with=("low", "high")),
            },
            caption=f"On the weekend: {percent(self.weekend.value)} of the sessions.",
        )


def by_hour(activity: ir.Table) -> ir.Table:
    """One row a weekday (0 is Monday) and hour with sessions: day, hour, n."""
    moment = activity.timestamp
    named = activity.select(day=moment.day_of_week.index().cast("int64"), hour=moment.hour().cast("int64"))
    return named.group_by("day", "hour").agg(n=named.count())
