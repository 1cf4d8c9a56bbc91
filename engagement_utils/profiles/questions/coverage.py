"""Do the prediction intervals cover what they promise?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.profiles.errors import COVERAGE, WITH_INTERVALS, error
from engagement_utils.profiles.exploration import STRATA
from engagement_utils.profiles.figures import bars, estimates, wide
from engagement_utils.profiles.intervals import INNER, OUTER
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.weekly import days
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import number, percent, with_interval

OVERALL, WITHIN = 0.02, 0.05  # how far coverage may be off, overall and in a stratum
ENOUGH = 200  # rows that a stratum needs for it


class Off(NamedTuple):
    """The largest distance of coverage from what an interval promises, and where it is found."""

    distance: float
    where: str


class Coverage(Question[PredictionMeasures]):
    """Do the prediction intervals cover what they promise, overall and in every stratum?"""

    topic = "coverage"
    unit = "profile"

    @cached_property
    def covered(self) -> Mapping[str, Estimate]:
        """Coverage of each interval 7 days ahead, by measure."""
        first = self.measures.at(1)
        return {name: error(first, MODEL, name, level=self.level) for name in COVERAGE}

    @property
    def overall(self) -> Off:
        """How far coverage is off over all rows of a horizon."""
        return _off(self.measures.errors)

    @property
    def within(self) -> Off:
        """How far it is off in a stratum."""
        return _off(self.measures.errors_by_stratum)

    def evidence(self) -> Mapping[str, Evidence]:
        """The inner interval's coverage 7 days ahead, described: it is held to a distance, not tested."""
        return {self.topic: Evidence(next(iter(self.covered.values())), None)}

    def say(self) -> Mapping[str, Answer]:
        """How far coverage is off at most."""
        overall, within = self.overall, self.within
        inner, outer = self.covered.values()
        text = (
            f"The {INNER} covers {with_interval(inner, percent=True)} of what came 7 days later, the {OUTER} "
            f"{percent(outer.value, 1)}; over all horizons coverage is off by at most "
            f"{number(overall.distance * 100, 1)} points overall and {number(within.distance * 100, 1)} in a "
            f"stratum of {ENOUGH} rows or more ({within.where})."
        )
        if self.judged().too_little:
            heading = "Too few profiles to judge the intervals"
        elif overall.distance > OVERALL:
            heading = "The intervals do not cover what they promise"
        elif within.distance > WITHIN:
            heading = "The intervals cover what they promise overall, but not in every stratum"
        else:
            heading = "The intervals cover what they promise, overall and in every stratum"
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """Coverage by stratum, and over all rows."""
        return self.figure(), self.table()

    def figure(self) -> Figure:
        """Coverage of both intervals by stratum, 7 days ahead."""
        by_stratum = self.measures.errors_by_stratum
        first = by_stratum[(by_stratum["horizon"] == 1) & (by_stratum["rows"] >= ENOUGH)]
        drawn = [g for groups in STRATA.values() for g in groups if g in set(first["group"])]
        fig, axes = style.canvas(1, 2, height=plots.height_for(max(len(drawn), 2)), sharey=True)
        kept = []
        for ax, (measure, share) in zip(axes, COVERAGE.items(), strict=True):
            part = first[first["measure"] == measure].set_index("group").reindex(drawn)
            found = estimates(part, self.level)
            ax.axvspan(share - WITHIN, min(1.0, share + WITHIN), color=style.QUIET, alpha=0.15, lw=0)
            xlabel = f"covered by the {percent(share)} interval"
            frame = bars(ax, drawn, found, "stratum", xlabel, percent=True, reference=share)
            kept.append(frame.assign(interval=round(share * 100)))
        return figure(
            fig,
            name="coverage",
            title="Coverage of the prediction intervals by stratum, 7 days ahead",
            caption=f"Dots are shares of outcomes within the interval, bars {self.interval}s over profiles; "
            f"the grey band is 5 points about the level. Strata with fewer than {ENOUGH} rows are left out.",
            alt=self.finding().text,
            data=pd.concat(kept, ignore_index=True),
        )

    def table(self) -> TableView:
        """Coverage and pinball loss overall."""
        errors = self.measures.errors
        frame = wide(errors[errors["measure"].isin(WITH_INTERVALS)], ["horizon", "rows"])
        covers = {
            name: Col(f"{percent(share)} interval covers", percent=True, digits=1)
            for name, share in COVERAGE.items()
        }
        return table(
            frame.drop(columns="horizon"),
            name="coverage_overall",
            title="Coverage of the intervals, all rows",
            columns={
                "days": Col("Days ahead", digits=0),
                "rows": "Rows",
                **covers,
                "pinball": Col("Pinball loss", digits=0),
            },
        )


def _off(errors: pd.DataFrame) -> Off:
    """The worst of the groups with enough rows."""
    worst = Off(0.0, "")
    for measure, share in COVERAGE.items():
        part = errors[(errors["measure"] == measure) & (errors["rows"] >= ENOUGH)]
        for row in part.to_dict("records"):
            distance = abs(float(row["value"]) - share)
            if distance > worst.distance:
                worst = Off(distance, f"{row['group']} at {days(row['horizon'])}, {percent(share)}")
    return worst
