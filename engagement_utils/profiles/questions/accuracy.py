"""Does a model help at all, at each horizon, and how much of what can be gained does it gain?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from engagement_utils.inference.estimate import Estimate
from engagement_utils.profiles.backtest import BEST
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.errors import POINT, error, skill, way
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.figures import COLUMNS, bars, two_panels, wide
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.weekly import days
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.outputs import Action, Figure, Output, TableView
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import (
    count,
    interval,
    join_words,
    number,
    p_value,
    percent,
    with_interval,
)


def topic_of(horizon: int) -> str:
    """ "accuracy_7d"."""
    return f"accuracy_{7 * horizon}d"


class Accuracy(Question[PredictionMeasures]):
    """Does the model err less than the best baseline, at each horizon?"""

    topic = "accuracy"
    unit = "profile"

    @cached_property
    def skills(self) -> Mapping[int, Estimate]:
        """By horizon, how much smaller the model's scaled error is than that of the best baseline."""
        m = self.measures
        return {h: skill(m.at(h), MODEL, self.baseline(h), "MASE", level=self.level) for h in HORIZONS}

    def baseline(self, horizon: int) -> str:
        """The baseline with the smallest scaled error."""
        return self.measures.best_baseline(horizon, "MASE")

    def used(self, horizon: int) -> bool:
        """Whether the model forecasts there."""
        return self.measures.chosen[horizon] == MODEL

    @property
    def wins(self) -> list[int]:
        """The horizons at which the model forecasts, and is told from the best baseline."""
        return [h for h in HORIZONS if self.used(h) and self.judged(topic_of(h)).supported]

    @property
    def least(self) -> int:
        """The horizon at which the model gains least."""
        return min(self.skills, key=lambda h: self.skills[h].value)

    def evidence(self) -> Mapping[str, Evidence]:
        """The gain in scaled error at each horizon, against none."""
        return {topic_of(h): Evidence(e, 0.0) for h, e in self.skills.items()}

    def say(self) -> Mapping[str, Answer]:
        """All horizons in one sentence, for which the least of the gains stands, and each in its own."""
        return {self.topic: self._overall(), **{topic_of(h): self._horizon(h) for h in HORIZONS}}

    def _overall(self) -> Answer:
        wins, least = self.wins, self.least
        lost = [h for h in HORIZONS if h not in wins]
        j = self.judged(topic_of(least))
        e, name = j.estimate, BASELINES[self.baseline(least)]
        model = self.measures.names[MODEL]
        begins = f"{model[0].upper()}{model[1:]}"
        values = [s.value for s in self.skills.values()]
        spread = interval(min(values), max(values), 0, percent=True)
        if j.too_little:
            heading = "Too few profiles to judge the model"
            text = (
                f"{count(e.n, 'profile')} are too few to compare {model} with the best baseline (differences "
                f"{spread} in scaled error)."
            )
        elif not lost:
            heading = "The model beats every baseline at all four horizons"
            text = (
                f"{begins} errs by {spread} less than the best baseline at the four horizons; at "
                f"{days(least)}, where it gains least, by {with_interval(e, percent=True)} less than {name} "
                f"({p_value(e.p_value)}, {count(e.n, 'profile')})."
            )
        elif wins:
            heading = f"The model beats every baseline at {len(wins)} of four horizons"
            instead = "" if any(map(self.used, lost)) else ", where the baseline is used instead"
            text = (
                f"{begins} beats the best baseline {join_words([days(h) for h in wins])} ahead, but not at "
                f"{join_words([days(h) for h in lost])}{instead} (difference at {days(least)}: "
                f"{with_interval(e, percent=True)})."
            )
        else:
            heading = "The model beats the best baseline at no horizon"
            text = (
                f"{begins} does not beat the best baseline at any horizon (differences {spread} in scaled "
                f"error){'' if any(map(self.used, lost)) else ', so baselines are used'}."
            )
        return Answer(heading, text, rests_on=topic_of(least))

    def _horizon(self, h: int) -> Answer:
        j, name, model = self.judged(topic_of(h)), BASELINES[self.baseline(h)], self.measures.names[MODEL]
        e, begins = j.estimate, f"{days(h)} ahead {model}"
        used = "" if self.used(h) else f", so the {name} baseline is used there"
        if j.supported and e.value > 0:
            heading = f"At {days(h)} the model beats every baseline"
            mae = error(self.measures.at(h), MODEL, "MAE", level=self.level)
            text = (
                f"{begins} errs by {with_interval(e, percent=True)} less than the best baseline, {name}, in "
                f"scaled error ({p_value(e.p_value)}); its mean absolute error is {number(mae.value, 0)} "
                "engagement per post."
            )
        elif j.supported:
            heading = f"At {days(h)} the model is worse than {name}"
            text = (
                f"{begins} errs by {percent(-e.value, 1)} more than {name} in scaled error "
                f"({p_value(e.p_value)}){used}."
            )
        elif j.chance:
            heading = f"At {days(h)} the model does not beat {name}"
            text = (
                f"{begins} and {name} cannot be told apart in scaled error (difference "
                f"{with_interval(e, percent=True)}){used}."
            )
        else:
            heading = f"At {days(h)} there are too few profiles to judge the model"
            few = f"{count(e.n, 'profile')} are too few to compare {model} with {name} {days(h)} ahead"
            text = f"{few}{used}."
        return Answer(heading, text)

    def show(self) -> Iterable[Output]:
        """Errors of all predictors, drawn and as a table, and a sentence a horizon."""
        return self.figure(), *(self.finding(topic_of(h)) for h in HORIZONS), self.table()

    def action(self) -> Action | None:
        """To use the model where it helps."""
        least = self.skills[self.least].value
        if not self.wins or not least > 0:
            return None
        text = "Forecast with the saved model, and show its intervals."
        return Action(text, self.topic, f"It errs by at least {percent(least)} less than the best baseline.")

    def figure(self) -> Figure:
        """Scaled error of all predictors at 7 and 28 days."""
        m = self.measures
        fig, frame = two_panels(m.errors, m, "MASE", "scaled error (MASE)", plots.height_for(6))
        best = " The best possible forecast is known for generated data." if m.has_best else ""
        return figure(
            fig,
            name="errors",
            title="Scaled error of the model and the baselines",
            caption=f"Dots are mean absolute scaled errors over {number(len(m.backtest.origins))} origins, "
            f"bars {self.interval}s over profiles; 1 is a profile's own mean change from week to week, less "
            f"is better.{best}",
            alt=self.finding().text,
            data=frame,
        )

    def table(self) -> TableView:
        """All predictors at all horizons, every published measure and the scale-free ones."""
        errors = self.measures.errors
        frame = wide(errors[errors["measure"].isin(POINT)], ["horizon", "predictor"])
        frame = frame.assign(name=frame["predictor"].map(self.measures.names))
        return table(
            frame[["days", "name", *COLUMNS]],
            name="errors_by_horizon",
            title="Errors in the rolling-origin backtest",
            columns={"days": Col("Days ahead", kind="number", digits=0), "name": "Forecast", **COLUMNS},
            caption="MAE and RMSE in engagement per post; WAPE is the sum of errors over the sum of "
            "engagement per post; MASE is scaled by each profile's mean change from week to week.",
            strong=[i for i, p in enumerate(frame["predictor"]) if p == MODEL],
        )


class WayToBest(Question[PredictionMeasures]):
    """How far does the model go from the best naive baseline to the best possible forecast?"""

    topic = "way_to_best"
    unit = "profile"

    def asked(self) -> bool:
        """Only with a reference."""
        return self.measures.has_best

    @cached_property
    def ways(self) -> Mapping[int, Estimate]:
        """By horizon, how far the model goes, in mean absolute error; 1 is all the way."""
        m = self.measures
        return {
            h: way(m.at(h).dropna(subset=[BEST]), MODEL, self._naive(h), BEST, level=self.level)
            for h in HORIZONS
        }

    def _naive(self, horizon: int) -> str:
        return self.measures.best_baseline(horizon, "MAE", naive=True)

    @property
    def least(self) -> int:
        """The horizon at which the model goes least far."""
        return min(self.ways, key=lambda h: self.ways[h].value)

    def evidence(self) -> Mapping[str, Evidence]:
        """The least of the ways, against no way at all."""
        return {self.topic: Evidence(self.ways[self.least], 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """How far the model goes at each horizon."""
        j, naive = self.judged(), BASELINES[self._naive(self.least)]
        shares = join_words([percent(e.value) for e in self.ways.values()])
        text = (
            f"From the best naive baseline to the best possible forecast, the model goes {shares} of the way "
            f"in mean absolute error at 7, 14, 21 and 28 days; least at {days(self.least)}, "
            f"{with_interval(j.estimate, percent=True)} of the way from {naive}."
        )
        if j.supported:
            far = percent(j.estimate.value)
            heading = f"The model goes at least {far} of the way to the best possible forecast"
        elif j.chance:
            heading = "Whether the model comes nearer to the best possible forecast is not clear"
        else:
            heading = "Too few profiles to say how near the model comes to the best possible"
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """The way at each horizon."""
        return (self.figure(),)

    def figure(self) -> Figure:
        """By horizon, the share of the way from the best naive baseline to the best possible forecast."""
        labels, estimates = [days(h) for h in HORIZONS], list(self.ways.values())
        fig, ax = style.canvas(height=plots.height_for(4))
        xlabel, best = "share of the way, in mean absolute error", (1.0, "best possible")
        frame = bars(ax, labels, estimates, "horizon", xlabel, percent=True, reference=best)
        low, high = min(e.low or 0.0 for e in estimates), max(e.high or e.value for e in estimates)
        # the reference's name keeps clear of the counts' head
        ax.set_xlim(min(0.0, low), max(1.15, high + 0.1))
        return figure(
            fig,
            name="way_to_best",
            title="From the best naive baseline to the best possible forecast",
            caption="0% is the best naive baseline, 100% the best possible forecast, which is known for "
            f"generated data; bars are {self.interval}s over profiles. A value over 100% is chance.",
            alt=self.finding().text,
            data=frame,
        )
