"""What does a plain squared error measure?"""

from collections.abc import Mapping

from engagement_utils.profiles.errors import error, squared_share
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.profiles.models import MODEL
from engagement_utils.report.outputs import Action
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.wording import number, percent

TOP = 0.01  # share of rows that squared errors are traced to
MUCH = 0.2  # of the squared error


class Giants(Question[PredictionMeasures]):
    """How much of the squared error do a few rows hold?"""

    topic = "giants"
    unit = "profile"
    main = False

    @property
    def share(self) -> float:
        """What the `TOP` rows hold, 7 days ahead."""
        return squared_share(self.measures.at(1), MODEL, TOP)

    def evidence(self) -> Mapping[str, Evidence]:
        """A count of the backtest's errors."""
        return {self.topic: Evidence(None, None, n=self.measures.at(1)["profile_id"].nunique())}

    def say(self) -> Mapping[str, Answer]:
        """Whether a handful of rows decide the squared error."""
        top, share = percent(TOP), percent(self.share)
        text = f"{top} of the rows hold {share} of the squared error"
        if self.share < MUCH:
            return {self.topic: Answer("Squared errors are spread over many profiles", f"{text}.")}
        r2 = error(self.measures.at(1), "trailing", "R²", level=self.level).value
        text += f", and the trailing mean alone has an R² of {number(r2, 2)}: both say little about most"
        heading = f"Squared errors measure a handful of giants: {top} of rows hold {share}"
        return {self.topic: Answer(heading, f"{text} profiles.")}

    def action(self) -> Action | None:
        """To judge by other errors, where a handful of rows decide the squared one."""
        if self.share < MUCH:
            return None
        top = number(TOP * 100, 0)
        text = f"Judge forecasts by scaled error and by stratum; {top}% of rows decide the squared error."
        return Action(text, self.topic)
