"""The model is free of scale, the same again, and falls back to a baseline."""

import numpy as np
import pytest

from engagement_utils.errors import TableError
from engagement_utils.profiles import (
    backtest,
    models,
)
from engagement_utils.profiles.features import FEATURES
from engagement_utils.profiles.models import MODEL
from tests.profiles.conftest import FAST


def test_the_baseline_in_use_has_intervals_of_its_own(rows, prepared):
    fitted = models.fit(rows, prepared.span.last_week, FAST, {2: "trailing"})
    assert [h.use for h in fitted.horizons] == [MODEL, "trailing", MODEL, MODEL]
    late = models.split(rows, 2, prepared.span.last_week)[1]
    np.testing.assert_array_equal(fitted[2].z(late), late["naive_trailing"])
    ends = fitted[2].calibration.bounds(late, fitted[2].z(late))
    y = np.expm1(late["target_2"].to_numpy())
    assert ((ends[:, 0, 0] <= y) & (y <= ends[:, 0, 1])).mean() == pytest.approx(0.8, abs=0.01)


def test_forecasts_below_zero_become_zero(model, latest):
    low = latest.head(5).assign(anchor=-50.0, naive_last=-1.0, naive_trailing=-1.0)
    for h in (1, 2, 3, 4):
        assert (model[h].z(low) == 0).all()
        assert (model[h].z(low, "regression") >= 0).all()


def test_the_target_is_free_of_scale(model, latest):
    fitted = model[1].regressor
    assert fitted.trees.n_iter_ == FAST.iterations
    rows = latest.head(50)
    moved = rows.assign(level=rows["level"])  # the anchor alone does not enter the trees
    np.testing.assert_allclose(
        fitted.z(moved.assign(anchor=rows["anchor"] + 5)) - 5, fitted.z(rows), atol=1e-9
    )
    assert "anchor" not in FEATURES


def test_fitting_twice_gives_the_same(rows, prepared, model, latest):
    again = models.fit(rows, prepared.span.last_week, FAST)
    for h in (1, 4):
        np.testing.assert_array_equal(again[h].z(latest), model[h].z(latest))


def test_too_few_rows_are_refused(rows, prepared):
    with pytest.raises(TableError, match="at least 500 and 100"):
        models.fit(rows.head(300), prepared.span.last_week, FAST)
    with pytest.raises(TableError, match="too few for 40 origins"):
        backtest.origins(prepared.span.first_week, prepared.span.last_week, 40, 6)
