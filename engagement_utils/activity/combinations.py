"""The score by the combination of recommendation types that a user was given."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.activity.published import NO_TYPES
from engagement_utils.activity.scores import RESAMPLES, Score, per_user
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.multiple import adjust
from engagement_utils.inference.permutation import several_groups, two_groups
from engagement_utils.inference.samples import Floats
from engagement_utils.inference.verdict import SUPPORTED, judge

MOST_GROUPS = 12


@dataclass(frozen=True)
class Combinations:
    """One score by combination, the highest mean first.

    Attributes:
        frame: combination, users, mean, low, high, difference (from all other users), p_value (adjusted over
            the combinations), verdict.
        values: one value a user, by combination.
        means: by combination, with t intervals.
        overall: whether the combinations differ at all: eta squared.
    """

    score: Score
    frame: pd.DataFrame
    values: dict[str, Floats]
    means: dict[str, Estimate]
    overall: Estimate

    @property
    def supported(self) -> pd.DataFrame:
        """The combinations that differ from all other users by more than chance."""
        return self.frame[self.frame["verdict"] == SUPPORTED]


def short(combination: str) -> str:
    """The name of a combination as the report prints it."""
    return "no recommendation" if combination == NO_TYPES else combination


def combinations(
    sessions: pd.DataFrame, score: Score, *, minimum_n: int, level: float, seed: int
) -> Combinations:
    """Compare the score between combinations; of more than 12 the most frequent ones."""
    kept = sessions["combination"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    names = kept.index[:MOST_GROUPS]
    values = {name: per_user(sessions, score.column, sessions["combination"] == name) for name in names}
    order = sorted(values, key=lambda name: (-round(float(values[name].mean()), 9), name))
    values = {name: values[name] for name in order}
    tests = []
    for name, own in values.items():
        rest = per_user(sessions, score.column, sessions["combination"] != name)
        enough = own.size >= max(2, minimum_n) and rest.size >= 2
        difference = float(own.mean() - rest.mean()) if rest.size else float("nan")
        few = Estimate(difference, None, None, own.size, level, None, "too few users for a test")
        tests.append(two_groups(own, rest, level=level, seed=seed, resamples=RESAMPLES) if enough else few)
    tests = adjust(tests)
    means = {name: mean(own, level=level) for name, own in values.items()}
    rows = [
        (name, m.n, m.value, m.low, m.high, t.value, t.p_value, judge(t, minimum_n=minimum_n))
        for (name, m), t in zip(means.items(), tests, strict=True)
    ]
    columns = ["combination", "users", "mean", "low", "high", "difference", "p_value", "verdict"]
    firm = [v for v in values.values() if v.size > 1]
    overall = (
        several_groups(firm, seed=seed, resamples=RESAMPLES) if len(firm) > 1 else _nothing(sessions, level)
    )
    return Combinations(score, pd.DataFrame(rows, columns=columns), values, means, overall)


def _nothing(sessions: pd.DataFrame, level: float) -> Estimate:
    return Estimate(np.nan, None, None, sessions["user_id"].nunique(), level, None, "eta squared")
