"""Moderators by the published and by a corrected score, and how firm their ranks are."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from engagement_utils.activity.scores import RESAMPLES
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.permutation import correlation
from engagement_utils.inference.pooling import shrink
from engagement_utils.inference.ranks import Agreement, Stability, agreement, stability
from engagement_utils.inference.samples import Floats

WEIGHT = 0.33
DRAWS = 2000
SCORES = ("published", "corrected")


@dataclass(frozen=True)
class Moderators:
    """The leaderboard.

    Attributes:
        frame: the input columns, published_score, shrunken_satisfaction, corrected_score; for both scores
            rank, rank_low, rank_high and top_probability, as <score>_<column>. Best by the corrected score
            first; moderators without a session are not ranked.
        stability: of both rankings, in the order of moderator_id.
        agreement: of the two rankings in their top.
        volume: share of the published score's variance that is the number of sessions.
        response: rank correlation of response time and satisfaction.
        separate: by score, how many of the top moderators surely (by their rank intervals) belong there.
        unranked: moderators without a session.
    """

    frame: pd.DataFrame
    stability: dict[str, Stability]
    agreement: Agreement
    volume: float
    response: Estimate
    separate: dict[str, int]
    unranked: int


def moderators(
    table: pd.DataFrame,
    top: int,
    *,
    satisfaction_sd: float,
    response_cv: float,
    level: float,
    seed: int,
) -> Moderators | None:
    """Rank the moderators both ways; None for fewer than two of them.

    The table is already aggregated, so the spread behind its averages is not in the data and is assumed:
    a single rating scatters by `satisfaction_sd` around its moderator's mean, a single response time by
    `response_cv` times it; the number of sessions is Poisson. Ranks are those of 2,000 draws of all three.

    Corrected score: 50 + 10 * (z(sessions) - z(response time) + z(shrunken satisfaction)) / 3; satisfaction
    is shrunk towards the mean of all with variance sd² / sessions (`pooling.shrink`).
    """
    held = table[table["chat_sessions_moderated"] > 0].sort_values("moderator_id", ignore_index=True)
    if len(held) < 2:
        return None
    n = held["chat_sessions_moderated"].to_numpy(dtype=float)
    response = held["avg_response_time"].to_numpy(dtype=float)
    rating = held["user_satisfaction_score"].to_numpy(dtype=float)
    variance = satisfaction_sd**2 / n
    shrunken = shrink(rating, variance, n, level=level)
    pulled = np.array([s.value for s in shrunken])
    # of the shrunken value: how far it may lie from the truth
    error = np.array([(s.high - s.low) / 2 for s in shrunken]) / stats.norm.ppf((1 + level) / 2)
    weights = np.array([s.weight for s in shrunken])
    rng = np.random.default_rng(seed)
    size = (DRAWS, len(held))
    drawn_n = np.maximum(rng.poisson(n, size), 1).astype(float)
    drawn_response = np.maximum(response + rng.standard_normal(size) * response_cv * response / np.sqrt(n), 0)
    noise = rng.standard_normal(size)
    scale = [(x.mean(), x.std(ddof=1)) for x in (n, response, pulled)]
    corrected = _corrected(n, response, pulled, scale)
    published = held["moderator_performance_score"].to_numpy(dtype=float)
    draws = {
        "published": WEIGHT * (drawn_n + drawn_response + rating + noise * np.sqrt(variance)),
        "corrected": _corrected(drawn_n, drawn_response, pulled + noise * error, scale),
    }
    k = min(top, len(held))
    firm = {
        name: stability(values, draws[name], k, level=level)
        for name, values in zip(SCORES, (published, corrected), strict=True)
    }
    frame = held.rename(columns={"moderator_performance_score": "published_score"}).assign(
        shrunken_satisfaction=pulled, own_weight=weights, corrected_score=corrected
    )
    for name, s in firm.items():
        frame[f"{name}_rank"], frame[f"{name}_rank_low"] = s.rank, s.rank_low
        frame[f"{name}_rank_high"], frame[f"{name}_top_probability"] = s.rank_high, s.probability
    return Moderators(
        frame=frame.sort_values("corrected_rank", ignore_index=True),
        stability=firm,
        agreement=agreement(published, corrected, k),
        volume=_part_of(WEIGHT * n, published),
        response=correlation(response, rating, by="rank", level=level, seed=seed, resamples=RESAMPLES),
        separate={name: int(((s.rank <= k) & (s.rank_high <= k)).sum()) for name, s in firm.items()},
        unranked=len(table) - len(held),
    )


def _part_of(part: Floats, whole: Floats) -> float:
    """Share of the part in the variance of the whole."""
    return float(np.cov(part, whole)[0, 1] / whole.var(ddof=1)) if np.ptp(whole) else float("nan")


def _z(x: Floats, scale: tuple[float, float]) -> Floats:
    mean, sd = scale
    return (x - mean) / sd if sd else np.zeros_like(x)


def _corrected(n: Floats, response: Floats, rating: Floats, scale: list[tuple[float, float]]) -> Floats:
    """Draws are standardised by the observed moderators, so that they are on the observed scale."""
    return 50 + 10 * (_z(n, scale[0]) - _z(response, scale[1]) + _z(rating, scale[2])) / 3
