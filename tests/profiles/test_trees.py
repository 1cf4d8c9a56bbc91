"""One row walks the trees as scikit-learn does, from what scikit-learn keeps private."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from engagement_utils.profiles.trees import walk


def test_one_row_is_forecast_as_many_are() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(3000, 8)).astype(np.float32)
    x[rng.random(x.shape) < 0.1] = np.nan
    y = np.nan_to_num(x[:, 0]) ** 2 + np.nan_to_num(x[:, 3]) + rng.normal(size=3000)
    trees = HistGradientBoostingRegressor(max_iter=30, random_state=0).fit(x, y)
    walked = walk(trees)
    assert [walked.one(row.astype(float)) for row in x[:200]] == trees.predict(x[:200]).tolist()
    nothing = np.full((1, 8), np.nan, dtype=np.float32)
    assert walked.one(nothing[0].astype(float)) == trees.predict(nothing)[0]


def test_the_private_tables_are_what_scikit_learn_forecasts_from() -> None:
    """The walk is built from `_predictors` and `_baseline_prediction`: both decide what is forecast."""
    x = np.random.default_rng(6).normal(size=(500, 3)).astype(np.float32)
    trees = HistGradientBoostingRegressor(max_iter=3, random_state=0).fit(x, x[:, 0])
    before = trees.predict(x)
    for (tree,) in trees._predictors:
        tree.nodes["value"] *= 2
    trees._baseline_prediction = trees._baseline_prediction + 1
    moved = trees.predict(x)
    assert (moved != before).all()
    walked = walk(trees)
    assert [walked.one(row.astype(float)) for row in x] == moved.tolist()
