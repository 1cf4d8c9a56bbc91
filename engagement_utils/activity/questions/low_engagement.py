"""How are the users' scores spread, and who scores in the band that the published text calls low?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from engagement_utils.activity.figures import kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.questions.rank_changes import CORNER
from engagement_utils.activity.scores import PUBLISHED, Score, per_user
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.samples import Floats
from engagement_utils.report import plots, style
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.wording import count, interval, number, percent, with_interval

COMMON = (10.0, 30.0)  # the most common scores, by the published text
BINS = 20


@dataclass(frozen=True)
class Spread:
    """The distribution of one score over users: histogram edges and counts, and its quantiles."""

    score: Score
    values: Floats
    edges: Floats
    counts: Floats
    quantiles: Mapping[str, float]

    @property
    def middle(self) -> str:
        """First to third quartile."""
        return interval(self.quantiles["first quartile"], self.quantiles["third quartile"], 1)


class LowEngagement(Question[Measures]):
    """How many users score in the band that the published text calls low?"""

    topic = "low_engagement"
    unit = "user"
    main = False

    @cached_property
    def spreads(self) -> Mapping[str, Spread]:
        """Every shown score by key: the mean of each user's sessions."""
        return {s.key: spread(self.measures.sessions, s) for s in self.measures.scores}

    def band(self, low: float, high: float) -> Estimate:
        """Share of users whose published score lies in the band, lower end in, upper end out."""
        values = self.spreads[PUBLISHED.key].values
        return proportion(int(((values >= low) & (values < high)).sum()), values.size, level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """The share in the band is counted; that of the most common scores stands against one half."""
        if not self.measures.shows_published:
            (s,) = self.spreads.values()
            e = Estimate(s.quantiles["median"], None, None, self.measures.counted.users, self.level)
            return {self.topic: Evidence(e, None, undecidable=True)}
        low = self.band(*self.measures.settings.low_band)
        return {self.topic: Evidence(low, None), "common_scores": Evidence(self.band(*COMMON), 0.5)}

    def say(self) -> Mapping[str, Answer]:
        """How many score low; the band is one of the published score."""
        s, j = next(iter(self.spreads.values())), self.judged()
        e, band = j.estimate, interval(*self.measures.settings.low_band)
        if s.score != PUBLISHED:
            heading = f"Half of the users score above {number(e.value, 1)}"
            text = (
                f"Half of the users have a corrected score of {s.middle}; the "
                "low-engagement band is one of the published score."
            )
        elif j.too_little:
            heading = "Too few users to say how many score low"
            text = f"{count(e.n, 'user')} are too few to say how many lie in the low-engagement band."
        else:
            heading = f"{percent(e.value)} of the users lie in the low-engagement band"
            text = (
                f"{with_interval(e, percent=True)} of the users score {band}, the published low-engagement "
                f"band, and {with_interval(self.band(*COMMON), percent=True)} score 10 to 30; the middle "
                f"half lies within {s.middle}."
            )
        return {self.topic: Answer(heading, text)}

    def show(self) -> Iterable[Output]:
        """The spread of every shown score."""
        return (self.figure(),)

    def claims(self) -> Iterable[Claim]:
        """On the most common scores."""
        if not self.measures.shows_published:
            return ()
        common = self.band(*COMMON)
        return (
            Claim(
                7,
                "A user engagement score between 10 and 30 is most common.",
                f"{with_interval(common, percent=True)} of the users, against half",
                common.n,
                {"common_scores": common.value > 0.5},
            ),
        )

    def figure(self) -> Figure:
        """How the users' scores are spread, the low-engagement band shaded."""
        spreads = list(self.spreads.values())
        fig, axes = style.canvas(1, len(spreads), height=3.0, squeeze=False)
        low, high = self.measures.settings.low_band
        for ax, s in zip(axes[0], spreads, strict=True):
            plots.histogram(
                ax,
                s.edges,
                s.counts,
                xlabel=f"{s.score.label} of a user (points)",
                ylabel="users",
                marks={"median": round(s.quantiles["median"], 1)},
                label_bars=False,
            )
            ends = [s.edges[0], s.edges[-1], *((low, high) if s.score == PUBLISHED else ())]
            ax.set_xlim(min(ends), max(ends))
            ax.tick_params(axis="x", pad=CORNER)
            if s.score == PUBLISHED:
                ax.set_ylim(top=float(s.counts.max()) * 1.4)
                ax.axvspan(low, high, color=style.PALETTE[1], alpha=0.25, lw=0, zorder=0)
                ax.text(
                    (low + high) / 2,
                    ax.get_ylim()[1] * 0.97,
                    f"low\n{percent(self.band(low, high).value)}",
                    ha="center",
                    va="top",
                    fontsize=style.SMALL,
                    color=style.INK,
                )
        frames = [
            pd.DataFrame({"score": s.score.key, "from": s.edges[:-1], "to": s.edges[1:], "users": s.counts})
            for s in spreads
        ]
        band = f"the shaded band is the published low-engagement band, {number(low)} to {number(high)} points"
        return kept_figure(
            fig,
            name="score_distribution",
            title=f"How the scores of {number(self.measures.counted.users)} users are spread",
            caption=f"Bars count users by the mean score of their sessions; {band}."
            if self.measures.shows_published
            else "Bars count users by the mean score of their sessions.",
            alt=self.finding().text,
            data=pd.concat(frames, ignore_index=True),
        )


def spread(sessions: pd.DataFrame, score: Score) -> Spread:
    """How one score is spread over users: the mean of each user's sessions."""
    values = per_user(sessions, score.column)
    edges = np.histogram_bin_edges(values, bins=min(BINS, max(1, values.size // 5)))
    counts, edges = np.histogram(values, bins=edges)
    marks = {"first quartile": 0.25, "median": 0.5, "third quartile": 0.75}
    quantiles = {name: float(np.quantile(values, q)) for name, q in marks.items()}
    return Spread(score, values, edges, counts.astype(float), quantiles)
