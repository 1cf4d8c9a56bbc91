"""What does the seed's accuracy owe to its leak, and does ours hold on its split?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.profiles.backtest import BEST, LEAKING, WITHOUT
from engagement_utils.profiles.claimed import PREFIX
from engagement_utils.profiles.errors import error, skill, squared_share
from engagement_utils.profiles.figures import COLUMNS, two_panels, wide
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.questions.strata import TOP
from engagement_utils.profiles.weekly import sunday
from engagement_utils.report import plots
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, day, number, percent, with_interval

SPLIT = "published_split"


class Leak(Question[PredictionMeasures]):
    """What does the published accuracy owe to its leak, and does the model err less without it?"""

    topic = "leak"
    unit = "profile"

    def asked(self) -> bool:
        """Only where the data hold enough before and after the published split."""
        return self.measures.split is not None

    @property
    def forecasts(self) -> pd.DataFrame:
        """Of all models after the split; empty where it lies outside the data."""
        split = self.measures.split
        return self.measures.forecasts.head(0) if split is None else split

    @property
    def first(self) -> pd.DataFrame:
        """Those 7 days ahead."""
        return self.forecasts[self.forecasts["horizon"] == 1]

    @cached_property
    def hidden(self) -> Estimate:
        """How much of the error the leak hides."""
        return skill(self.first, LEAKING, WITHOUT, "MAE", level=self.level)

    @cached_property
    def gained(self) -> Estimate:
        """How much less the model errs than the published regression without the leak."""
        return skill(self.first, MODEL, WITHOUT, "MAE", level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """What the leak hides, and what the model gains without it, each against nothing."""
        return {self.topic: Evidence(self.hidden, 0.0), SPLIT: Evidence(self.gained, 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """Both in a sentence."""
        return {self.topic: self._leak(), SPLIT: self._split()}

    def _error(self, predictor: str) -> float:
        rows = self.first.dropna(subset=[BEST]) if predictor == BEST else self.first
        return error(rows, predictor, "MAE", level=self.level).value

    def _leak(self) -> Answer:
        j, on = self.judged(), "on the published split, 7 days ahead"
        leaking, honest, trailing = (self._error(name) for name in (LEAKING, WITHOUT, "trailing"))
        both = f"{number(leaking, 0)} with it, {number(honest, 0)} without"
        if j.supported and j.estimate.value > 0:
            against = "more than" if honest > trailing else "less than"
            text = (
                f"A leak hides {with_interval(j.estimate, percent=True)} of the published regression's error "
                f"{on}: mean absolute error {both}, {against} the {number(trailing, 0)} of the trailing four "
                "weeks"
            )
            if BEST in self.first.columns and leaking < (best := self._error(BEST)):
                text += f"; with it, it beats even the best possible forecast ({number(best, 0)})"
            share = j.estimate.value
            grown = percent(1 / (1 - share) - 1) if share < 1 else "any amount"
            return Answer(
                f"The published accuracy rests on a leak: without it the error grows by {grown}", f"{text}."
            )
        if j.too_little:
            text = f"{count(j.estimate.n, 'profile')} are too few to say what the leak does {on}: {both}."
            return Answer("Too few profiles to say what the published leak does", text)
        text = f"The leak of the published regression makes no difference {on}: mean absolute error {both}."
        return Answer("In these data the published leak does not change the error", text)

    def _split(self) -> Answer:
        j, model = self.judged(SPLIT), self.measures.names[MODEL]
        what = with_interval(j.estimate, percent=True)
        if j.supported and j.estimate.value > 0:
            heading = "On the published split, too, the model errs less"
            text = (
                f"On the published split {model} errs by {what} less than the published one without its leak."
            )
        elif j.too_little:
            heading = "Too few profiles on the published split"
            few = count(j.estimate.n, "profile")
            text = f"{few} on the published split are too few to compare the models."
        else:
            heading = "On the published split the model is no better than the published regression"
            text = (
                f"On the published split {model} and the published regression without its leak differ by "
                f"{what}."
            )
        return Answer(heading, text)

    def show(self) -> Iterable[Output]:
        """The model on the same split, the errors of all, and what else is wrong with the published ones."""
        return self.finding(SPLIT), self.figure(), self.table(), self.faults_table()

    def action(self) -> Action | None:
        """Not to use the published models, where a leak made them."""
        if not self.hidden.value > 0:
            return None
        text = "Do not use the published models or their error figures: a forecast has no leak to draw on."
        return Action(text, self.topic)

    def figure(self) -> Figure:
        """Mean absolute errors on the published split."""
        m = self.measures
        fig, frame = two_panels(m.split_errors, m, "MAE", "mean absolute error", plots.height_for(5))
        return figure(
            fig,
            name="published_split",
            title="Errors on the published split",
            caption="Dots are mean absolute errors in engagement per post on the same rows after the "
            f"published split, bars {self.interval}s over profiles. The leak is the mean of the calendar "
            "month, which holds days after the prediction date.",
            alt=self.finding().text,
            data=frame,
        )

    def table(self) -> TableView:
        """Errors on the published split."""
        frame = wide(self.measures.split_errors, ["horizon", "predictor", "rows"])
        frame = frame.assign(name=frame["predictor"].map(self.measures.names))
        return table(
            frame[["days", "name", "rows", *COLUMNS]],
            name="errors_published_split",
            title="Errors on the published split",
            columns={"days": Col("Days ahead", digits=0), "name": "Forecast", "rows": "Rows", **COLUMNS},
            caption="The published figures on their own data, with the leak: MAE 5,123, 5,446, 5,940 and "
            "6,756, R² 0.88, 0.86, 0.86 and 0.84 at 7, 14, 21 and 28 days.",
            strong=[i for i, p in enumerate(frame["predictor"]) if p == MODEL],
        )

    def faults_table(self) -> TableView:
        """The nine faults of the published pipeline."""
        return table(
            self.faults,
            name="published_faults",
            title="Nine faults of the published pipeline",
            columns={"number": "No.", "fault": "Fault", "here": "Here", "evidence": "These data"},
            folded=False,
        )

    @property
    def faults(self) -> pd.DataFrame:
        """One row a fault of the published pipeline: number, fault, here, evidence."""
        weeks, x, span = self.measures.weeks, self.measures.exploration, self.measures.prepared.span
        errors = {name: number(self._error(name), 0) for name in (LEAKING, WITHOUT)}
        after = weeks["days_of_month_after"]
        known = weeks[(weeks["followers_last"] > 0) & (weeks[f"{PREFIX}followers"] > 0)]
        times = known[f"{PREFIX}followers"] / known["followers_last"]
        few, whole = (number(times[known["days"].isin(n)].median(), 1) for n in ((1, 2, 3), (7,)))
        step = weeks["next_row"].dropna()
        lost = count(int(weeks["turn_lost"].sum()), "row")
        undefined = x.missing.set_index("column")["share"]["followers"]
        end = sunday(span.last_week)
        top = percent(squared_share(self.first, MODEL, TOP))
        r2 = error(self.first, "trailing", "R²", level=self.level).value
        apart = self.measures.saved
        again = f"differs by up to {number(apart, 6)} on the log scale" if apart else "forecasts the same"
        told = [
            (
                "Leak: the calendar month's mean",
                "the last 28 days, known at prediction time",
                f"in {percent((after > 0).mean())} of rows the month goes on after the prediction date, in "
                f"{percent((after >= 7).mean())} it holds the whole target week; mean absolute error "
                f"{errors[LEAKING]} with it, {errors[WITHOUT]} without",
            ),
            (
                "Followers summed over the week",
                "a stock: the last known value",
                f"the sum is {few} times the followers in a week with up to 3 recorded days, {whole} times "
                "in one with 7 (medians)",
            ),
            (
                "Rows shifted, not weeks",
                "lags and targets by calendar week",
                f"{percent((step > 1).mean(), 1)} of the published “7 days ahead” lie further ahead, up to "
                f"{count(int(step.max()), 'week')}",
            ),
            (
                "Weeks counted by year, always 52",
                "weeks counted through, from 1970",
                f"{lost} after a turn of the year lose a recorded lag by that rule",
            ),
            (
                "Missing written as 0",
                "missing stays missing",
                f"{percent(weeks['lag_missing_1'].mean(), 1)} of rows have no record the week before; "
                f"followers are undefined in {percent(undefined)} of rows",
            ),
            (
                "A scaler that is shipped and not used",
                "no scaler; what is saved is what forecasts",
                f"the saved model, loaded again, {again}",
            ),
            (
                "The last week taken for whole",
                "weeks that the data hold in part count nowhere",
                f"the last whole week ends on {day(end)}; {count((span.last - end).days, 'day')} after it "
                f"and the days of a partial first week hold {count(x.partial, 'row')}",
            ),
            (
                "Errors that measure a handful of giants",
                "errors by stratum, scaled errors, intervals",
                f"{percent(TOP)} of rows hold {top} of the squared error; the trailing mean alone has an R² "
                f"of {number(r2, 2)}",
            ),
            (
                "Models as pickles",
                "skops: no code runs on loading, foreign types are refused",
                "one trusted type beside those of scikit-learn and numpy",
            ),
        ]
        rows = [(i, *fault) for i, fault in enumerate(told, 1)]
        return pd.DataFrame(rows, columns=["number", "fault", "here", "evidence"])
