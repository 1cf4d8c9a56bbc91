"""Does the click-through rate go with the rating of a session?"""

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from engagement_utils.activity.figures import boxes, kept_figure
from engagement_utils.activity.measures import Measures
from engagement_utils.activity.scores import RESAMPLES
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.permutation import correlation
from engagement_utils.inference.proportions import proportion_difference
from engagement_utils.inference.samples import Floats
from engagement_utils.report import plots, style
from engagement_utils.report.labels import number_axis, wrapped
from engagement_utils.report.outputs import Figure, Output
from engagement_utils.report.question import Answer, Claim, Evidence, Question
from engagement_utils.report.wording import count, number, tested, with_interval

CLAIMED_BAND = (0.5, 1.5)  # of the click-through rate, in which the published text finds ratings 2 and 3
CLAIMED_RATINGS = (2, 3)
MOST_CTR = 3  # whole numbers of the published rate that are shown apart; more are one column


class Ratings(Question[Measures]):
    """Does the click-through rate go with the rating of a session?"""

    topic = "ctr_by_rating"
    unit = "session"
    main = False

    @cached_property
    def given(self) -> pd.DataFrame:
        """The sessions with recommendations."""
        return self.measures.sessions.query("recommendations > 0")

    @cached_property
    def values(self) -> Mapping[int, Floats]:
        """Clicks a recommendation by rating; a session counts once, as a rating belongs to a session."""
        by = self.given.groupby("feedback_rating")["clicks_per_recommendation"]
        return {int(str(rating)): group.to_numpy(dtype=float) for rating, group in by}

    @property
    def data(self) -> pd.DataFrame:
        """A row a rating: rating, sessions, mean clicks a recommendation with low and high."""
        means = {rating: mean(v, level=self.level) for rating, v in self.values.items()}
        rows = [(rating, m.n, m.value, m.low, m.high) for rating, m in means.items()]
        return pd.DataFrame(rows, columns=["rating", "sessions", "mean", "low", "high"])

    @property
    def whole_rates(self) -> pd.DataFrame:
        """A row a rating: rating, then the number of sessions at each whole-number rate of the seed."""
        capped = self.given["per_session_ctr"].clip(upper=MOST_CTR).astype(int)
        names = {c: str(c) if c < MOST_CTR else f"{MOST_CTR} and more" for c in range(MOST_CTR + 1)}
        counts = pd.crosstab(self.given["feedback_rating"].astype(int), capped)
        counts = counts.reindex(columns=list(names), fill_value=0).rename(columns=names)
        counts.columns.name = None
        return counts.rename_axis("rating").reset_index()

    @cached_property
    def dense(self) -> Estimate:
        """Share of ratings 2 and 3 among rates of 0.5 to 1.5, less that among the others."""
        inside = self.given["per_session_ctr"].between(*CLAIMED_BAND)
        middle = self.given["feedback_rating"].isin(CLAIMED_RATINGS)
        counts = (middle & inside, inside, middle & ~inside, ~inside)
        return proportion_difference(*(int(c.sum()) for c in counts), level=self.level)

    def evidence(self) -> Mapping[str, Evidence]:
        """Rank correlation of rating and clicks a recommendation; how dense the claimed ratings are."""
        trend = correlation(
            self.given["feedback_rating"],
            self.given["clicks_per_recommendation"],
            by="rank",
            level=self.level,
            seed=self.measures.settings.seed,
            resamples=RESAMPLES,
        )
        return {self.topic: Evidence(trend, 0.0), "dense_ratings": Evidence(self.dense, 0.0)}

    def say(self) -> Mapping[str, Answer]:
        """Whether better rated sessions have more clicks a recommendation."""
        j = self.judged()
        e = j.estimate
        value = (
            f"Spearman's correlation of rating and clicks a recommendation is {with_interval(e)}{tested(e)}"
        )
        if j.too_little:
            heading = "Too few sessions with recommendations to compare ratings"
            text = f"{count(e.n, 'session')} with recommendations are too few to compare ratings."
            return {self.topic: Answer(heading, text)}
        heading = "Ratings do not reliably go with the click-through rate"
        if j.supported:
            heading = (
                f"Better rated sessions have {'more' if e.value > 0 else 'fewer'} clicks a recommendation"
            )
        return {self.topic: Answer(heading, f"{heading}: {value}.")}

    def show(self) -> Iterable[Output]:
        """Both rates by rating."""
        return (self.figure(),)

    def claims(self) -> Iterable[Claim]:
        """On ratings of 2 and 3."""
        text = "Feedback ratings of 2 and 3 are densely populated for a rate of 0.5 to 1.5."
        e = self.dense
        evidence = (
            f"share of ratings 2 and 3 there, less elsewhere: {with_interval(e, percent=True)}"
            if e.n
            else "no session with such a rate to compare"
        )
        return (Claim(6, text, evidence, e.n, {"dense_ratings": e.value > 0}),)

    def figure(self) -> Figure:
        """Click-through rate by rating: clicks a recommendation, and the published whole-number rate."""
        table = self.whole_rates.set_index("rating")
        levels = [int(str(k)) for k in table.index]
        fig, (left, right) = style.canvas(1, 2, height=3.4, width_ratios=(1, 1))
        boxes(left, [self.values[k] for k in levels], range(len(levels)), vertical=True)
        frame = self.data.set_index("rating").loc[levels]
        for x, (value, low, high) in enumerate(frame[["mean", "low", "high"]].to_numpy(dtype=float)):
            left.plot((x, x), (low, high), color=style.PALETTE[1], lw=2)
            left.plot(x, value, "o", ms=5, color=style.PALETTE[1])
        counts = frame["sessions"].tolist()
        ticks = [f"{k}\n({number(n)})" for k, n in zip(levels, counts, strict=True)]
        left.set_xticks(range(len(levels)), ticks)
        left.set(xlabel="feedback rating (sessions)", ylabel="clicks a recommendation")
        number_axis(left.yaxis)
        shares = table.div(table.sum(axis=1), axis=0)
        per_row = np.repeat(table.sum(axis=1).to_numpy()[:, None], table.shape[1], axis=1)
        plots.annotated_heatmap(
            right,
            shares.to_numpy(),
            per_row,
            rows=[str(k) for k in levels],
            columns=[wrapped(str(c), 6) for c in table.columns],
            label="share of the rating's sessions",
            percent=True,
            minimum_n=self.report.minimum_n,
            xlabel="published click-through rate",
        )
        right.set_ylabel("feedback rating")
        return kept_figure(
            fig,
            name="ctr_by_rating",
            title="Click-through rate by rating",
            caption="Sessions with recommendations. Left, boxes of the clicks a recommendation, orange dots "
            f"their means with {self.t_interval}s; right, the published rate in whole "
            f"numbers, hatched where a rating has fewer than {number(self.report.minimum_n)} sessions.",
            alt=self.finding().text,
            data=self.whole_rates.merge(self.data, on="rating"),
        )
