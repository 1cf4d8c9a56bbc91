"""Do scores differ by the day of the week?"""

from collections.abc import Iterable

from engagement_utils.posts.questions.base import TimeFactor
from engagement_utils.posts.windows import DAYS
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.section import Sentence


class Weekdays(TimeFactor):
    """Do scores differ by the day of the week?"""

    topic = "weekday"
    name = "Day of the week"

    def show(self) -> Iterable[Output | Sentence]:
        """Means by weekday."""
        yield self.left_out("The view by weekday", "weekday") or self.means()

    def means(self) -> Figure:
        """Means by weekday, in calendar order."""
        frame = self.measures.by["weekday"]
        return self.means_figure(
            frame,
            [DAYS[int(d)] for d in frame["weekday"]],
            name="weekdays",
            title="Mean score by day of the week",
            alt="Seven weekdays in calendar order",
        )
