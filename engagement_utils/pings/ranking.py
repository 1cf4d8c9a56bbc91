"""The highest pings, and how firm their ranking is: under other users and under other weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.ranks import Agreement, Stability, agreement, resampled_totals, stability
from engagement_utils.pings.measures import VIEW
from engagement_utils.tables.collecting import DECIMALS

WATCHING = "watching"  # the part of a score that comes from the watch-time ratio
CANDIDATES = 1000  # the highest pings that take part in resampling: no other one reaches the top
RESAMPLES = 2000


def ranked(totals: pd.DataFrame) -> pd.DataFrame:
    """`totals` with a column rank, highest engagement_score first.

    Pings whose scores agree to nine decimals tie; they stand in the order of their ids as text, with ranks of
    their own. Pings without an event are last.
    """
    order = totals.assign(engagement_score=totals["engagement_score"].round(DECIMALS))
    order = order.sort_values(["engagement_score", "events", "ping_id"], ascending=[False, False, True])
    order.insert(0, "rank", np.arange(1, len(order) + 1))
    return order.reset_index(drop=True)


def top_pings(totals: pd.DataFrame, n: int) -> pd.DataFrame:
    """The published table: the `n` highest pings that have an event, with their metadata."""
    columns = ["ping_id", "engagement_score", "creator_id", "main_hashtag", "category", "duration_sec"]
    highest = ranked(totals[totals["events"] > 0]).head(n)
    return highest[[*columns, "created_at"]].reset_index(drop=True)


def score_parts(
    totals: pd.DataFrame, counts: pd.DataFrame, weights: Mapping[str, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What each ping's score is made of.

    Args:
        totals: the collected `measures.ping_totals`; counts: the collected `measures.event_counts`.

    Returns:
        Amounts, index ping_id: events by type and `watching`, the summed ratio; and the parts of the score,
        amounts times weights, whose row sums are the engagement scores.
    """
    wide = counts.pivot(index="ping_id", columns="event_type", values="events")
    amounts = wide.reindex(index=totals["ping_id"], columns=list(weights)).fillna(0.0).astype("float64")
    amounts[WATCHING] = totals.set_index("ping_id")["watch_ratio"].astype("float64")
    return amounts, amounts * pd.Series({**weights, WATCHING: 1.0})


@dataclass(frozen=True)
class Ranking:
    """The top under resampling of users.

    Attributes:
        k: length of the top.
        frame: one row a ping, highest first, at most 1,000: rank, ping_id, engagement_score, low and high
            (bootstrap percentiles over users), probability (of being in the top), rank_low, rank_high.
        kept: share of the top that stays in it, mean and percentiles over the resamples, n users.
        stability: the arrays behind it.
    """

    k: int
    frame: pd.DataFrame
    kept: Estimate
    stability: Stability

    @property
    def top(self) -> pd.DataFrame:
        """The rows of the observed top."""
        return self.frame.head(self.k)

    def firm(self, level: float) -> list[str]:
        """The pings of the top that stay in it in at least this share of the resamples."""
        return _firm(self.top, level)


def ranking(
    totals: pd.DataFrame,
    pairs: pd.DataFrame,
    k: int,
    *,
    level: float,
    seed: int = 0,
) -> Ranking:
    """Rank pings and resample the users behind the ranking.

    Args:
        totals: the collected `measures.ping_totals`.
        pairs: the collected `measures.pair_stages`: user_id, ping_id, score.
    """
    order = ranked(totals[totals["events"] > 0]).head(CANDIDATES)
    k = min(k, len(order))
    likely = pairs[pairs["ping_id"].isin(order["ping_id"])]
    labels, drawn = resampled_totals(
        likely["user_id"], likely["ping_id"], likely["score"], resamples=RESAMPLES, seed=seed
    )
    place = pd.Index(labels).get_indexer(order["ping_id"])
    drawn = drawn[:, place].round(DECIMALS)
    held = stability(order["engagement_score"], drawn, k, level=level)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    frame = order[["rank", "ping_id", "engagement_score"]].assign(low=low, high=high, **_columns(held))
    return Ranking(
        k, frame, _kept(drawn, k, likely["user_id"].nunique(), level, "bootstrap over users"), held
    )


def _kept(drawn: "np.ndarray[Any, Any]", k: int, n: int, level: float, method: str) -> Estimate:
    """How many of the first `k` columns are among the `k` largest of a row: mean share and percentiles."""
    shares = (np.argsort(-drawn, axis=1, kind="stable")[:, :k] < k).mean(axis=1)
    low, high = np.quantile(shares, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(shares.mean()), float(low), float(high), n, level, None, method)


def _firm(top: pd.DataFrame, level: float) -> list[str]:
    return top.loc[top["probability"] >= level, "ping_id"].astype(str).tolist()


def _columns(held: Stability) -> dict[str, "np.ndarray[Any, Any]"]:
    return {"probability": held.probability, "rank_low": held.rank_low, "rank_high": held.rank_high}


@dataclass(frozen=True)
class Weighting:
    """The top under other event weights.

    Attributes:
        schemes: scheme, what it counts, shared (pings that stay in the top k), tau (Kendall, all pings), top.
        agreements: by scheme.
        frame: rank, ping_id, engagement_score, probability, rank_low, rank_high under perturbed weights.
        kept: share of the top that stays in it under perturbed weights, n pings.
        stability: the arrays behind it; `spread` is the sd of the logarithm of each weight.
    """

    k: int
    schemes: pd.DataFrame
    agreements: Mapping[str, Agreement]
    frame: pd.DataFrame
    kept: Estimate
    stability: Stability
    spread: float

    def firm(self, level: float) -> list[str]:
        """The pings of the top that stay in it in at least this share of the perturbations."""
        return _firm(self.frame.head(self.k), level)


def alternatives(weights: Mapping[str, float]) -> dict[str, tuple[str, dict[str, float]]]:
    """Other ways to score, by name: what each counts, and its weights (`watching` is that of the ratio)."""
    actions = {kind: w for kind, w in weights.items() if kind != VIEW}
    return {
        "actions only": (
            "published weights, no views and no watch time",
            {**actions, VIEW: 0.0, WATCHING: 0.0},
        ),
        "watching only": ("the watch-time ratio alone", {**dict.fromkeys(weights, 0.0), WATCHING: 1.0}),
        "equal weights": (
            "every event that has a weight counts 1, no watch time",
            {**{kind: float(w > 0) for kind, w in weights.items()}, WATCHING: 0.0},
        ),
        "all events": (
            "every event counts 1, impressions too",
            {**dict.fromkeys(weights, 1.0), WATCHING: 0.0},
        ),
    }


def weighting(
    totals: pd.DataFrame,
    amounts: pd.DataFrame,
    weights: Mapping[str, float],
    k: int,
    *,
    spread: float,
    level: float,
    seed: int = 0,
) -> Weighting:
    """Score the same events by other weights.

    Named alternatives, and 2,000 perturbations: each weight, that of the ratio included, times
    exp(spread * z) with z standard normal, so that 0 stays 0 and the order of size is kept on average.

    Args:
        amounts: from `score_parts`.
    """
    order = ranked(totals[totals["events"] > 0])
    k = min(k, len(order))
    matrix = amounts.loc[order["ping_id"]]
    published = order["engagement_score"].to_numpy(dtype="float64")
    rows, agreements = [], {}
    for name, (what, other) in alternatives(weights).items():
        scores = (matrix @ pd.Series(other)[matrix.columns]).round(DECIMALS)
        agreements[name] = agreement(published, scores, k)
        best = order["ping_id"].iloc[np.argsort(-scores.to_numpy(), kind="stable")[:k]]
        a = agreements[name]
        rows.append((name, what, a.shared, a.tau, ", ".join(best)))
    few = matrix.iloc[:CANDIDATES]
    base = np.array([*weights.values(), 1.0])
    noise = np.random.default_rng(seed).standard_normal((RESAMPLES, base.size))
    drawn = (base * np.exp(spread * noise)) @ few.to_numpy().T
    drawn = drawn.round(DECIMALS)
    held = stability(published[:CANDIDATES], drawn, k, level=level)
    kept = _kept(drawn, k, len(order), level, "perturbed weights")
    frame = order[["rank", "ping_id", "engagement_score"]].head(CANDIDATES).assign(**_columns(held))
    columns = ["scheme", "counts", "shared", "tau", "top"]
    return Weighting(k, pd.DataFrame(rows, columns=columns), agreements, frame, kept, held, spread)
