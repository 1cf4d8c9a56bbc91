"""Which profiles does the model expect to leave their usual level, and why is a forecast what it is?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from engagement_utils.profiles.intervals import INNER, LEVELS, ends
from engagement_utils.profiles.measures import ForecastMeasures
from engagement_utils.profiles.questions.reach import bound_columns, short
from engagement_utils.report.outputs import Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, number

LOW, HIGH = ends(LEVELS[0])


class Turning(Question[ForecastMeasures]):
    """For how many profiles does the usual level lie outside the interval of the next week?"""

    topic = "turning"
    unit = "profile"
    main = False

    @cached_property
    def leaving(self) -> pd.DataFrame:
        """Profiles whose usual level lies outside the inner interval of the next week, furthest first."""
        first = self.measures.first
        outside = (first["level"] < first[LOW]) | (first["level"] > first[HIGH])
        ratio = first["forecast"] / first["level"].clip(lower=1e-9)
        found = first.assign(change=ratio - 1)[outside]
        return found.sort_values("change", key=abs, ascending=False, kind="stable", ignore_index=True)

    def evidence(self) -> Mapping[str, Evidence]:
        """A count of profiles."""
        return {self.topic: Evidence(None, None, n=len(self.measures.first))}

    def say(self) -> Mapping[str, Answer]:
        """How many profiles leave their usual level."""
        found, able = len(self.leaving), count(len(self.measures.first), "profile")
        if found:
            heading = f"{count(found, 'profile')} will leave their usual level, the model expects"
        else:
            heading = "No profile is expected to leave its usual level"
        who = number(found) if found else "none"
        return {self.topic: Answer(heading, f"For {who} of {able} the usual level lies outside the {INNER}.")}

    def show(self) -> Iterable[Output]:
        """Why, and who leaves the usual level."""
        return self.reasons_table(), *(() if self.leaving.empty else (self.leaving_table(),))

    def reasons_table(self) -> TableView:
        """Why, in plain words."""
        m = self.measures
        first = m.next_week.set_index("profile_id")["forecast"]
        rows = [(short(p), first[p], m.reasons[p]) for p in m.shown]
        return table(
            pd.DataFrame(rows, columns=["profile", "forecast", "reason"]),
            name="reasons",
            title="Why the next week is forecast so",
            columns={
                "profile": "Profile",
                "forecast": Col("Next week", "per post", digits=0),
                "reason": "What moves it",
            },
            caption="Each part is how far the forecast moves when that group of features is set to what is "
            "typical. Parts overlap, so they do not add up.",
            folded=False,
        )

    def leaving_table(self) -> TableView:
        """Profiles that leave their usual level."""
        found = self.leaving.assign(profile=self.leaving["profile_id"].map(short))
        return table(
            found[["profile", "profile_id", "level", "forecast", LOW, HIGH, "change"]],
            name="leaving_their_level",
            title="Profiles expected to leave their usual level",
            columns={
                "profile": "Profile",
                "level": Col("Usual level", "per post", digits=0),
                "forecast": Col("Next week", "per post", digits=0),
                **bound_columns(0, LEVELS[:1]),
                "change": Col("Change", percent=True, digits=0),
            },
            max_rows=10,
        )
