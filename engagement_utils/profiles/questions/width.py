"""How far from its forecast can a single week come out, and where does the median profile's lie?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import quantile
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.intervals import INNER, LEVELS, OUTER, ends
from engagement_utils.profiles.measures import ForecastMeasures
from engagement_utils.profiles.questions.reach import short
from engagement_utils.profiles.weekly import days, sunday
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Action, Figure, Output
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.wording import count, day, interval, number, percent, with_interval

LOW, HIGH = ends(LEVELS[0])
SHADES = (0.24, 0.14)  # of the two intervals


class Width(Question[ForecastMeasures]):
    """How wide are the prediction intervals?"""

    topic = "width"
    unit = "profile"

    @cached_property
    def upper(self) -> Estimate:
        """The median of the upper bounds of the next week, in times the forecast."""
        return quantile(_times(self.measures.first, HIGH).to_numpy(), 0.5, level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """How far the interval reaches, described."""
        return {self.topic: Evidence(self.upper, None)}

    def say(self) -> Mapping[str, Answer]:
        """The interval of the median profile, next week and in four weeks."""
        first, upper = self.measures.first, self.upper.value
        lower = float(_times(first, LOW).median()) if len(first) else float("nan")
        table, last = self.measures.forecasts, HORIZONS[-1]
        later = _times(table[(table["horizon_days"] == 7 * last) & table[LOW].notna()], HIGH)
        text = (
            f"The {INNER} of the next week reaches from {number(lower, 2)} to {number(upper, 2)} times the "
            f"forecast for the median profile; {days(last)} ahead up to {number(float(later.median()), 2)} "
            "times."
        )
        heading = f"A single week can come out at {number(lower, 1)} to {number(upper, 1)} times its forecast"
        return {self.topic: Answer(heading, text, unit="times the forecast")}

    def show(self) -> Iterable[Output]:
        """Each shown profile, drawn."""
        return (self.figure(profile) for profile in self.measures.shown)

    def action(self) -> Action:
        """To plan with the intervals."""
        text = f"Plan with the intervals: a week outside the {INNER} is news, one inside it is not."
        return Action(text, self.topic)

    def figure(self, profile: str) -> Figure:
        """One profile: its last weeks, the forecasts, both intervals."""
        m = self.measures
        past, ahead = m.history[m.history["profile_id"] == profile], m.of(profile)
        ahead = ahead[ahead["forecast"].notna()]
        fig, ax = style.canvas(height=2.5)
        label = "engagement per post"
        if len(past):
            # weeks without posts leave a gap
            weeks = np.arange(past["week"].min(), past["week"].max() + 1)
            y = past.set_index("week")["y"].reindex(weeks)
            sundays = pd.to_datetime([sunday(w) for w in weeks])
            plots.trend(ax, sundays, y, color=style.QUIET, ylabel=label)
        if len(ahead):
            when = pd.to_datetime(ahead["week_ending"])
            for level, alpha in reversed(list(zip(LEVELS, SHADES, strict=True))):
                low, high = (ahead[end].to_numpy(dtype=float) for end in ends(level))
                ax.fill_between(when, low, high, color=style.HIGHLIGHT, alpha=alpha, lw=0)
            plots.trend(ax, when, ahead["forecast"], color=style.HIGHLIGHT, ylabel=label)
        ax.set_ylim(bottom=0)
        ax.margins(x=0.03)
        ax.tick_params(axis="x", pad=8)  # a month at the left edge keeps clear of the axis' 0
        number_axis(ax.yaxis)
        upto = day(sunday(m.prepared.span.last_week))
        return figure(
            fig,
            name=f"forecast_{_slug(profile)}",
            title=f"Profile {short(profile)}",
            caption=f"Grey, weeks with posts up to {upto}; in colour, the forecasts of the next four weeks "
            f"with {percent(LEVELS[0])} (darker) and {OUTER}s.",
            alt=f"Profile {short(profile)}: {m.reasons[profile]} {_told(ahead)}",
            data=_numbers(past, ahead),
        )


def _times(forecasts: pd.DataFrame, bound: str) -> "pd.Series[float]":
    """A bound in times the forecast."""
    return forecasts[bound] / forecasts["forecast"].clip(lower=1e-9)


def _slug(profile: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in profile.lower())
    return kept[:24]


def _told(ahead: pd.DataFrame) -> str:
    if ahead.empty:
        return "No forecast."
    values = ", ".join(number(v, 0) for v in ahead["forecast"])
    return f"Forecasts of the next four weeks: {values} engagement per post."


def _numbers(past: pd.DataFrame, ahead: pd.DataFrame) -> pd.DataFrame:
    """History and forecasts in one table."""
    before = pd.DataFrame(
        {"week_ending": [sunday(w) for w in past["week"]], "engagement_per_post": past["y"]}
    )
    return pd.concat([before, ahead.drop(columns="profile_id")], ignore_index=True)


class Direction(Question[ForecastMeasures]):
    """Is the next week of the median profile forecast above or below its usual level?"""

    topic = "direction"
    unit = "profile"

    def evidence(self) -> Mapping[str, Evidence]:
        """The median of the forecasts' distances from the usual levels, as shares, against none."""
        first = self.measures.first
        change = (first["forecast"] / first["level"].clip(lower=1e-9) - 1).to_numpy()
        return {self.topic: Evidence(quantile(change, 0.5, level=self.level), 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """Above, below or at the usual level."""
        j = self.judged()
        e, profiles = j.estimate, count(j.estimate.n, "profile")
        week = f"the week to {day(sunday(self.measures.prepared.span.last_week + 1))}"
        if j.supported:
            far = f"{percent(abs(e.value), 1)} {'above' if e.value > 0 else 'below'} its usual"
            heading = f"The median profile is forecast {far} level"
            bounds = interval(e.low or 0, e.high or 0, 1, percent=True)
            text = f"For {week} the median profile is forecast {far} level ({bounds}, {profiles})."
        elif j.chance:
            heading = "The next week is forecast at its usual level for the median profile"
            text = (
                f"For {week} the median profile is forecast at its usual level "
                f"(difference {with_interval(e, percent=True)}, {profiles})."
            )
        else:
            heading = "Too few profiles to say where the next week lies"
            text = f"{profiles} are too few to say where {week} lies as a whole."
        return {self.topic: Answer(heading, text)}
