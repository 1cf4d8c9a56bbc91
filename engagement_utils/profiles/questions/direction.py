"""Do forecasts lie above or below what is usual for the profiles?"""

from collections.abc import Mapping

from engagement_utils.inference.means import quantile
from engagement_utils.profiles.measures import ForecastMeasures
from engagement_utils.profiles.weekly import sunday
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.wording import count, day, interval, percent, with_interval


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
