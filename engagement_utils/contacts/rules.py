"""Segments in a few rules that a marketer can build as a list: a shallow tree on counts, and its fidelity."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from engagement_utils.contacts.features import COUNTED
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion

WORDS = {
    "social_clicks_total": "social clicks",
    "num_sessions": "sessions",
    "num_pageviews": "page views",
    "forms_submitted": "forms submitted",
}


@dataclass(frozen=True)
class Rules:
    """Rules that reproduce the segments.

    Attributes:
        table: a row a rule: segment, rule (in words), contacts, right (share that the clustering puts there).
        fidelity: share of contacts whose rule gives their segment, on the half that the tree was not made of.
    """

    table: pd.DataFrame
    fidelity: Estimate


def rules(
    social: pd.DataFrame,
    labels: NDArray[np.int64],
    names: Sequence[str],
    minimum: int,
    *,
    level: float,
    depth: int = 2,
    seed: int = 0,
) -> Rules:
    """The tree of at most `depth` questions on whole counts that best reproduces `labels`.

    Counts instead of the scaled features, since a list in HubSpot filters by counts. Half of the contacts
    make the tree, the other half tests it. No rule holds fewer than `minimum` contacts, or half a percent.
    """
    x = social[list(COUNTED)].to_numpy(dtype="float64")
    half = np.random.default_rng(seed).permutation(len(x)) % 2 == 0
    smallest = max(minimum, len(x) // 200)
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=smallest, random_state=seed)
    tree.fit(x[half], labels[half])
    guess = tree.predict(x)
    right = int((guess[~half] == labels[~half]).sum())
    leaves = tree.apply(x)
    rows = []
    for leaf, low, high in _boxes(tree):
        inside = leaves == leaf
        segment = int(tree.classes_[int(np.argmax(tree.tree_.value[leaf]))])
        rows.append(
            (names[segment], _words(low, high), int(inside.sum()), float((labels[inside] == segment).mean()))
        )
    table = pd.DataFrame(rows, columns=["segment", "rule", "contacts", "right"])
    table = table.sort_values(
        ["segment", "contacts"], ascending=[True, False], ignore_index=True, kind="stable"
    )
    return Rules(table, proportion(right, int((~half).sum()), level=level))


def _boxes(tree: DecisionTreeClassifier) -> list[tuple[int, NDArray[np.float64], NDArray[np.float64]]]:
    """Each leaf with the bounds of its counts: above low, at most high."""
    t, found = tree.tree_, []
    start = (0, np.full(len(COUNTED), -np.inf), np.full(len(COUNTED), np.inf))
    stack = [start]
    while stack:
        node, low, high = stack.pop()
        if t.children_left[node] == -1:
            found.append((node, low, high))
            continue
        feature, limit = t.feature[node], t.threshold[node]
        below, above = high.copy(), low.copy()
        below[feature], above[feature] = min(high[feature], limit), max(low[feature], limit)
        stack += [(int(t.children_left[node]), low, below), (int(t.children_right[node]), above, high)]
    return found


def _words(low: NDArray[np.float64], high: NDArray[np.float64]) -> str:
    parts = []
    for name, a, b in zip(COUNTED, low, high, strict=True):
        least, most = np.floor(a) + 1, np.floor(b)
        if np.isfinite(a) and np.isfinite(b):
            parts.append(f"{WORDS[name]} {least:.0f} to {most:.0f}")
        elif np.isfinite(a):
            parts.append(f"{WORDS[name]} at least {least:.0f}")
        elif np.isfinite(b):
            parts.append(f"{WORDS[name]} at most {most:.0f}")
    return " and ".join(parts) or "every contact"
