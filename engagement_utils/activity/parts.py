"""What a score is made of, and whose rank changes when it is made otherwise."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.activity.scores import CORRECTED, PUBLISHED, Score
from engagement_utils.inference.bootstrap import cluster_bootstrap, cluster_totals
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.ranks import Agreement, agreement
from engagement_utils.inference.samples import Floats

MOVED = 0.1  # of all ranks: a move that counts as large


@dataclass(frozen=True)
class Composition:
    """Of one score: how much of its variance each part is.

    Attributes:
        shares: by part's label; they add up to 1.
        frame: part, share, low, high, with_score (correlation with the score), with_rest (with the score
            without that part).
    """

    score: Score
    shares: dict[str, Estimate]
    frame: pd.DataFrame


@dataclass(frozen=True)
class RankChanges:
    """The same sessions ranked by both scores, 1 is best.

    Attributes:
        frame: session_id, user_id, both scores, both ranks, change (ranks gained by the correction).
        moved: share of the sessions whose rank changes by more than a tenth of all ranks.
        left: share of the published top that is not in the corrected top of the same length.
        top: length of that list.
    """

    frame: pd.DataFrame
    moved: Estimate
    left: Estimate
    agreement: Agreement
    top: int

    @property
    def median_move(self) -> float:
        """Median absolute change of rank, as a share of all ranks."""
        return float(self.frame["change"].abs().median() / len(self.frame))


def _share(n: Floats, x: Floats, y: Floats, xy: Floats, yy: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return (xy - x * y / n) / (yy - y * y / n)


def composition(sessions: pd.DataFrame, score: Score, *, level: float, seed: int) -> Composition:
    """Share of each part in the score's variance: cov(weight * part, score) / var(score).

    The shares add up to 1 since the score is the sum of its parts. Intervals resample users. A part that
    lies against the others can have a negative share.
    """
    parts = {label: score.weight * sessions[c].to_numpy(dtype=float) for c, label in score.parts}
    # the sum itself: the published score is it, rounded
    whole = np.sum(list(parts.values()), axis=0)
    users = sessions["user_id"].to_numpy()
    y = whole - whole.mean()
    shares, rows = {}, []
    for label, part in parts.items():
        x = part - part.mean()
        totals = cluster_totals(users, np.ones(x.size), x, y, x * y, y * y)
        share = cluster_bootstrap(_share, *totals, level=level, seed=seed, resamples=1000)
        shares[label] = share
        rows.append((label, share.value, share.low, share.high, _correlation(x, y), _correlation(x, y - x)))
    names = ["part", "share", "low", "high", "with_score", "with_rest"]
    return Composition(score, shares, pd.DataFrame(rows, columns=names))


def _correlation(x: Floats, y: Floats) -> float:
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])


def rank_changes(sessions: pd.DataFrame, top: int, *, level: float) -> RankChanges:
    """Rank the sessions by both scores; equal scores rank by session id.

    Args:
        top: length of the top list that is compared; at most the number of sessions.
    """
    names = ["session_id", "user_id", PUBLISHED.column, CORRECTED.column]
    frame = sessions[names].sort_values("session_id", ignore_index=True)
    n, top = len(frame), min(top, len(frame))
    for score in (PUBLISHED, CORRECTED):
        order = np.argsort(-frame[score.column].to_numpy(dtype=float), kind="stable")
        ranks = np.empty(n, dtype=np.int64)
        ranks[order] = np.arange(1, n + 1)
        frame[f"{score.key}_rank"] = ranks
    frame["change"] = frame["published_rank"] - frame["corrected_rank"]
    large = int((frame["change"].abs() > MOVED * n).sum())
    agreed = agreement(frame[PUBLISHED.column], frame[CORRECTED.column], top)
    return RankChanges(
        frame=frame,
        moved=proportion(large, n, level=level),
        left=proportion(top - agreed.shared, top, level=level),
        agreement=agreed,
        top=top,
    )
