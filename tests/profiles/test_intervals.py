"""Prediction intervals cover what they promise."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.profiles import (
    errors,
    intervals,
)
from engagement_utils.profiles.models import MODEL
from tests.profiles.conftest import LEVEL, at


@pytest.mark.parametrize("h", [1, 4])
@pytest.mark.parametrize("level", [80, 95])
def test_intervals_cover_what_they_promise(tested, h, level):
    part = at(tested, h)
    assert errors.error(part, MODEL, f"coverage_{level}", level=LEVEL).value == pytest.approx(
        level / 100, abs=0.02
    )
    assert (part[f"low_{level}"] <= part[MODEL]).all()
    assert (part[MODEL] <= part[f"high_{level}"]).all()
    assert (part["low_95"] <= part["low_80"]).all()
    assert (part["low_95"] >= 0).all()


def test_conformal_quantiles_are_the_ceilings_of_n_plus_one():
    values = np.arange(1.0, 100.0)  # 99 errors
    low, high = intervals._bounds(np.random.default_rng(0).permutation(values))[0]
    assert (low, high) == (10, 90)  # ceil(100 * 0.9) = 90, and its mirror image
    assert intervals._bounds(values)[1].tolist() == [2, 98]


def test_new_rows_are_covered_where_errors_depend_on_the_cell():
    rng = np.random.default_rng(1)

    def drawn(n):
        frame = pd.DataFrame(
            {
                "weight": rng.choice([1.0, 10.0], n),
                "recency": 0.0,
                "anchor": 8.0,
            }
        )
        noise = rng.normal(0, np.where(frame["weight"] > 5, 0.1, 1.0))
        return frame, noise

    rows, noise = drawn(4000)
    calibration = intervals.Calibration.fit(rows, noise)
    fresh, noise = drawn(20_000)
    ends = calibration.bounds(fresh, np.full(len(fresh), 5.0))
    y = np.expm1(5.0 + noise)
    inside = (ends[:, 0, 0] <= y) & (y <= ends[:, 0, 1])
    for weight in (1.0, 10.0):
        assert inside[fresh["weight"] == weight].mean() == pytest.approx(0.8, abs=0.02)
