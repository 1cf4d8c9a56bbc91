"""The model finds what is planted, says where it does not help, and knows how sure it is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from engagement_utils.errors import TableError
from engagement_utils.profiles import backtest, baselines, errors, intervals, models
from engagement_utils.profiles.features import FEATURES
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.trees import walk
from tests.profiles.conftest import FAST


def at(tested, h):
    return tested.forecasts[tested.forecasts["horizon"] == h]


@pytest.mark.parametrize("h", [1, 2, 3, 4])
def test_the_model_beats_every_baseline(tested, h):
    part = at(tested, h)
    found = {name: errors.error(part, name, "MASE").value for name in backtest.PREDICTORS}
    assert min(found, key=found.get) == MODEL
    assert backtest.choose(tested)[h] == MODEL


@pytest.mark.parametrize("h", [1, 4])
@pytest.mark.parametrize("level", [80, 95])
def test_intervals_cover_what_they_promise(tested, h, level):
    part = at(tested, h)
    assert errors.error(part, MODEL, f"coverage_{level}").value == pytest.approx(level / 100, abs=0.02)
    assert (part[f"low_{level}"] <= part[MODEL]).all()
    assert (part[MODEL] <= part[f"high_{level}"]).all()
    assert (part["low_95"] <= part["low_80"]).all()
    assert (part["low_95"] >= 0).all()


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
    chosen = backtest.choose(replace(tested, forecasts=forecasts))
    assert chosen[3] in baselines.BASELINES
    assert {chosen[h] for h in (1, 2, 4)} == {MODEL}


def test_a_model_that_equals_the_baseline_is_not_used(tested):
    rng = np.random.default_rng(0)
    noise = np.exp(rng.normal(0, 0.01, len(tested.forecasts)))
    forecasts = tested.forecasts.assign(**{MODEL: tested.forecasts["regression"] * noise})
    assert set(backtest.choose(replace(tested, forecasts=forecasts)).values()) == {"regression"}


def test_the_baseline_in_use_has_intervals_of_its_own(rows, prepared):
    fitted = models.fit(rows, prepared.span.last_week, FAST, {2: "trailing"})
    assert [h.use for h in fitted.horizons] == [MODEL, "trailing", MODEL, MODEL]
    late = models.split(rows, 2, prepared.span.last_week)[1]
    np.testing.assert_array_equal(fitted[2].z(late), late["naive_trailing"])
    ends = fitted[2].calibration.bounds(late, fitted[2].z(late))
    y = np.expm1(late["target_2"].to_numpy())
    assert ((ends[:, 0, 0] <= y) & (y <= ends[:, 0, 1])).mean() == pytest.approx(0.8, abs=0.01)


def test_forecasts_below_zero_become_zero(model, latest):
    low = latest.head(5).assign(anchor=-50.0, naive_last=-1.0, naive_trailing=-1.0)
    for h in (1, 2, 3, 4):
        assert (model[h].z(low) == 0).all()
        assert (model[h].z(low, "regression") >= 0).all()


def test_the_target_is_free_of_scale(model, latest):
    fitted = model[1].regressor
    assert fitted.trees.n_iter_ == FAST.iterations
    rows = latest.head(50)
    moved = rows.assign(level=rows["level"])  # the anchor alone does not enter the trees
    np.testing.assert_allclose(
        fitted.z(moved.assign(anchor=rows["anchor"] + 5)) - 5, fitted.z(rows), atol=1e-9
    )
    assert "anchor" not in FEATURES


def test_fitting_twice_gives_the_same(rows, prepared, model, latest):
    again = models.fit(rows, prepared.span.last_week, FAST)
    for h in (1, 4):
        np.testing.assert_array_equal(again[h].z(latest), model[h].z(latest))


def test_too_few_rows_are_refused(rows, prepared):
    with pytest.raises(TableError, match="at least 500 and 100"):
        models.fit(rows.head(300), prepared.span.last_week, FAST)
    with pytest.raises(TableError, match="too few for 40 origins"):
        backtest.origins(prepared.span.first_week, prepared.span.last_week, 40, 6)


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
    found = {name: errors.error(part, "model", name).value for name in expected}
    assert found == pytest.approx(expected)
    one = part.iloc[[0]]
    losses = [0.025 * 10, 0.1 * 5, 0.5 * 2, 0.1 * 5, 0.025 * 10]
    assert errors.pinball(one, one["model"].to_numpy())[0] == pytest.approx(np.mean(losses))


def test_one_row_is_forecast_as_many_are() -> None:
    rng = np.random.default_rng(4)
    x = rng.normal(size=(3000, 8)).astype(np.float32)
    x[rng.random(x.shape) < 0.1] = np.nan
    y = np.nan_to_num(x[:, 0]) ** 2 + np.nan_to_num(x[:, 3]) + rng.normal(size=3000)
    trees = HistGradientBoostingRegressor(max_iter=30, random_state=0).fit(x, y)
    walked = walk(trees)
    assert [walked.one(row.astype(float)) for row in x[:200]] == trees.predict(x[:200]).tolist()
    nothing = np.full((1, 8), np.nan, dtype=np.float32)
    assert walked.one(nothing[0].astype(float)) == trees.predict(nothing)[0]
