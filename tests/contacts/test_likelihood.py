"""Calibration against answers known from elsewhere."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from engagement_utils.contacts.likelihood import calibration


def test_calibration_by_other_means():
    rng = np.random.default_rng(1)
    p = rng.uniform(0, 1, 3000)
    y = rng.random(3000) < 0.6 * p  # promises too much
    c = calibration(pd.Series(p), pd.Series(y), 10, level=0.95)
    assert c.auc == pytest.approx(roc_auc_score(y, p), abs=1e-12)
    assert c.brier == pytest.approx(brier_score_loss(y, p), abs=1e-12)
    assert c.excess.low < 0.2 < c.excess.high
    assert c.excess.low > 0
    band = np.minimum((p * 10).astype(int), 9)
    assert c.table["contacts"].tolist() == np.bincount(band).tolist()
    assert c.table["predicted"].to_numpy() == pytest.approx([p[band == i].mean() for i in range(10)])
    assert c.table["share"].to_numpy() == pytest.approx([y[band == i].mean() for i in range(10)])


def test_small_bands_of_likelihood_are_joined():
    p = pd.Series([0.05] * 12 + [0.15] * 4 + [0.25] * 8 + [0.95] * 3)
    c = calibration(p, pd.Series([False] * 26 + [True]), 10, level=0.95)
    assert c.table["band"].tolist() == ["0% to 10%", "10% to 100%"]
    assert c.table["contacts"].tolist() == [12, 15]
    assert np.isnan(calibration(p, pd.Series([False] * 27), 10, level=0.95).auc)
    assert calibration(p.head(9), pd.Series([False] * 9), 10, level=0.95) is None
