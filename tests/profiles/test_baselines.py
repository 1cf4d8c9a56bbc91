"""Baselines: what is known without fitting, and least squares on it."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.profiles.baselines import BASELINES, Regression, baseline, naive
from engagement_utils.profiles.features import NAIVE


@pytest.fixture
def frame():
    rng = np.random.default_rng(2)
    columns = {f"naive_{name}": rng.uniform(1, 5, 80) for name in ("last", "trailing", "seasonal_2")}
    frame = pd.DataFrame(columns)
    truth = 0.5 + frame @ [0.2, 0.5, 0.1]
    return frame.assign(target_2=truth)


def test_naive_forecasts_are_columns_of_the_rows(frame):
    assert naive(frame, "last", 2).tolist() == frame["naive_last"].tolist()
    assert naive(frame, "seasonal", 2).tolist() == frame["naive_seasonal_2"].tolist()
    assert tuple(BASELINES) == (*NAIVE, "regression")


def test_the_regression_finds_its_coefficients_and_stays_above_zero(frame):
    fitted = Regression.fit(frame, 2)
    assert fitted.intercept == pytest.approx(0.5)
    assert fitted.coefficients == pytest.approx((0.2, 0.5, 0.1))
    np.testing.assert_allclose(baseline(frame, "regression", 2, fitted), frame["target_2"])
    assert Regression(-99.0, fitted.coefficients).predict(frame, 2).tolist() == [0.0] * 80
    assert baseline(frame, "trailing", 2, fitted).tolist() == frame["naive_trailing"].tolist()
