"""How the score is spread, and the click-through rate by rating."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.activity.scores import RESAMPLES, Score
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.permutation import correlation
from engagement_utils.inference.proportions import proportion, proportion_difference
from engagement_utils.inference.samples import Floats

PUBLISHED_BAND = (0.5, 1.5)  # of the click-through rate, in which the published text finds ratings 2 and 3
PUBLISHED_RATINGS = (2, 3)
COMMON = (10.0, 30.0)  # the most common published scores, by the published text
BINS = 20
MOST_CTR = 3  # whole numbers of the published rate that are shown apart; more are one column


@dataclass(frozen=True)
class Spread:
    """The distribution of one score: histogram edges and counts, its quantiles, and the users in the bands.

    `low` and `common` are shares of users whose mean score lies in the band (lower end in, upper end out).
    They are None for the corrected score, which has another scale.
    """

    score: Score
    edges: Floats
    counts: Floats
    quantiles: dict[str, float]
    low: Estimate | None
    common: Estimate | None


@dataclass(frozen=True)
class Ratings:
    """Click-through rates of sessions with recommendations, by rating.

    Attributes:
        frame: rating, sessions, mean clicks a recommendation with low and high.
        values: clicks a recommendation by rating.
        published: rating, then one column a published whole-number rate with the number of sessions.
        trend: rank correlation of rating and clicks a recommendation.
        dense: share of ratings 2 and 3 among published rates of 0.5 to 1.5, less that among the others.
        truncated: share of all sessions with a click whose published rate is 0 all the same.
    """

    frame: pd.DataFrame
    values: dict[int, Floats]
    published: pd.DataFrame
    trend: Estimate
    dense: Estimate
    truncated: Estimate


def spread(sessions: pd.DataFrame, score: Score, low_band: tuple[float, float], *, level: float) -> Spread:
    """How one score is spread over users: the mean of each user's sessions."""
    values = sessions.groupby("user_id")[score.column].mean().to_numpy(dtype=float)
    edges = np.histogram_bin_edges(values, bins=min(BINS, max(1, values.size // 5)))
    counts, edges = np.histogram(values, bins=edges)

    def band(low: float, high: float) -> Estimate:
        return proportion(int(((values >= low) & (values < high)).sum()), values.size, level=level)

    marks = {"first quartile": 0.25, "median": 0.5, "third quartile": 0.75}
    quantiles = {name: float(np.quantile(values, q)) for name, q in marks.items()}
    plain = score.key == "published"
    bands = (band(*low_band), band(*COMMON)) if plain else (None, None)
    return Spread(score, edges, counts.astype(float), quantiles, *bands)


def ratings(sessions: pd.DataFrame, *, level: float, seed: int) -> Ratings:
    """The click-through rate by rating; a session counts once, as a rating belongs to a session."""
    given = sessions[sessions["recommendations"] > 0]
    values = {
        int(str(rating)): group["clicks_per_recommendation"].to_numpy(dtype=float)
        for rating, group in given.groupby("feedback_rating")
    }
    means = {rating: mean(v, level=level) for rating, v in values.items()}
    rows = [(rating, m.n, m.value, m.low, m.high) for rating, m in means.items()]
    capped = given["per_session_ctr"].clip(upper=MOST_CTR).astype(int)
    names = {c: str(c) if c < MOST_CTR else f"{MOST_CTR} and more" for c in range(MOST_CTR + 1)}
    table = pd.crosstab(given["feedback_rating"].astype(int), capped)
    table = table.reindex(columns=list(names), fill_value=0).rename(columns=names)
    table.columns.name = None
    inside = given["per_session_ctr"].between(*PUBLISHED_BAND)
    middle = given["feedback_rating"].isin(PUBLISHED_RATINGS)
    clicked = sessions[sessions["resources_clicked"] > 0]
    return Ratings(
        frame=pd.DataFrame(rows, columns=["rating", "sessions", "mean", "low", "high"]),
        values=values,
        published=table.rename_axis("rating").reset_index(),
        trend=correlation(
            given["feedback_rating"],
            given["clicks_per_recommendation"],
            by="rank",
            level=level,
            seed=seed,
            resamples=RESAMPLES,
        ),
        dense=proportion_difference(
            int((middle & inside).sum()),
            int(inside.sum()),
            int((middle & ~inside).sum()),
            int((~inside).sum()),
            level=level,
        ),
        truncated=proportion(int((clicked["per_session_ctr"] == 0).sum()), len(clicked), level=level),
    )
