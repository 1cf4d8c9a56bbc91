"""Origins know nothing later, what does not help is not used, and the seed's split is fitted as by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from engagement_utils.profiles import backtest, baselines, claimed, errors, models, weekly
from engagement_utils.profiles.models import MODEL
from tests.profiles.conftest import FAST, LEVEL, at

CUTOFF = date(2024, 7, 30)


@pytest.fixture(scope="module")
def table(prepared, rows):
    return backtest.claimed_split(rows, backtest.cutoff_week(CUTOFF, prepared.span), FAST)


@pytest.mark.parametrize("h", [1, 2, 3, 4])
def test_the_model_beats_every_baseline(tested, h):
    part = at(tested, h)
    found = {name: errors.error(part, name, "MASE", level=LEVEL).value for name in backtest.PREDICTORS}
    assert min(found, key=found.get) == MODEL
    assert backtest.choose(tested, level=LEVEL)[h] == MODEL


def test_each_origin_knows_nothing_later(rows, tested):
    origin = tested.origins[1]
    asked = rows[(rows["week"] >= origin) & (rows["week"] < origin + 6) & rows["target_2"].notna()]
    unknown = rows.copy()
    later = unknown["week"] + 2 > origin
    unknown.loc[later, "target_2"] = 99.0
    fitted = models.fit_horizon(unknown, 2, origin, FAST)
    table = backtest.forecasts(fitted, asked, errors.scaled_by(unknown, origin))
    mine = at(tested, 2)
    mine = mine[mine["origin"] == origin]
    np.testing.assert_array_equal(table[MODEL], mine[MODEL])
    np.testing.assert_array_equal(table["high_80"], mine["high_80"])
    np.testing.assert_array_equal(table["regression"], mine["regression"])


def test_a_model_that_is_worse_is_not_used(tested):
    forecasts = tested.forecasts.assign(
        **{MODEL: lambda t: np.where(t["horizon"] == 3, t["regression"] * 1.6, t[MODEL])}
    )
    chosen = backtest.choose(replace(tested, forecasts=forecasts), level=LEVEL)
    assert chosen[3] in baselines.BASELINES
    assert {chosen[h] for h in (1, 2, 4)} == {MODEL}


def test_a_model_that_equals_the_baseline_is_not_used(tested):
    rng = np.random.default_rng(0)
    noise = np.exp(rng.normal(0, 0.01, len(tested.forecasts)))
    forecasts = tested.forecasts.assign(**{MODEL: tested.forecasts["regression"] * noise})
    assert set(backtest.choose(replace(tested, forecasts=forecasts), level=LEVEL).values()) == {"regression"}


@pytest.mark.parametrize(("name", "monthly"), [("leak", claimed.LEAK), ("honest", claimed.HONEST)])
def test_figures_equal_a_regression_fitted_by_hand(prepared, rows, table, name, monthly):
    week = backtest.cutoff_week(CUTOFF, prepared.span)
    assert weekly.sunday(week) == date(2024, 7, 28)
    defined = rows[rows[claimed.LEAK].notna() & rows[claimed.HONEST].notna()]
    columns = [*claimed.CLAIMED, monthly]
    assert len(columns) == 21
    for h in (1, 4):
        known = defined[defined[f"target_{h}"].notna()]
        train, test = known[known["week"] + h <= week], known[known["week"] > week]
        fitted = LinearRegression().fit(train[columns], np.expm1(train[f"target_{h}"]))
        expected = np.clip(fitted.predict(test[columns]), 0, None)
        mine = table[table["horizon"] == h]
        np.testing.assert_allclose(mine[name], expected, rtol=1e-6, atol=1e-6)
        actual = np.expm1(test[f"target_{h}"].to_numpy())
        mae = errors.error(mine, name, "MAE", level=LEVEL).value
        rmse = errors.error(mine, name, "RMSE", level=LEVEL).value
        r2 = errors.error(mine, name, "R²", level=LEVEL).value
        assert mae == pytest.approx(np.abs(actual - expected).mean())
        assert rmse == pytest.approx(np.sqrt(np.mean((actual - expected) ** 2)))
        assert r2 == pytest.approx(
            1 - np.sum((actual - expected) ** 2) / np.sum((actual - actual.mean()) ** 2)
        )


def test_all_models_are_tested_on_the_same_rows(table):
    names = ["leak", "honest", "model", "trailing"]
    assert table[names].notna().all().all()
    assert (table[names] >= 0).all().all()
    keys = table[["profile_id", "week", "horizon"]]
    assert not keys.duplicated().any()
    assert table["week"].min() > weekly.week_of(CUTOFF) - 1


def test_the_leak_makes_the_published_model_look_better(table):
    first = table[table["horizon"] == 1]
    found = {
        name: errors.error(first, name, "MAE", level=LEVEL).value for name in ("leak", "honest", "model")
    }
    assert found["leak"] < found["honest"]
    assert found["model"] < found["honest"]


def test_a_split_outside_the_data_is_left_out(prepared):
    assert backtest.cutoff_week(date(2024, 12, 25), prepared.span) is None
    assert backtest.cutoff_week(date(2023, 2, 1), prepared.span) is None
