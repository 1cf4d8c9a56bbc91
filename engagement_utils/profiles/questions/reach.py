"""Which profiles can be forecast, and what comes out?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.intervals import LEVELS, ends
from engagement_utils.profiles.measures import ForecastMeasures
from engagement_utils.report.outputs import Action, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number, percent, with_interval

SHORT_ID = 10  # characters of an id that are shown


def short(profile: str) -> str:
    """The beginning of a long id."""
    return profile if len(profile) <= SHORT_ID + 2 else f"{profile[:SHORT_ID]}…"


class Reach(Question[ForecastMeasures]):
    """How many profiles have records recent enough to forecast?"""

    topic = "reach"
    unit = "profile"

    @property
    def able(self) -> int:
        """Profiles with a forecast by the model."""
        return len(self.measures.first)

    @cached_property
    def share(self) -> Estimate:
        """Of all profiles, those with a forecast by the model."""
        return proportion(self.able, len(self.measures.next_week), level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """The share of profiles, described."""
        return {self.topic: Evidence(self.share, None)}

    def say(self) -> Mapping[str, Answer]:
        """How many can be forecast, and what happens to the others."""
        j, m = self.judged(), self.measures
        text = (
            f"{number(self.able)} of {count(j.estimate.n, 'profile')}, "
            f"{with_interval(j.estimate, percent=True)}, have records recent enough to forecast; the last "
            f"trailing mean stands in for {number(m.flagged('stale'))} that are stale; for "
            f"{number(m.flagged('no history'))} without a week with posts there is no forecast."
        )
        who = count(self.able, "profile") if j.too_little else f"{percent(j.estimate.value)} of profiles"
        return {self.topic: Answer(f"{who} can be forecast", text)}

    def show(self) -> Iterable[Output]:
        """The forecasts."""
        return (self.table(),)

    def action(self) -> Action | None:
        """To record stale profiles again."""
        stale = self.measures.flagged("stale")
        if not stale:
            return None
        text = f"Record the {count(stale, 'stale profile')} again before their numbers are used."
        return Action(text, self.topic, "They have had no recorded day for more than four weeks.")

    def table(self) -> TableView:
        """The shown profiles at all horizons; the download has every profile."""
        m = self.measures
        order = {p: i for i, p in enumerate(m.shown)}
        every = m.forecasts.assign(place=m.forecasts["profile_id"].map(order).fillna(len(order)))
        every = every.sort_values(["place", "profile_id", "horizon_days"], kind="stable", ignore_index=True)
        every = every.assign(profile=every["profile_id"].map(short)).drop(columns="place")
        by = every["method"].map({"model": "model", "none": "none", **BASELINES})
        every["by"] = by.where(every["flag"] == "", by + ", " + every["flag"])
        digits = 0 if every["forecast"].median() >= 20 else 1
        return table(
            every,
            name="forecasts",
            title="Forecasts of the next four weeks",
            columns={
                "profile": "Profile",
                "week_ending": Col("Week to", kind="date"),
                "forecast": Col("Engagement per post", digits=digits),
                **bound_columns(digits),
                "by": "By",
            },
            max_rows=4 * len(m.shown),
            folded=False,
        )


def bound_columns(digits: int, levels: Iterable[float] = LEVELS) -> dict[str, Col]:
    """The bounds of prediction intervals: "80% from", "to"."""
    columns: dict[str, Col] = {}
    for i, level in enumerate(levels):
        low, high = ends(level)
        # headings differ, so that no column hides another
        columns |= {
            low: Col(f"{percent(level)} from", digits=digits),
            high: Col("to" + " " * i, digits=digits),
        }
    return columns
