"""Linear models, permutations, families, windows, day parts, resonance: against known answers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from engagement_utils.posts import contrasts, dayparts, families, permuting
from engagement_utils.posts.analysis import plan
from engagement_utils.posts.calibration import as_analysed
from engagement_utils.posts.design import NONE, REST, Design, design, independent
from engagement_utils.posts.families import Family
from engagement_utils.posts.resonance import resonance
from engagement_utils.posts.sample import Truth, generate
from engagement_utils.posts.windows import Scan, Window, compare, leading


def made(**truth: object) -> Design:
    return design(as_analysed(generate(replace(Truth(), **truth))))  # type: ignore[arg-type]


def test_design_joins_rare_levels_and_keeps_missing_ones_apart() -> None:
    posts = as_analysed(generate(Truth(posts=200)))
    posts.loc[:2, "format"] = "Poll"
    posts.loc[3:9, "format"] = None
    posts.loc[10:19, "post_length"] = np.nan
    d = design(posts)
    assert d.factors["format"].levels[-2:] == (REST, NONE)
    assert d.factors["format"].counts[-2:].tolist() == [3, 7]
    assert d.factors["post_length"].columns.shape[1] == 4
    assert np.isfinite(d.columns("format", "post_length")).all()


def test_a_model_has_no_more_columns_than_the_posts_bear() -> None:
    small, large = made(posts=150), made(posts=3000)
    assert small.adjusters(("format",)) == ("domain", "post_length")
    assert large.adjusters(("hour",)) == ("format", "domain", "post_length", "weekday", "week")


def test_dependent_columns_are_left_out() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 3))
    doubled = np.column_stack([x, x[:, 0] + x[:, 1], np.zeros(50), rng.normal(size=50)])
    kept = independent(doubled)
    assert kept.shape[1] == 4
    assert np.linalg.matrix_rank(kept) == 4
    assert independent(x[:, :1], after=x).shape[1] == 0


def test_fit_is_statsmodels_with_hc3() -> None:
    d = made(posts=300)
    f = d.factors["format"]
    fit = contrasts.by_groups(d, f.codes, f.levels, ("domain", "post_length"))
    expected = sm.OLS(d.score, fit.model).fit(cov_type="HC3", use_t=True)
    np.testing.assert_allclose(fit.coefficients, expected.params)
    np.testing.assert_allclose(fit.covariance, expected.cov_params(), rtol=1e-6)
    weights = fit.sets([0], [1, 2])
    e = fit.value(weights, 10)
    full = np.zeros(fit.model.shape[1])
    full[: weights.size] = weights
    low, high = expected.t_test(full).conf_int()[0]
    assert (e.low, e.high) == pytest.approx((low, high))


def test_a_post_alone_in_its_group_has_the_spread_of_all() -> None:
    d = made(posts=200)
    codes = np.r_[2, np.arange(199) % 2]
    fit = contrasts.by_groups(d, codes, range(3), ())
    alone = fit.value(np.array([0.0, 0.0, 1.0]), 1)
    assert alone.high is not None
    assert alone.high - alone.value == pytest.approx(stats.t.ppf(0.975, 197) * fit.residual_sd)
    assert all(np.isfinite(s.estimate.value) and s.estimate.interval for s in contrasts.splits(fit))


def test_simultaneous_value_lies_between_students_and_scheffes() -> None:
    d = made(posts=400)
    f = d.factors["domain"]
    fit = contrasts.by_groups(d, f.codes, f.levels, ())
    one = fit.sets([0], [1])[None, :]
    assert fit.simultaneous(one) == pytest.approx(stats.t.ppf(0.975, fit.freedom), abs=0.05)
    everything = contrasts.splits(fit)
    assert len(everything) == 15
    e = everything[0].estimate
    assert e.high is not None
    half = (e.high - e.value) / (fit.value(one[0], 1).value or 1)
    assert half != 0
    scheffe = np.sqrt(4 * stats.f.ppf(0.95, 4, fit.freedom))
    weights = np.array([fit.sets([0], [1, 2, 3, 4]), fit.sets([0, 1], [2, 3, 4])])
    assert 1.97 < fit.simultaneous(weights) < scheffe


def test_many_groups_are_split_in_order() -> None:
    d = made(posts=600)
    codes = np.arange(600) % 14
    fit = contrasts.by_groups(d, codes, range(14), ())
    assert len(contrasts.splits(fit)) == 13


def test_leaders_are_the_planted_groups() -> None:
    d = made(posts=2000, sd=5.0)
    f = d.factors["format"]
    found = contrasts.leaders(contrasts.by_groups(d, f.codes, f.levels, d.adjusters(("format",))))
    assert set(found.groups) == {"Dashboard", "Walkthrough"}
    assert found.estimate.low is not None
    assert found.estimate.high is not None
    assert found.estimate.low < 10 < found.estimate.high


def test_permutation_agrees_with_scipys_on_one_factor() -> None:
    rng = np.random.default_rng(3)
    y, codes = rng.normal(size=60), np.arange(60) % 3
    y[codes == 0] += 0.45
    reduced = np.full((60, 1), 1 / np.sqrt(60))
    f = permuting.PartialF.of(reduced, np.eye(3)[codes][:, 1:])
    left = permuting.residuals(y, reduced)
    draws = permuting.permuted(left, {"f": f}, resamples=4999, seed=1)["f"]
    groups = [y[codes == g] for g in range(3)]
    observed = stats.f_oneway(*groups).statistic * 2 / 57
    assert draws[0] == pytest.approx(observed)
    expected = stats.permutation_test(
        groups,
        lambda *g, axis: stats.f_oneway(*g, axis=axis).statistic,
        alternative="greater",
        n_resamples=4999,
        vectorized=True,
        rng=np.random.default_rng(2),
    ).pvalue
    assert float(permuting.p_values(draws)) == pytest.approx(expected, abs=0.02)


def test_smallest_of_null_p_values_is_even_and_finds_one_effect() -> None:
    rng = np.random.default_rng(0)
    null = rng.normal(size=(400, 200))
    found = [
        permuting.smallest({"a": np.roll(null[:, i], -j), "b": np.roll(null[:, i + 1], -j)})
        for i in range(0, 200, 2)
        for j in (0, 7)
    ]
    assert np.mean(np.array(found) < 0.05) < 0.1
    strong = null[:, :2].copy()
    strong[0, 1] = 9
    assert permuting.smallest({"a": strong[:, 0], "b": strong[:, 1]}) <= 2 / 400 + 1e-9


def test_families_guard_the_tests_behind_them() -> None:
    found = families.adjust(
        {
            "format": Family(0.001, {"pair": 0.001, "other": 0.9, "none": None}),
            "time": Family(0.3, {"hour": 0.001, "window": 0.02}),
            "empty": Family(None, {"x": 0.01}),
        }
    )
    assert found["format"].p_value == pytest.approx(0.002)
    assert found["format"].tests["pair"] == pytest.approx(0.004)  # 0.002 within, one of two families found
    assert found["format"].tests["none"] is None
    assert found["time"].tests["hour"] == pytest.approx(0.3)
    assert found["empty"].tests["x"] is None


def test_windows_wrap_over_midnight_and_are_named() -> None:
    window = Window("Saturday and Sunday", 22, 4)
    assert window.words == "Saturday and Sunday 22:00 to 02:00"
    assert window.mask.sum() == 8
    assert window.mask[5, [22, 23, 0, 1]].all()
    assert Window("Friday", 0, 24).words == "Friday"


def test_scan_finds_the_planted_window_and_its_excess() -> None:
    d = made(posts=3000, hour_effect=8.0, better_hours=(18, 19, 20), sd=10.0)
    scan = Scan.of(d.posts)
    assert scan is not None
    best = leading(scan, d.ranked)[0]
    assert (best.days, best.start, best.length) == ("every day", 18, 3)
    inside = scan.inside_of(best)
    assert inside.tolist() == d.posts["hour"].isin([18, 19, 20]).tolist()
    e = compare(inside, d.score, 2.0)
    assert e.value == pytest.approx(d.score[inside].mean() - d.score[~inside].mean())
    x = d.score[None, :]
    i = scan.windows.index(best)
    t = (d.score[inside].mean() - d.score.mean()) * np.sqrt(inside.sum()) / d.score.std()
    assert scan.excess(x)[0, i] == pytest.approx(t / np.sqrt(1 - inside.mean()))


@pytest.mark.parametrize("gone", ["hour", "weekday"])
def test_scan_with_one_clock_only(gone: str) -> None:
    posts = as_analysed(generate(Truth(posts=400)))
    posts[gone] = None
    scan = Scan.of(posts)
    assert scan is not None
    days = {w.days for w in scan.windows}
    assert (days == {"every day"}) == (gone == "weekday")
    assert all((w.length == 24) == (gone == "hour") for w in scan.windows)
    posts["hour"] = posts["weekday"] = None
    assert Scan.of(posts) is None


def test_day_parts_are_exact_and_silent_without_an_effect() -> None:
    rng = np.random.default_rng(0)
    hour = rng.integers(0, 24, 4000)
    noise = rng.normal(0, 5, 4000)
    assert dayparts.day_parts(hour, noise - noise.mean()).starts == (0,)
    night = np.isin(hour, (22, 23, 0, 1, 2)) * 6.0
    found = dayparts.day_parts(hour, night + noise)
    assert found.starts == (3, 22)
    assert found.lengths == (19, 5)
    assert [found.part_of(h) for h in (2, 3, 21, 22)] == [1, 0, 0, 1]


def test_day_parts_need_no_post_in_every_hour() -> None:
    found = dayparts.day_parts(np.array([9, 9, 10, 15, 15]), np.array([1.0, 2, 1, 2, 1]))
    assert found.starts == (0,)


def test_resonance_is_the_unseen_residual() -> None:
    d = made(posts=2000)
    found = resonance(d)
    np.testing.assert_allclose(found.expected + found.excess, d.score)
    truth = 10**2 * 0.24 + 8**2 * 0.24 + (550 / 100) ** 2 / 12
    assert found.explained.value == pytest.approx(truth / (truth + 225), abs=0.05)
    assert abs(found.shares["hour"].value) < 0.005
    assert found.shares["format"].value == pytest.approx(24 / (truth + 225), abs=0.04)
    posts = as_analysed(generate(Truth(posts=2000)))
    posts.loc[7, "score"] += 500
    again = resonance(design(posts))
    assert int(again.excess.argmax()) == 7
    assert again.expected[7] == pytest.approx(found.expected[7], abs=1e-6)  # it has not seen its own score


def test_resonance_of_noise_expects_the_mean() -> None:
    d = made(posts=500, format_effect=0.0, domain_effect=0.0, word_effect=0.0)
    found = resonance(d)
    assert found.expected.std() < 0.2 * d.score.std()
    assert found.explained.low is not None
    assert found.explained.low < 0


def test_power_counts_posts() -> None:
    small, large = plan(150, 15.0, 5.0), plan(100_000, 15.0, 5.0)
    assert small.needed == large.needed == 1700
    assert (small.more, large.more) == (1550, 0)
    assert small.detectable > 5 > large.detectable
    assert plan(150, 15.0, None).worthwhile == 5.0
    assert pd.notna(plan(10, 15.0, None).detectable)


def test_orders_that_are_held_are_those_that_are_shuffled(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(1).normal(size=157)
    statistics = {"values": np.copy}
    held = permuting.permuted(values, statistics, resamples=600, seed=3)["values"]
    monkeypatch.setattr(permuting, "HELD", 0)
    shuffled = permuting.permuted(values, statistics, resamples=600, seed=3)["values"]
    assert np.array_equal(held, shuffled)
    assert (np.sort(held, axis=1) == np.sort(values)).all()
    assert len(np.unique(held[1:], axis=0)) == 600
