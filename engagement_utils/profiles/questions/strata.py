"""Does the model help small and large accounts alike, and what does a plain squared error measure?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.profiles.backtest import best_of
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.errors import error, skill, squared_share
from engagement_utils.profiles.exploration import STRATA
from engagement_utils.profiles.figures import bars, wide
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.profiles.models import MODEL
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import join_words, number, percent, with_interval

WORDS = {"followers": "followers", "density": "recorded days"}  # what strata are by


class Strata(Question[PredictionMeasures]):
    """Does the model err less than the best baseline in every stratum, 7 days ahead?"""

    topic = "strata"
    unit = "profile"
    main = False

    @cached_property
    def skills(self) -> Mapping[str, Mapping[str, Estimate]]:
        """By kind of strata and stratum, how much smaller the model's error is than its best baseline's."""
        return {
            by: {name: e for name in names if (e := self._skill(by, name))} for by, names in STRATA.items()
        }

    def _skill(self, by: str, name: str) -> Estimate | None:
        first = self.measures.at(1)
        rows = first[first[f"stratum_{by}"] == name]
        if rows["profile_id"].nunique() < 2:
            return None
        best = best_of(rows, tuple(BASELINES), "MAE", level=self.level)
        return skill(rows, MODEL, best, "MAE", level=self.level)

    @property
    def tests(self) -> Mapping[str, Estimate]:
        """The same by stratum alone."""
        return {name: e for skills in self.skills.values() for name, e in skills.items()}

    @property
    def least(self) -> str:
        """The stratum in which the model gains least."""
        return min(self.tests, key=lambda name: self.tests[name].value)

    def evidence(self) -> Mapping[str, Evidence]:
        """Whether the gain differs from none in any stratum; the least gain is shown."""
        return {self.topic: Evidence.of_any(self.tests, self.least)}

    def say(self) -> Mapping[str, Answer]:
        """In how many strata the model helps, and where not."""
        strata = self.judged().behind
        wins = [name for name, j in strata.items() if j.supported and j.estimate.value > 0]
        losses = [name for name, j in strata.items() if j.supported and j.estimate.value <= 0]
        unclear = [name for name in strata if name not in (*wins, *losses)]
        least = strata[self.least].estimate
        text = (
            f"In {len(wins)} of {len(strata)} strata the model errs less than the best baseline there, 7 "
            "days ahead"
            + (f"; not clear for {join_words(unclear)}" if unclear else "")
            + (f"; worse for {join_words(losses)}" if losses else "")
            + f". Least is gained for {self.least}: {with_interval(least, percent=True)}."
        )
        if len(wins) == len(strata):
            heading = "The model helps in every stratum"
        elif wins:
            heading = f"The model helps in {len(wins)} of {len(strata)} strata"
        else:
            heading = "In no stratum is it clear that the model helps"
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """The gain by stratum, and all errors by stratum."""
        return self.figure(), self.table()

    def figure(self) -> Figure:
        """How much less the model errs than the best baseline, by stratum, 7 days ahead."""
        fig, axes = style.canvas(1, 2, height=plots.height_for(6))
        kept = []
        for ax, (by, skills) in zip(axes, self.skills.items(), strict=True):
            labels, estimates = list(skills), list(skills.values())
            xlabel, title = "less error than the best baseline", f"by {WORDS[by]}"
            frame = bars(ax, labels, estimates, "stratum", xlabel, title, percent=True, reference=0.0)
            kept.append(frame.assign(by=by))
        return figure(
            fig,
            name="skill_by_stratum",
            title="Gain over the best baseline by stratum, 7 days ahead",
            caption="Dots are how much smaller the mean absolute error is than that of the stratum's best "
            f"baseline, bars {self.interval}s over profiles.",
            alt=self.finding().text,
            data=pd.concat(kept, ignore_index=True),
        )

    def table(self) -> TableView:
        """The model by stratum at every horizon, beside the best baseline; for download."""
        keys, errors = ["by", "group", "horizon"], self.measures.errors_by_stratum
        others = errors[(errors["predictor"] != MODEL) & (errors["measure"] == "MAE")]
        best = others.groupby(keys, sort=False)["value"].min().rename("baseline")
        mine = wide(errors[errors["predictor"] == MODEL], [*keys, "rows", "profiles"])
        place = {name: i for i, name in enumerate(g for groups in STRATA.values() for g in groups)}
        frame = mine.drop(columns="days").merge(best.reset_index(), on=keys)
        frame = frame.assign(days=7 * frame["horizon"], by=frame["by"].map(WORDS))
        frame = frame.sort_values(
            ["by", "group", "days"],
            key=lambda c: c.map(place) if c.name == "group" else c,
            kind="stable",
            ignore_index=True,
        )
        return table(
            frame.drop(columns="horizon"),
            name="errors_by_stratum",
            title="Errors by stratum",
            columns={
                "by": "Stratum by",
                "group": "Stratum",
                "days": Col("Days ahead", digits=0),
                "rows": "Rows",
                "profiles": "Profiles",
                "MAE": Col("MAE", digits=None),
                "baseline": Col("MAE, best baseline", digits=None),
                "WAPE": Col("WAPE", digits=1, percent=True),
                "MASE": Col("MASE", digits=2),
                "pinball": Col("Pinball", digits=None),
            },
            printed=False,
        )


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
