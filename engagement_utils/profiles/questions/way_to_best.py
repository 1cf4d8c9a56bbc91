"""How much of what can be gained over naive forecasts does the model gain?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from engagement_utils.inference.estimate import Estimate
from engagement_utils.profiles.backtest import BEST
from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.errors import way
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.measures import PredictionMeasures
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.weekly import days
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.intervals import estimates_frame
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.question import Answer, Evidence, Question
from engagement_utils.report.wording import join_words, percent, with_interval


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
        plots.interval_bars(
            ax,
            labels,
            estimates,
            xlabel="share of the way, in mean absolute error",
            percent=True,
            order="given",
            reference=(1.0, "best possible"),
            noun="profiles",
        )
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
            data=estimates_frame(labels, estimates, "horizon"),
        )
