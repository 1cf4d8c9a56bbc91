import numpy as np
import pytest

from engagement_utils.inference.concentration import against_chance, gini, lorenz, top_share

X = np.array([1.0, 2.0, 3.0, 10.0, 0.0])


def test_gini_by_mean_differences() -> None:
    raw = np.abs(X[:, None] - X[None]).sum() / (2 * 25 * X.mean())
    assert gini(X, corrected=False).value == pytest.approx(raw)
    assert gini(X).value == pytest.approx(raw * 5 / 4)
    assert gini([0.0, 0.0, 7.0]).value == pytest.approx(1)
    assert gini([4.0, 4.0, 4.0]).value == pytest.approx(0)
    assert np.isnan(gini([0.0, 0.0]).value)


def test_top_share() -> None:
    e = top_share(X, 2)
    assert e.value == pytest.approx(13 / 16)
    assert e.low < e.high <= 1  # type: ignore[operator]
    assert top_share(X, 5).value == 1
    assert top_share(X, 5).interval is None
    with pytest.raises(ValueError, match="k = 0"):
        top_share(X, 0)


def test_negative_totals_are_refused() -> None:
    with pytest.raises(ValueError, match="-1 found"):
        gini([1.0, -1.0])


def test_lorenz_points() -> None:
    curve = lorenz(X, points=6)
    assert curve.population == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])
    assert curve.share == pytest.approx(np.array([0, 0, 1, 3, 6, 16]) / 16)
    assert np.all(curve.low <= curve.high)
    assert curve.high[-1] == pytest.approx(1)
    area = np.trapezoid(lorenz(X, points=5001, resamples=2).share, dx=1 / 5000)
    assert 1 - 2 * area == pytest.approx(gini(X, corrected=False).value, abs=1e-3)


def test_a_planted_tail_is_found_and_a_flat_one_is_not() -> None:
    rng = np.random.default_rng(1)
    flat = np.bincount(rng.integers(0, 40, 400), minlength=40)
    p = 1 / np.arange(1, 41)
    tail = rng.multinomial(400, p / p.sum())
    for k in (10, None):
        assert against_chance(tail, 400, k=k).p_value == pytest.approx(1 / 2001)
        null = against_chance(flat, 400, k=k)
        assert null.p_value > 0.05
        assert null.low < null.observed < null.high
        assert null.estimate.low < 0 < null.estimate.high  # type: ignore[operator]


def test_expected_share_of_the_top_by_simulation() -> None:
    rng = np.random.default_rng(2)
    events = rng.gamma(1, 1, 200)
    out = against_chance(np.bincount(rng.integers(0, 40, 200), weights=events, minlength=40), events, k=10)
    direct = []
    for _ in range(2000):
        t = np.sort(np.bincount(rng.integers(0, 40, 200), weights=events, minlength=40))
        direct.append(t[-10:].sum() / t.sum())
    assert out.expected == pytest.approx(np.mean(direct), abs=0.004)
    assert (out.low, out.high) == pytest.approx(np.quantile(direct, [0.025, 0.975]), abs=0.01)


def test_many_events_go_by_their_limit() -> None:
    p = np.array([0.5, 0.3, 0.1, 0.1])
    out = against_chance(p * 300_000, 300_000, k=1, chances=p, resamples=4000)
    assert out.expected == pytest.approx(0.5, abs=1e-3)
    assert out.high - out.low == pytest.approx(2 * 1.96 * np.sqrt(0.25 / 300_000), rel=0.06)


def test_chances_explain_concentration() -> None:
    p = 1 / np.arange(1, 21)
    totals = np.random.default_rng(3).multinomial(500, p / p.sum())
    assert against_chance(totals, 500, k=5).p_value < 0.01
    assert against_chance(totals, 500, k=5, chances=p).p_value > 0.05
    with pytest.raises(ValueError, match="one an item"):
        against_chance(totals, 500, k=5, chances=p[:3])
