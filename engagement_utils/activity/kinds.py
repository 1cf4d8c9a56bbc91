"""The types of recommendation compared: click-through rate and feedback."""

from dataclasses import dataclass
from itertools import combinations

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from engagement_utils.activity.scores import RESAMPLES
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.multiple import adjust
from engagement_utils.inference.permutation import several_groups, two_groups
from engagement_utils.inference.samples import Floats
from engagement_utils.inference.verdict import SUPPORTED, judge
from engagement_utils.tables.collecting import collect

MEASURES = {"click_through_rate": "click-through rate", "feedback_score": "feedback score"}
MOST_TYPES = 8


@dataclass(frozen=True)
class Kinds:
    """Types of recommendation, by name.

    Attributes:
        means: measure -> type -> mean over users with a t interval.
        pairs: measure, first, second, difference, low, high, n, p_value (adjusted over all pairs of both
            measures), verdict.
        overall: measure -> whether the types differ at all: eta squared.
    """

    means: dict[str, dict[str, Estimate]]
    pairs: pd.DataFrame
    overall: dict[str, Estimate]

    def supported(self, measure: str) -> pd.DataFrame:
        """The differences between two types that are more than chance."""
        return self.pairs[(self.pairs["measure"] == measure) & (self.pairs["verdict"] == SUPPORTED)]


def per_user_and_type(recommendations: ir.Table) -> ir.Table:
    """One row a (user, type): means of both measures, the independent units of the comparison."""
    return recommendations.group_by("user_id", "recommendation_type").agg(
        **{m: recommendations[m].mean() for m in MEASURES}
    )


def kinds(recommendations: ir.Table, *, minimum_n: int, level: float, seed: int) -> Kinds:
    """Compare the types, each user once a type; of more than eight types the most frequent ones."""
    frame = collect(per_user_and_type(recommendations), by=["recommendation_type", "user_id"])
    names = sorted(frame["recommendation_type"].value_counts().index[:MOST_TYPES])
    values: dict[str, dict[str, Floats]] = {
        m: {k: frame.loc[frame["recommendation_type"] == k, m].to_numpy(dtype=float) for k in names}
        for m in MEASURES
    }
    keys = [(m, a, b) for m in MEASURES for a, b in combinations(names, 2)]
    tests = adjust(
        [
            two_groups(values[m][a], values[m][b], level=level, seed=seed, resamples=RESAMPLES)
            for m, a, b in keys
        ]
    )
    rows = [
        (*key, e.value, e.low, e.high, e.n, e.p_value, judge(e, minimum_n=minimum_n))
        for key, e in zip(keys, tests, strict=True)
    ]
    columns = ["measure", "first", "second", "difference", "low", "high", "n", "p_value", "verdict"]
    few = Estimate(np.nan, None, None, len(frame), level, None, "eta squared")
    return Kinds(
        means={m: {k: mean(v, level=level) for k, v in values[m].items()} for m in MEASURES},
        pairs=pd.DataFrame(rows, columns=columns),
        overall={
            m: several_groups(list(v.values()), seed=seed, resamples=RESAMPLES) if len(v) > 1 else few
            for m, v in values.items()
        },
    )
