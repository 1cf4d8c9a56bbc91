import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference.multiple import Family, adjust_families, adjusted


def test_adjusted_by_the_formula() -> None:
    ps = [0.01, 0.04, 0.03, 0.20]
    assert adjusted(ps) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.20])
    assert adjusted(ps) == pytest.approx(stats.false_discovery_control(ps).tolist())


def test_what_was_not_tested_does_not_count() -> None:
    assert adjusted([None, 0.02, None]) == [None, 0.02, None]
    assert adjusted([]) == []


def test_false_discoveries_are_held() -> None:
    rng = np.random.default_rng(0)
    false = 0.0
    for _ in range(300):
        p = np.concatenate([rng.random(15), rng.beta(0.05, 8, 5)])
        found = np.array(adjusted(p.tolist())) < 0.1
        false += found[:15].sum() / max(1, found.sum()) / 300
    assert false < 0.1


def test_families_guard_the_tests_behind_them() -> None:
    found = adjust_families(
        {
            "format": Family(0.001, {"pair": 0.001, "other": 0.9, "none": None}),
            "time": Family(0.3, {"hour": 0.001, "window": 0.02}),
            "empty": Family(None, {"x": 0.01}),
        }
    )
    assert found["format"].p_value == pytest.approx(0.002)
    assert found["format"].behind["pair"] == pytest.approx(0.004)  # 0.002 within, one of two families found
    assert found["format"].behind["none"] is None
    assert found["time"].behind["hour"] == pytest.approx(0.3)
    assert found["empty"].behind["x"] is None
