"""What do weekly sums do to sparsity?"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.report import style
from engagement_utils.report.figure import figure
from engagement_utils.report.labels import number_axis
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import table
from engagement_utils.report.wording import number, percent


class Weekly(Question[PredictionMeasures]):
    """How many gaps do calendar weeks fill?"""

    topic = "weekly"
    unit = "profile"
    main = False

    @property
    def strata(self) -> pd.DataFrame:
        """Shares of days and of weeks with a record by stratum of recorded days, the sparsest first."""
        return self.measures.exploration.sparsity

    def evidence(self) -> Mapping[str, Evidence]:
        """A count of the sparsest profiles' days and weeks."""
        return {self.topic: Evidence(None, None, n=int(self.strata["profiles"].iloc[0]))}

    def say(self) -> Mapping[str, Answer]:
        """The shares of the sparsest profiles."""
        first = self.strata.iloc[0]
        days, weeks = percent(first["days"]), percent(first["weeks"])
        text = (
            f"Between first and last record of the sparsest profiles ({first['stratum']} days a year), "
            f"{days} of days but {weeks} of weeks have a record, and {percent(first['posts_weeks'])} have "
            "posts."
        )
        return {self.topic: Answer(f"Weeks fill the gaps: {days} of days, but {weeks} of weeks", text)}

    def show(self) -> Iterable[Output]:
        """Days and weeks by stratum, and the rules that make weeks."""
        return self.figure(), self.rules_table()

    def figure(self) -> Figure:
        """Share of days and of weeks with a record, by stratum of recorded days."""
        strata = self.strata
        fig, ax = style.canvas(height=0.9 + 0.32 * len(strata))
        y = np.arange(len(strata))
        ax.hlines(y, strata["days"], strata["weeks"], color=style.GRID, lw=2, zorder=1)
        for column, color in (("days", style.QUIET), ("weeks", style.HIGHLIGHT)):
            ax.plot(strata[column], y, "o", color=color, ms=7, label=f"{column} with a record")
        hollow = {"mfc": style.GROUND, "mec": style.HIGHLIGHT}
        ax.plot(strata["posts_weeks"], y, "o", **hollow, ms=7, label="weeks with posts")
        ax.set_yticks(y, strata["stratum"], color=style.INK)
        ax.set(ylim=(len(strata) - 0.5, -0.6), xlim=(0, 1.03), ylabel="recorded days in a year")
        ax.set_xlabel("share between a profile's first and last record")
        beside = {"transform": ax.get_yaxis_transform(), "va": "center", "color": style.MUTED}
        for place, n in zip(y, strata["profiles"], strict=True):
            ax.text(1.02, place, number(n), fontsize=style.SMALL, **beside)
        ax.text(1.02, -0.95, "profiles", fontsize=style.SMALL, **beside)
        number_axis(ax.xaxis, percent=True)
        style.grid(ax, "x")
        ax.legend(loc="lower center", bbox_to_anchor=(0.45, 1.02), ncols=3)
        return figure(
            fig,
            name="sparsity",
            title="Days and weeks with a record",
            caption="Grey dots are shares of days, coloured dots of calendar weeks, hollow dots of weeks "
            "with posts, of all profiles of a stratum together.",
            alt=self.finding().text,
            data=strata,
        )

    def rules_table(self) -> TableView:
        """What weeks are made by, beside the rules of reading, and how often each rule applied."""
        x = self.measures.exploration
        fell = "followers that fall by more than half are an error, and believed a week later"
        rows = [
            ("a week that the data hold only in part counts nowhere", "days recorded in it", x.partial),
            ("a week without a recorded day is missing, never 0", "gaps of a week or longer", x.gaps),
            (fell, "weeks of profiles", x.fell),
        ]
        return table(
            pd.DataFrame(rows, columns=["rule", "what", "count"]),
            name="rules",
            title="Rules for weeks, and how often they applied",
            columns={"rule": "Rule", "what": "Counted", "count": "Count"},
            caption="Rows that are set aside or counted in reading are under data quality.",
        )
