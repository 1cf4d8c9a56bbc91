"""Does the score change its level over the weeks, and do the months that a published text names differ?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy import stats

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.scores import RESAMPLES, Score, per_user
from engagement_utils.inference.changes import Changes, Segment, change_points
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.permutation import two_groups
from engagement_utils.report import plots, style
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import (
    count,
    date_range,
    day,
    interval,
    interval_name,
    join_words,
    number,
    tested,
    with_interval,
)
from engagement_utils.tables.collecting import collect

# in the published text August dropped significantly, and December and January are the highest
NAMED = {"months_august": (8,), "months_winter": (12, 1)}
FEWEST_WEEKS = 4  # in which a change of level can be looked for


@dataclass(frozen=True)
class Weekly:
    """One score by week (Monday first).

    Attributes:
        frame: week, n (sessions), mean, low, high, level (mean of the week's segment), whole (whether the
            data cover all seven days).
        changes: of the weekly mean; positions are rows of `frame`.
        sd: standard deviation of a session within its week.
    """

    score: Score
    frame: pd.DataFrame
    changes: Changes
    sd: float


class WeeklyTrend(Question[Measures]):
    """Does the score change its level over the weeks?"""

    topic = "weekly_trend"
    unit = "session"

    @cached_property
    def series(self) -> Mapping[str, Weekly]:
        """Every shown score by topic, week by week."""
        m, c = self.measures, self.measures.counted
        return {
            self.topic if s == m.score else f"{self.topic}_{s.key}": weekly(
                m.scored, s, c.first, c.last, level=self.level, seed=m.settings.seed
            )
            for s in m.scores
        }

    @cached_property
    def months(self) -> pd.DataFrame:
        """One row a calendar month: month (its first day), n, mean of the score."""
        m = self.measures
        month = m.sessions["timestamp"].dt.to_period("M").dt.to_timestamp()
        frame = m.sessions.groupby(month)[m.score.column].agg(["size", "mean"]).reset_index()
        return frame.rename(columns={"timestamp": "month", "size": "n"})

    @cached_property
    def named_months(self) -> Mapping[str, Estimate]:
        """Mean score of the named months less that of all others, one value a user in each, by topic."""
        sessions, column = self.measures.sessions, self.measures.score.column
        found = {}
        for topic, months in NAMED.items():
            inside = sessions["timestamp"].dt.month.isin(months)
            values = (per_user(sessions, column, inside), per_user(sessions, column, ~inside))
            seed = self.measures.settings.seed
            found[topic] = two_groups(*values, resamples=RESAMPLES, level=self.level, seed=seed)
        return found

    def evidence(self) -> Mapping[str, Evidence]:
        """The oddest stretch less all other weeks, by its weakest cut; the named months less the others."""
        stated = {topic: self._changed(w) for topic, w in self.series.items()}
        return {**stated, **{topic: Evidence(e, 0.0) for topic, e in self.named_months.items()}}

    def _changed(self, w: Weekly) -> Evidence:
        sessions, method = int(w.frame["n"].sum()), "circular binary segmentation"
        if not w.changes.cuts:
            e = Estimate(0.0, None, None, sessions, self.level, None, method)
            enough = len(w.frame) >= FEWEST_WEEKS and w.sd > 0
            return Evidence(e, 0.0, holds=False, undecidable=not enough)
        odd, rest = _oddest(w)
        p = max(w.changes.p_values.values())
        return Evidence(Estimate(odd.mean - rest, None, None, sessions, self.level, p, method), 0.0)

    def say(self) -> Mapping[str, Answer]:
        """A sentence a score, and one on each group of named months."""
        weeks = {topic: self._weeks(topic, w) for topic, w in self.series.items()}
        return {**weeks, **{topic: self._months(topic) for topic in NAMED}}

    def _weeks(self, topic: str, w: Weekly) -> Answer:
        j, label, weeks = self.judged(topic), w.score.label, count(len(w.frame), "week")
        cuts, segments = w.changes.cuts, w.changes.segments
        if j.too_little:
            heading = "Too few weeks to look for a change"
            return Answer(heading, f"{weeks} are too few to look for a change of level.")
        if j.chance:
            text = (
                f"Over {weeks} the {label} does not reliably leave its mean of "
                f"{number(float(np.average(w.frame['mean'], weights=w.frame['n'])), 1)}: "
                "no change point is found."
            )
            return Answer(f"The {label} keeps one level", text)
        odd, rest = _oddest(w)
        starts, counted = w.frame["week"], self.measures.counted
        end = min(starts.iloc[odd.last] + pd.Timedelta(days=6), counted.last.normalize())
        when = date_range(max(starts.iloc[odd.first], counted.first.normalize()), end)
        side = "low" if odd.mean < rest else "high"
        levels = [f"{number(s.mean, 1)} from {day(starts.iloc[s.first])}" for s in segments]
        text = (
            f"The weekly {label} changes its level {_times(len(cuts))}{tested(j.estimate)}: it is {side} "
            f"from {when} with {number(odd.mean, 1)}, against {number(rest, 1)} in all other weeks. Its "
            f"levels are {join_words(levels)}."
        )
        return Answer(f"The {label} is {side} from {when}", text)

    def _months(self, topic: str) -> Answer:
        j, named, label = self.judged(topic), NAMED[topic], self.measures.score.label
        e = j.estimate
        words = join_words([pd.Timestamp(2000, month, 1).strftime("%B") for month in named])
        if j.too_little:
            text = f"{count(e.n, 'user')} in the smaller group are too few to compare {words} with."
            return Answer(f"Too few sessions in {words} to compare", text)
        # one digit more than the interval supports reads better than "9 (8 to 10)"
        difference = f"{number(e.value, 1)} points"
        if e.interval:
            difference += f" ({interval_name(e.level)} {interval(*e.interval, 1)})"
        difference += tested(e)
        if j.chance:
            text = f"The {label} in {words} does not reliably differ from the other months': {difference}."
            return Answer(f"{words} cannot be told from other months", text)
        side, lie = "above" if e.value > 0 else "below", "lie" if len(named) > 1 else "lies"
        text = f"The {label} in {words} lies {side} that of the other months: {difference}."
        return Answer(f"{words} {lie} {side} the other months", text)

    def show(self) -> Iterable[Output]:
        """The weeks drawn, the other findings, the levels."""
        others = (self.finding(topic) for topic in self.said if topic != self.topic)
        return self.figure(), *others, self.table()

    def claims(self) -> Iterable[Claim]:
        """On August, and on December and January."""
        texts = {
            "months_august": "During August the user engagement dropped significantly.",
            "months_winter": "December and January are the highest user engagement months.",
        }
        for number_, (topic, text) in enumerate(texts.items(), start=1):
            e = self.named_months[topic]
            if not e.n:
                yield Claim(number_, text, "no session in these months to compare", 0)
                continue
            evidence = f"less all other months: {with_interval(e)} points of the {self.measures.score.label}"
            if topic == "months_winter" and len(self.months):
                highest = self.months.sort_values("mean", ascending=False, kind="stable").head(2)
                evidence += f"; highest are {' and '.join(m.strftime('%b %Y') for m in highest['month'])}"
            yield Claim(number_, text, evidence, e.n, {topic: (e.value < 0) == (topic == "months_august")})

    def figure(self) -> Figure:
        """Weekly means with intervals and the levels between change points, a panel a score."""
        series = list(self.series.values())
        fig, axes = style.canvas(len(series), 1, height=0.6 + 2.3 * len(series), sharex=True, squeeze=False)
        for ax, w in zip(axes[:, 0], series, strict=True):
            _week(ax, w)
        frame = pd.concat([w.frame.assign(score=w.score.key) for w in series], ignore_index=True)
        return kept_figure(
            fig,
            name="weekly_trend",
            title="Mean score of the sessions, week by week",
            caption="Dots are weekly means, hollow where the data cover only a part of the week; the band "
            f"is their {self.t_interval} over sessions; thick lines are the levels between change points.",
            alt=self.finding().text,
            data=frame,
        )

    def table(self) -> TableView:
        """The stretches of weeks between change points."""
        rows = []
        for w in self.series.values():
            starts = w.frame["week"]
            for s in w.changes.segments:
                p = w.changes.p_values.get(s.first)
                rows.append((w.score.label, starts.iloc[s.first], s.last - s.first + 1, s.n, s.mean, p))
        frame = pd.DataFrame(rows, columns=["score", "from", "weeks", "sessions", "mean", "p_value"])
        return table(
            frame.astype({"p_value": "float64"}),
            name="weekly_levels",
            title="Levels of the weekly mean",
            columns={
                "score": "Score",
                "from": "First week",
                "weeks": "Weeks",
                "sessions": "Sessions",
                "mean": Col("Mean", "points", digits=1),
                "p_value": Col("p of the change", kind="p"),
            },
        )


def _oddest(w: Weekly) -> tuple[Segment, float]:
    """The stretch of less than half of the sessions farthest from all others, and the others' mean."""
    total, n = sum(s.mean * s.n for s in w.changes.segments), sum(s.n for s in w.changes.segments)
    rest = {s: (total - s.mean * s.n) / (n - s.n) for s in w.changes.segments if 2 * s.n <= n}
    odd = max(rest, key=lambda s: abs(s.mean - rest[s]))
    return odd, rest[odd]


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{number(n)} times")


def _week(ax: Axes, w: Weekly) -> None:
    f = w.frame
    quiet = style.QUIET
    plots.trend(ax, f["week"], f["mean"], low=f["low"], high=f["high"], ylabel=w.score.label, color=quiet)
    part = f[~f["whole"]]
    ax.plot(part["week"], part["mean"], "o", ms=5, mfc=style.GROUND, mec=quiet, mew=1.3, zorder=4)
    week = pd.Timedelta(days=7)
    for s in w.changes.segments:
        start, end = f["week"].iloc[s.first], f["week"].iloc[s.last] + week
        ax.plot((start, end), (s.mean, s.mean), color=style.HIGHLIGHT, lw=2.6, solid_capstyle="butt")
        # beside the band, on the side to which the level lies
        below = s.mean < f["mean"].mean() - w.sd / 4
        bounds = f[["mean", "low", "high"]].iloc[s.first : s.last + 1].to_numpy()
        ax.annotate(
            number(s.mean, 1),
            (start + (end - start) / 2, np.nanmin(bounds) if below else np.nanmax(bounds)),
            (0, -4 if below else 4),
            textcoords="offset points",
            ha="center",
            va="top" if below else "bottom",
            fontsize=style.SMALL,
            color=style.INK,
        )
    ax.margins(y=0.12)


def by_week(scored: ir.Table, column: str) -> ir.Table:
    """One row a week with sessions: week (its Monday), n, mean and standard deviation of `column`."""
    value = scored[column].cast("float64")
    named = scored.select(week=scored.timestamp.truncate("W").date(), value=value)
    return named.group_by("week").agg(
        n=named.count(), mean=named.value.mean(), sd=named.value.std(how="sample")
    )


def weekly(
    scored: ir.Table, score: Score, first: pd.Timestamp, last: pd.Timestamp, *, level: float, seed: int
) -> Weekly:
    """Weekly means with t intervals, and where their level changes.

    Sessions are the units: where users come back, a week's interval is too narrow for a claim about users.
    """
    frame = collect(by_week(scored, score.column), by=["week"])
    frame["week"] = pd.to_datetime(frame["week"])
    n, sd = frame["n"].to_numpy(dtype=float), frame["sd"].fillna(0.0).to_numpy(dtype=float)
    with np.errstate(all="ignore"):
        half = stats.t.ppf((1 + level) / 2, n - 1) * sd / np.sqrt(n)
    half = np.where((n > 1) & (sd > 0), half, np.nan)
    freedom = float(np.sum(n - 1))
    within = float(np.sqrt(np.sum((n - 1) * sd**2) / freedom)) if freedom > 0 else 0.0
    changes = change_points(frame["mean"].to_numpy(dtype=float), n, within, seed=seed)
    levels = np.empty(len(frame))
    for segment in changes.segments:
        levels[segment.first : segment.last + 1] = segment.mean
    day = pd.Timedelta(days=1)
    whole = (frame["week"] >= first.normalize()) & (frame["week"] + 6 * day <= last.normalize())
    frame = frame.assign(low=frame["mean"] - half, high=frame["mean"] + half, level=levels, whole=whole)
    columns = ["week", "n", "mean", "low", "high", "level", "whole"]
    return Weekly(score, frame[columns], changes, within)
