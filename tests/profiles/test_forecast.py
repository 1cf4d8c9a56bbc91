"""Forecasts of given profiles: four weeks, intervals, and a flag where the history is missing."""

import numpy as np
import pytest

from engagement_utils.errors import TableError
from engagement_utils.profiles import collect, forecast, outlook, reasons, single
from engagement_utils.profiles.features import MAX_STALE
from engagement_utils.profiles.weekly import sunday
from tests.profiles.conftest import days_table, made


@pytest.fixture(scope="module")
def table(model, latest, prepared):
    return forecast.forecast(model, latest, prepared.span.last_week)


def test_each_profile_has_four_weeks_in_order(table, latest, prepared):
    assert len(table) == 4 * len(latest)
    first = table.head(4)
    assert first["horizon_days"].tolist() == [7, 14, 21, 28]
    assert first["week_ending"].tolist() == [sunday(prepared.span.last_week + h) for h in (1, 2, 3, 4)]
    assert table["profile_id"].is_monotonic_increasing
    assert (table["forecast"] >= 0).all()


def test_stale_profiles_keep_their_trailing_mean_without_an_interval(table, latest):
    stale = latest.loc[latest["behind"] > 0, "profile_id"]
    assert len(stale) > 50
    rows = table[table["profile_id"].isin(stale)]
    assert (rows["flag"] == "stale").all()
    assert (rows["method"] == "trailing").all()
    assert rows[["low_80", "high_95"]].isna().all().all()
    naive = latest.set_index("profile_id")["naive_trailing"]
    np.testing.assert_allclose(rows["forecast"], np.expm1(naive.loc[rows["profile_id"]]))


def test_short_histories_are_flagged(model, latest, prepared):
    fresh = latest[latest["behind"] == 0].head(6).assign(values=[1, 2, 3, 4, 50, 90])
    found = forecast.forecast(model, fresh, prepared.span.last_week)
    assert found["flag"].tolist() == ["short history"] * 8 + [""] * 16
    assert (found["method"] == "model").all()
    assert found["low_80"].notna().all()
    assert (found["low_95"] <= found["low_80"]).all()


def test_profiles_without_a_week_with_posts_are_named_without_a_forecast():
    found = forecast.without_history(["b", "a"], 2818)
    assert found["profile_id"].tolist() == ["a"] * 4 + ["b"] * 4
    assert found["forecast"].isna().all()
    assert (found["flag"] == "no history").all()


def test_each_profile_is_forecast_the_same_without_an_engine(model, table, prepared, daily):
    import pandas as pd

    last, compared = prepared.span.last_week, set()
    numbers = daily.assign(followers=pd.to_numeric(daily["followers"], errors="coerce"))
    whole = numbers[[sunday(prepared.span.first_week - 1) < d for d in numbers["date"]]]
    for profile, part in whole.groupby("profile_id"):
        counts = {c: part[c].to_numpy(dtype=float, na_value=np.nan) for c in single.COUNTS}
        mine = single.forecast_one(model, single.weeks_of(part["date"].tolist(), counts, last), last)
        expected = table[table["profile_id"] == profile]
        if expected.empty:
            assert mine[0]["flag"] == "no history"
            continue
        for column in ("forecast", "low_80", "high_80", "low_95", "high_95"):
            np.testing.assert_allclose(
                np.array([row[column] for row in mine], dtype=float), expected[column], rtol=1e-5, atol=1e-6
            )
        assert [row["flag"] for row in mine] == expected["flag"].tolist()
        compared.add(mine[0]["flag"])
    assert {"", "stale"} <= compared


def test_a_profile_goes_stale_after_four_weeks_on_both_ways():
    frame = made(
        [(day, p, 1, 10) for p in ("a", "b") for day in range(0, 7 * 35, 2) if p == "a" or day < 200]
    )
    connection, days = days_table(frame)
    prepared = collect.prepare(connection, days)
    rows = collect.current(prepared).set_index("profile_id")
    assert rows["behind"].to_dict() == {"a": 0, "b": prepared.span.last_week - 2818 - 28 - MAX_STALE}


def test_wanted_profiles_are_shown_and_unknown_ones_refused(dataset, model, latest, daily):
    import pandas as pd

    ids = pd.Index(daily["profile_id"].unique())
    some = list(ids[:3])
    assert forecast.chosen(some, ids, latest, 6) == some
    assert len(forecast.chosen([], ids, latest, 6)) == 6
    with pytest.raises(TableError, match="1 of 1 wanted profiles have no row"):
        forecast.chosen([some[0][:-1] + "~"], ids, latest, 6)


def test_reasons_name_what_moves_a_forecast(model, latest):
    fresh = latest[latest["behind"] == 0].set_index("profile_id", drop=False)
    plain = fresh.head(20)
    spread = plain.assign(shown_0=np.log(2.3))  # a viral week shows itself by its impressions
    gain = model[1].z(spread) - model[1].z(plain)
    assert np.median(gain) != 0
    parts = reasons.parts(model, spread, 1)
    told = [
        reasons.sentence(parts.loc[p], 100.0, 120.0)
        for p in spread.index
        if parts.loc[p].abs().idxmax() == "a week that spread unusually far"
    ]
    assert told
    assert all("a week that spread unusually far" in text for text in told)
    assert reasons.sentence(parts.iloc[0] * 0, 100.0, 100.0).endswith("by more than 0.5%.")
    assert "baseline" in reasons.sentence(parts.iloc[0], 100.0, 100.0, "trailing")


def test_every_feature_belongs_to_one_group():
    from engagement_utils.profiles.features import FEATURES

    grouped = [name for names in reasons.GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(FEATURES)


def test_the_report_trains_where_no_model_is_given_and_loads_where_one_is(dataset, tmp_path, model, latest):
    from engagement_utils.profiles import bundle

    settings = outlook.Settings(plots=3)
    here = outlook.look_ahead(dataset.connection, dataset["profiles"], None, settings)
    assert here.trained
    assert len(here.shown) == 3
    assert set(here.reasons) == set(here.shown)
    bundle.save(model, {"backtest": []}, "card", tmp_path / "model", None)
    there = outlook.look_ahead(dataset.connection, dataset["profiles"], tmp_path / "model", settings)
    assert not there.trained
    assert there.bundle.facts["sha256"] != here.bundle.facts["sha256"]
    expected = forecast.forecast(model, latest, there.prepared.span.last_week)
    both = there.forecasts.merge(expected, on=["profile_id", "horizon_days"], suffixes=("", "_other"))
    assert len(both) == len(expected)
    np.testing.assert_allclose(both["forecast"], both["forecast_other"])
