"""Gradient-boosted trees on one row: all trees are walked at once.

scikit-learn calls every tree by itself, which for one row costs a hundred times what the answer needs. The
walk is its own (`sklearn/ensemble/_hist_gradient_boosting/_predictor.pyx`), and so is the order of the sum,
so that both give the same number to the last digit.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from engagement_utils.inference.samples import Floats


@dataclass(frozen=True)
class Walk:
    """Every node of every tree in one table; children are positions in it.

    Attributes:
        roots: where the trees begin, in the order in which they were grown.
        depth: steps after which every leaf is reached; leaves are their own children.
        base: what the first tree adds to.
    """

    roots: NDArray[np.int64]
    depth: int
    feature: NDArray[np.int64]
    threshold: Floats
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    value: Floats
    base: float

    def one(self, x: Floats) -> float:
        """The prediction for one row of features, NaN where one is missing."""
        seen = x[self.feature]
        to_left = np.where(np.isnan(seen), self.missing_left, seen <= self.threshold)
        after, at = np.where(to_left, self.left, self.right), self.roots
        for _ in range(self.depth):
            at = after[at]
        return float(np.add.accumulate(np.concatenate([[self.base], self.value[at]]))[-1])


def walk(fitted: HistGradientBoostingRegressor) -> Walk:
    """The trees of a regressor with squared error and numeric features."""
    tables = [tree.nodes for (tree,) in fitted._predictors]
    sizes = np.array([len(t) for t in tables])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    nodes = np.concatenate(tables)
    own, offset = np.arange(len(nodes)), np.repeat(starts, sizes)
    leaf = nodes["is_leaf"].astype(bool)
    return Walk(
        starts,
        int(nodes["depth"].max()),
        np.where(leaf, 0, nodes["feature_idx"]).astype(np.int64),
        nodes["num_threshold"].astype(float),
        nodes["missing_go_to_left"].astype(bool),
        np.where(leaf, own, nodes["left"] + offset),
        np.where(leaf, own, nodes["right"] + offset),
        nodes["value"].astype(float),
        float(np.ravel(fitted._baseline_prediction)[0]),
    )
