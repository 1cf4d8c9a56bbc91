"""Errors are those of their formulas."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.profiles import (
    errors,
)
from tests.profiles.conftest import LEVEL


def test_errors_are_those_of_their_formulas():
    part = pd.DataFrame(
        {
            "profile_id": ["a", "a", "b", "c"],
            "actual": [10.0, 20.0, 0.0, 50.0],
            "model": [12.0, 17.0, 1.0, 40.0],
            "low_80": [5.0, 18.0, 0.0, 45.0],
            "high_80": [15.0, 30.0, 2.0, 60.0],
            "low_95": [0.0, 10.0, 0.0, 30.0],
            "high_95": [20.0, 40.0, 5.0, 70.0],
            "scale": [2.0, 2.0, np.nan, 5.0],
        }
    )
    expected = {
        "MAE": 4.0,
        "RMSE": np.sqrt((4 + 9 + 1 + 100) / 4),
        "R²": 1 - 114 / np.sum((part["actual"] - 20) ** 2),
        "WAPE": 16 / 80,
        "MASE": (1 + 1.5 + 2) / 3,
        "coverage_80": 1.0,
        "coverage_95": 1.0,
    }
    found = {name: errors.error(part, "model", name, level=LEVEL).value for name in expected}
    assert found == pytest.approx(expected)
    one = part.iloc[[0]]
    losses = [0.025 * 10, 0.1 * 5, 0.5 * 2, 0.1 * 5, 0.025 * 10]
    assert errors.pinball(one, one["model"].to_numpy())[0] == pytest.approx(np.mean(losses))
