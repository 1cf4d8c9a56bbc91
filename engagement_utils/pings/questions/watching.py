"""How fully are views watched: which way does the ratio lean, how many complete, how many stop early?"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from math import isfinite

import numpy as np
import pandas as pd

from engagement_utils.inference.bootstrap import cluster_bootstrap
from engagement_utils.inference.clustered import share
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import ratio_of_sums
from engagement_utils.pings.measures import QUANTILES, Measures, ratio_distribution, ratio_histogram
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
from engagement_utils.report.intervals import estimates_frame
from engagement_utils.report.outputs import Figure, Output, TableView
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.table import Col, table
from engagement_utils.report.wording import count, join_words, number, percent, with_interval
from engagement_utils.tables.collecting import collect


class Watching(Question[Measures]):
    """How fully are views watched?"""

    topic = "watch_ratio_shape"
    unit = "user"

    @cached_property
    def distribution(self) -> "pd.Series[float]":
        """As published: count, mean, std, min, 25%, 50%, 75%, 90%, max of the views' ratio."""
        return collect(ratio_distribution(self.measures.scored)).iloc[0]

    @cached_property
    def histogram(self) -> pd.DataFrame:
        """bin_left, bin_right, count of the views' ratio."""
        return ratio_histogram(self.measures.scored)

    @property
    def views(self) -> int:
        """Number of view events."""
        return int(self.distribution["count"])

    @property
    def _viewers(self) -> pd.DataFrame:
        users = self.measures.users
        return users[users["views"] > 0]

    @cached_property
    def mean(self) -> Estimate:
        """Mean ratio over views, users as clusters."""
        viewers = self._viewers
        seed = self.measures.settings.seed
        return ratio_of_sums(viewers["view_ratio"], viewers["views"], level=self.level, seed=seed)

    @cached_property
    def half(self) -> Estimate:
        """Share of views that pass half of the ping."""
        return self._share("half")

    @cached_property
    def completed(self) -> Estimate:
        """Share of views with a ratio of at least `completion_ratio`."""
        return self._share("completed")

    @cached_property
    def skipped(self) -> Estimate:
        """Share of views with a ratio of at most `skip_ratio`."""
        return self._share("skipped")

    def _share(self, what: str) -> Estimate:
        return share(self._viewers[what], self._viewers["views"], level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """Skewness against 0; shares against those that watching spread evenly from 0 to 1 would give."""
        s, viewers = self.measures.settings, self._viewers
        moments = (viewers[c] for c in ("views", "view_ratio", "view_ratio2", "view_ratio3"))
        skewness = cluster_bootstrap(_skewness, *moments, level=self.level, seed=s.seed)
        return {
            "watch_ratio_shape": Evidence(skewness, 0.0, undecidable=not isfinite(skewness.value)),
            "completion": Evidence(self.completed, 1 - s.completion_ratio, undecidable=not self.views),
            "skipping": Evidence(self.skipped, s.skip_ratio, undecidable=not self.views),
            "passing_half": Evidence(self.half, 0.5),
        }

    def say(self) -> Mapping[str, Answer]:
        """One sentence a topic."""
        s = self.measures.settings
        return {
            "watch_ratio_shape": self._shape(),
            "completion": self._rate("completion", f"reach {percent(s.completion_ratio)} of the ping"),
            "skipping": self._rate("skipping", f"stop within the first {percent(s.skip_ratio)} of the ping"),
        }

    def _shape(self) -> Answer:
        j = self.judged()
        skew = j.estimate
        if not isfinite(skew.value):
            text = (
                f"With {count(self.views, 'view')} there is no saying which way the watch-time ratio leans."
            )
            return Answer("Too few views to say how fully they are watched", text)
        mean, median = float(self.distribution["mean"]), float(self.distribution["50%"])
        side = "below" if mean < median else "above" if mean > median else "at"
        leans = "left" if skew.value < 0 else "right"
        facts = f"mean {number(mean, 2)} lies {side} median {number(median, 2)}"
        if j.supported:
            mass = "near full watches" if leans == "left" else "near short watches"
            text = (
                f"The watch-time ratio of views is {leans}-skewed, its mass {mass}: its {facts}, "
                f"and its skewness is {with_interval(skew)}."
            )
            return Answer(f"Views are {leans}-skewed: their mass lies {mass}", text)
        if (skew.value < 0) != (mean < median):
            leans = "neither way"
        why = "with few users behind it" if j.too_little else "which does not exclude symmetry"
        text = (
            f"In these {count(self.views, 'view')} the watch-time ratio leans {leans}: its {facts}, "
            f"and its skewness is {with_interval(skew)}, {why}."
        )
        return Answer(f"Half of the views pass {percent(median)} of the ping; the ratio leans {leans}", text)

    def _rate(self, topic: str, does: str) -> Answer:
        if not self.views:
            return Answer("There are no views", f"There are no views that could {does}.")
        j = self.judged(topic)
        e, even = j.estimate, percent(j.null)
        if j.supported:
            more = "more" if e.value > (j.null or 0.0) else "fewer"
            words = f"{more} than the {even} that watching spread evenly would give"
        elif j.chance:
            words = f"which watching spread evenly ({even}) would give too"
        else:
            words = f"from too few users ({number(e.n)}) to compare with anything"
        return Answer(
            f"{percent(e.value)} of views {does}",
            f"{with_interval(e, percent=True)} of views {does}, {words}.",
        )

    def show(self) -> Iterable[Output]:
        """Histogram, rates, the two findings on them, the published distribution."""
        figures = (self.ratio_histogram(), self.rates()) if self.views else ()
        return *figures, self.finding("completion"), self.finding("skipping"), self.distribution_table()

    def claims(self) -> Iterable[Claim]:
        """On full watches, and on the shape of the ratio."""
        skew, w = self.judged().estimate, self.distribution
        completion = self.measures.settings.completion_ratio
        return (
            Claim(
                1,
                "Watch-time ratio is generally high, and many videos are watched almost fully.",
                f"{with_interval(self.half, percent=True)} of views pass half of the ping, against 50%; "
                f"{percent(self.completed.value)} reach {percent(completion)} of it",
                self.half.n,
                {"passing_half": self.half.value > 0.5},
            ),
            Claim(
                6,
                "The distribution of the watch-time ratio is right-skewed.",
                f"skewness {with_interval(skew)}; mean {number(w['mean'], 2)}, median {number(w['50%'], 2)}",
                skew.n,
                {self.topic: skew.value > 0},
            ),
        )

    def ratio_histogram(self) -> Figure:
        """Ten bins of the views' watch-time ratio, its quantiles marked below them."""
        bins = self.histogram
        edges = [*bins["bin_left"], bins["bin_right"].iloc[-1]]
        fig, (top, strip) = style.canvas(2, height=3.6, sharex=True, height_ratios=(8, 1))
        plots.histogram(top, edges, bins["count"], xlabel="", ylabel="views", percent=True)
        # unlabelled, since quantiles may fall together; the caption says them
        marks = {name: float(self.distribution[name]) for name in QUANTILES}
        strip.plot((marks["25%"], marks["75%"]), (0, 0), color=style.HIGHLIGHT, lw=3)
        strip.plot(list(marks.values()), [0] * len(marks), "|", color=style.INK, ms=12, mew=2)
        strip.set(ylim=(-1, 1), xlabel="watch-time ratio of a view")
        strip.set_yticks([0], ["quantiles"])
        style.grid(strip, None)
        said = [f"{'the median' if name == '50%' else name} at {number(x, 2)}" for name, x in marks.items()]
        fullest = int(np.argmax(bins["count"].to_numpy()))
        low, high = edges[fullest], edges[fullest + 1]
        return figure(
            fig,
            name="watch_ratio_histogram",
            title=f"Watch-time ratio of {count(self.views, 'view')}",
            caption="Bars count views in ten bins of equal width. The ticks below mark quantiles by linear "
            f"interpolation: {join_words(said)}.",
            alt=f"{self.finding().text} The fullest of ten bins, {percent(low)} to {percent(high)}, holds "
            f"{count(int(bins['count'].max()), 'view')}.",
            data=bins,
        )

    def rates(self) -> Figure:
        """Skip rate, share past half, completion rate."""
        s = self.measures.settings
        labels = [
            f"stops within {percent(s.skip_ratio)}",
            "passes half",
            f"reaches {percent(s.completion_ratio)}",
        ]
        estimates = [self.skipped, self.half, self.completed]
        fig, ax = style.canvas(height=plots.height_for(3))
        plots.interval_bars(
            ax, labels, estimates, xlabel="share of views", percent=True, order="given", noun="users"
        )
        ax.set_xlim(0, 1)
        words = ", ".join(f"{label} {percent(e.value)}" for label, e in zip(labels, estimates, strict=True))
        return figure(
            fig,
            name="watch_rates",
            title="How far views go",
            caption=f"Dots are shares of {count(self.views, 'view')}, bars {self.interval}s "
            "with users as independent units.",
            alt=f"Share of views: {words}.",
            data=estimates_frame(labels, estimates, "a view that"),
        )

    def distribution_table(self) -> TableView:
        """The published description of the views' watch-time ratio, to six decimals."""
        return table(
            self.distribution.rename_axis("measure").rename("value").reset_index(),
            name="watch_ratio_distribution",
            title="Watch-time ratio of views",
            columns={"measure": "Measure", "value": Col("Value", digits=6)},
            caption="Standard deviation with n − 1, quantiles by linear interpolation.",
        )


def _skewness(n: float, s1: float, s2: float, s3: float) -> float:
    """Adjusted Fisher-Pearson skewness from the number of values and their power sums; elementwise."""
    mean = s1 / n
    m2 = s2 / n - mean**2
    m3 = s3 / n - 3 * mean * s2 / n + 2 * mean**3
    return m3 / m2**1.5 * np.sqrt(n * (n - 1)) / (n - 2)
