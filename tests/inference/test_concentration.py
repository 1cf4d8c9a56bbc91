import numpy as np
import pytest

from engagement_utils.inference import concentration as module
from engagement_utils.inference.concentration import against_chance, gini, lorenz, top_share
from tests.inference.signatures import defaults

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


def test_what_is_taken_where_nothing_is_said() -> None:
    found = defaults(module)
    assert (found["level"], found["resamples"], found["seed"]) == ({0.95}, {2000, 1000}, {0})
    assert (found["corrected"], found["points"]) == ({True}, {51})


def test_two_items_are_the_fewest_and_something_is_shared_out() -> None:
    assert gini([1.0, 3.0]).value == pytest.approx(0.5)
    assert lorenz([1.0, 3.0], points=3).share == pytest.approx([0, 0.25, 1])
    assert top_share([1.0, 3.0], 1).value == 0.75
    assert np.isnan(gini([1.0]).value)
    assert np.isnan(top_share([], 1).value)
    assert np.isnan(top_share([0.0, 0.0], 1).value)
    assert top_share([3.0], 1).value == 1
    for few in ([1.0], [0.0, 0.0]):
        with pytest.raises(ValueError, match="two items, a total above 0 expected"):
            lorenz(few)
        with pytest.raises(ValueError, match="two items, events above 0 expected"):
            against_chance(few, 0 if len(few) > 1 else 5)


def test_every_item_is_dealt_its_share_of_events() -> None:
    out = against_chance([1.0, 3.0], 4, k=1)
    # the larger of two shares of four events: 1, 3/4 or 1/2, with chances 1/8, 1/2, 3/8
    assert out.expected == pytest.approx(1 / 8 + 3 / 8 + 3 / 16, abs=0.01)
    assert out.p_value == pytest.approx(1 / 8 + 1 / 2, abs=0.03)
    one_sided = against_chance([1.0, 3.0], 4, k=1, chances=[0.0, 1.0])
    assert (one_sided.expected, one_sided.p_value) == (1.0, 1.0)
    with pytest.raises(ValueError, match="2 chances for 3 items"):
        against_chance([1.0, 1.0, 1.0], 3, chances=[1.0, 1.0])
    with pytest.raises(ValueError, match="not all 0"):
        against_chance([1.0, 1.0], 3, chances=[0.0, 0.0])


def test_the_band_of_a_lorenz_curve_is_at_its_level() -> None:
    wide, narrow = lorenz(X, points=11, level=0.95), lorenz(X, points=11, level=0.5)
    assert np.all(wide.low <= narrow.low)
    assert np.all(narrow.high <= wide.high)
    assert np.sum(wide.high - wide.low) > 1.5 * np.sum(narrow.high - narrow.low)
    assert wide.n == 5
    other = np.random.default_rng(0).gamma(1.0, size=30)
    assert lorenz(other, seed=1).low.tolist() != lorenz(other).low.tolist()


def test_the_excess_over_chance_is_the_observed_less_the_range() -> None:
    out = against_chance(X, 16, k=2, level=0.8)
    e = out.estimate
    assert (e.value, e.low, e.high) == (
        out.observed - out.expected,
        out.observed - out.high,
        out.observed - out.low,
    )
    assert (e.n, e.p_value) == (16, out.p_value)


def test_the_top_of_as_many_as_there_are_is_everything() -> None:
    out = against_chance([3.0, 1.0], 4, k=2)
    assert (out.observed, out.expected, out.p_value) == (1.0, 1.0, 1.0)


def test_the_band_is_the_percentiles_of_resampled_curves() -> None:
    curve = lorenz(X, points=6, level=0.8, resamples=400, seed=3)
    drawn = np.sort(X[np.random.default_rng(3).integers(0, 5, (400, 5))], axis=1)
    shares = np.cumsum(drawn, axis=1) / drawn.sum(axis=1, keepdims=True)
    assert curve.low[1:] == pytest.approx(np.quantile(shares, 0.1, axis=0))
    assert curve.high[1:] == pytest.approx(np.quantile(shares, 0.9, axis=0))


def test_small_totals_count_as_large_ones_do() -> None:
    assert top_share([0.25, 0.5], 3).value == 1.0
    assert top_share([0.25, 0.75, 0.0], 1).value == 0.75
