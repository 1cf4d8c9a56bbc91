"""The known best forecast is the best, and knows how sure it is."""

import numpy as np
import pytest

from engagement_utils.profiles.sample import best as optimal


@pytest.fixture(scope="module")
def best(simulated):
    return optimal.best_forecasts(simulated)


def targets(simulated, h):
    found = np.full(simulated.y.shape, np.nan)
    found[:, :-h] = simulated.y[:, h:]
    return found


@pytest.mark.parametrize("h", [1, 2, 3, 4])
def test_it_is_calibrated(simulated, best, h):
    y, k = targets(simulated, h), h - 1
    ok = np.isfinite(y) & np.isfinite(best.median[:, :, k])
    n = ok.sum()
    assert n > 8000
    assert (y < best.median[:, :, k])[ok].mean() == pytest.approx(0.5, abs=0.015)
    # a week without a jump on the way has the filter's own variance
    calm = ok.copy()
    for step in range(1, h + 1):
        calm[:, :-step] &= ~simulated.viral[:, step:]
    z = (y - best.mean[:, :, k]) / np.sqrt(best.variance[:, :, k])
    assert z[calm].std() == pytest.approx(1, abs=0.02)
    assert z[calm].mean() == pytest.approx(0, abs=0.03)


def test_nothing_else_forecasts_better(simulated, best, tested):
    table = optimal.best_table(simulated, best).rename(columns={"median": "best"})
    joined = tested.forecasts.merge(table, on=["profile_id", "week", "horizon"], how="inner")
    assert len(joined) == len(tested.forecasts)
    joined = joined.assign(profile_id=joined["profile_id"].astype(str))
    logs = {
        name: np.abs(np.log1p(joined["actual"]) - np.log1p(joined[name])).mean()
        for name in ("best", "model", "last", "trailing", "seasonal", "regression")
    }
    assert min(logs, key=logs.get) == "best"
    assert logs["model"] < min(logs[n] for n in ("last", "trailing", "seasonal", "regression"))


def test_a_number_seen_is_told_from_one_that_is_not():
    x, p = np.zeros((2, 1)), np.ones((2, 1, 1))
    found, spread = optimal._observe(x, p, np.array([1.0]), np.array([2.0, np.nan]), np.array([1.0, 1.0]))
    np.testing.assert_allclose(found[:, 0], [1.0, 0.0])
    np.testing.assert_allclose(spread[:, 0, 0], [0.5, 1.0])
