"""Which measures go together: correlations, with those of a part and its whole marked, and by type."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from engagement_utils.activity.published import NO_TYPES
from engagement_utils.activity.scores import RESAMPLES, Score
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.multiple import adjust
from engagement_utils.inference.permutation import correlation
from engagement_utils.inference.verdict import SUPPORTED, judge

MEASURES = {
    "session_length": "session length",
    "messages_sent": "messages sent",
    "feedback_rating": "feedback rating",
    "resources_clicked": "resources clicked",
    "per_session_ctr": "click-through rate",
}
# a part of one of these is a part of the other: their correlation is arithmetic, at least in part
CLICKS = ("resources_clicked", "per_session_ctr")


@dataclass(frozen=True)
class Links:
    """Correlations between the measures of a session.

    Attributes:
        names: of measures and scores, in the heatmap's order.
        matrix: Pearson correlations; part_whole: True where one is computed from the other.
        pairs: first, second, correlation, low, high, n, p_value (adjusted), verdict; pairs that are no part
            and whole.
        by_type: type, sessions, correlation of messages and clicks, low, high, p_value (adjusted), verdict.
    """

    names: tuple[str, ...]
    matrix: pd.DataFrame
    part_whole: pd.DataFrame
    pairs: pd.DataFrame
    by_type: pd.DataFrame

    @property
    def supported(self) -> pd.DataFrame:
        """The pairs of measures that go together by more than chance, the strongest first."""
        found = self.pairs[self.pairs["verdict"] == SUPPORTED]
        order = found["correlation"].abs().sort_values(ascending=False, kind="stable").index
        return found.loc[order]


def of_type(sessions: pd.DataFrame, kind: str) -> "pd.Series[bool]":
    """Sessions of users who were recommended `kind`; a user with two types belongs to both."""
    return sessions["combination"].map(lambda c: kind in c.split(" + ")).astype(bool)


def links(
    sessions: pd.DataFrame,
    scores: Sequence[Score],
    types: Sequence[str],
    *,
    minimum_n: int,
    level: float,
    seed: int,
) -> Links:
    """Correlate every pair of measures; scores join the matrix, but nothing is tested with them."""
    columns = {**MEASURES, **{s.column: s.label for s in scores}}
    numbers = sessions[list(columns)].astype(float).rename(columns=columns)
    with np.errstate(all="ignore"):
        matrix = numbers.corr()
    labels = list(columns.values())
    part_whole = pd.DataFrame(False, index=labels, columns=labels)
    clicks = [columns[c] for c in CLICKS]
    for s in scores:
        part_whole.loc[s.label, :] = True
        part_whole.loc[:, s.label] = True
    part_whole.loc[clicks[0], clicks[1]] = part_whole.loc[clicks[1], clicks[0]] = True
    tested = {
        (a, b): _pair(sessions, a, b, level, seed)
        for a, b in combinations(MEASURES, 2)
        if {a, b} != set(CLICKS)
    }
    kinds = {kind: sessions[of_type(sessions, kind)] for kind in [*types, NO_TYPES]}
    kinds = {kind: frame for kind, frame in kinds.items() if len(frame)}
    within = {k: _pair(f, "messages_sent", "resources_clicked", level, seed) for k, f in kinds.items()}
    every = dict(zip([*tested, *within], adjust([*tested.values(), *within.values()]), strict=True))

    def row(e: Estimate) -> tuple[object, ...]:
        return (e.value, e.low, e.high, e.n, e.p_value, judge(e, minimum_n=minimum_n))

    names = ["correlation", "low", "high", "n", "p_value", "verdict"]
    pairs = [(MEASURES[a], MEASURES[b], *row(every[a, b])) for a, b in tested]
    typed = [(kind, *row(every[kind])) for kind in within]
    return Links(
        names=tuple(labels),
        matrix=matrix,
        part_whole=part_whole,
        pairs=pd.DataFrame(pairs, columns=["first", "second", *names]),
        by_type=pd.DataFrame(typed, columns=["type", *names]),
    )


def _pair(sessions: pd.DataFrame, a: str, b: str, level: float, seed: int) -> Estimate:
    means = sessions.groupby("user_id")[[a, b]].mean()
    return correlation(means[a], means[b], level=level, seed=seed, resamples=RESAMPLES)
