"""Features look back only, by calendar weeks, and are the same however they are computed."""

import numpy as np
import pandas as pd
import pytest
from pyarrow import parquet

from engagement_utils.profiles import claimed, features, preparation, weekly
from engagement_utils.profiles.features import BESIDE, FEATURES, HORIZONS, NAIVE
from engagement_utils.profiles.serving import single
from engagement_utils.tables.engines import connect
from tests.profiles.conftest import arrow_days, days_table, made

KNOWN = [
    *FEATURES,
    *BESIDE,
    "anchor",
    "naive_last",
    "naive_trailing",
    *(f"naive_seasonal_{h}" for h in HORIZONS),
]


def computed(frame, span, connection=None):
    """Features of days, by profile and week; `span` is what the data window is taken to be."""
    connection, days = days_table(frame, connection)
    weeks = weekly.mended(weekly.weekly(days, span))
    table = features.features(weeks, span).to_pandas()
    return table.set_index(["profile_id", "week"]).sort_index()


def shifted_future(daily, day):
    """The same days up to `day`, another future: rows gone, rows moved, numbers times ten."""
    past, future = daily[daily["date"] <= day], daily[daily["date"] > day]
    rng = np.random.default_rng(5)
    future = future[rng.random(len(future)) < 0.7].copy()
    for column in ("posts", "engagement", "reach", "impressions", "followers"):
        future[column] = future[column] * 10 + 3
    moved = pd.to_datetime(future["date"]) + pd.Timedelta(days=7)
    future["date"] = moved.dt.date
    last = daily["date"].max()
    return pd.concat([past, future[future["date"] <= last]], ignore_index=True)


@pytest.fixture(scope="module")
def numbers(daily):
    """Days as the reading leaves them: followers a number or nothing."""
    known = daily["profile_id"].isin(sorted(daily["profile_id"].unique())[:150])
    found = daily[known].assign(followers=pd.to_numeric(daily["followers"], errors="coerce"))
    return found.astype({"followers": "Int64"}).reset_index(drop=True)


@pytest.mark.parametrize("origin", [2800, 2827, 2861])  # the second is the week to 31 March 2024
def test_no_feature_moves_with_the_future(numbers, origin):
    _, days = days_table(numbers)
    span = weekly.window(days)
    before = computed(numbers, span)
    after = computed(shifted_future(numbers, weekly.sunday(origin)), span)
    upto = before.index.get_level_values("week") <= origin
    mine, other = before[upto], after[after.index.get_level_values("week") <= origin]
    assert len(mine) > 500
    # sums over a window may differ in their last bits, as DuckDB adds in the order of its own tree
    pd.testing.assert_frame_equal(mine[KNOWN], other[KNOWN], rtol=0, atol=1e-9)
    # the future did move: targets of the last weeks differ
    assert not mine["target_1"].equals(other["target_1"])


def test_the_published_month_moves_with_the_future_and_ours_does_not(numbers):
    connection, days = days_table(numbers)
    span, origin = weekly.window(days), 2812  # the week to 17 December 2023, amid a month
    _, other_days = days_table(shifted_future(numbers, weekly.sunday(origin)), connection)
    keys = ["profile_id", "week"]
    one, other = (
        claimed.claimed_weeks(d, span)
        .filter(lambda t: t.week == origin)
        .to_pandas()
        .set_index(keys)
        .sort_index()
        for d in (days, other_days)
    )
    assert len(one) > 20
    columns = [*claimed.CLAIMED, claimed.HONEST]
    pd.testing.assert_frame_equal(one[columns], other[columns], check_exact=True)
    assert (one[claimed.LEAK] != other[claimed.LEAK]).mean() > 0.3


def test_lags_and_targets_are_of_calendar_weeks_across_gaps_and_years():
    # weeks -1 (the last of 2023), 0, 3 and 4
    frame = made([(-3, "a", 1, 10), (0, "a", 2, 40), (22, "a", 1, 30), (29, "a", 1, 50)])
    span = weekly.DataWindow(frame["date"].min(), frame["date"].max(), 2817, 2824)
    found = computed(frame, span).loc["a"]
    week = weekly.week_of(frame["date"].iloc[1])
    z = {0: np.log1p(20), -1: np.log1p(10), 3: np.log1p(30), 4: np.log1p(50)}
    at = found.loc[week]
    assert at["lag_0"] + at["anchor"] == pytest.approx(z[0])
    assert at["lag_1"] + at["anchor"] == pytest.approx(z[-1])  # over the turn of the year
    assert at[["target_1", "target_2"]].isna().all()  # rows lie further ahead; weeks do not
    assert at["target_3"] == pytest.approx(z[3])
    later = found.loc[week + 4]
    assert later[["lag_2", "lag_3"]].isna().all()
    assert later["lag_4"] + later["anchor"] == pytest.approx(z[0])
    assert later["lag_1"] + later["anchor"] == pytest.approx(z[3])
    weights = {k: 2 ** (-(4 - k) / 8) for k in z}
    assert later["anchor"] == pytest.approx(sum(w * z[k] for k, w in weights.items()) / sum(weights.values()))
    assert later["recency"] == 0
    assert later["trend"] == pytest.approx(later["anchor"] - np.mean(list(z.values())))


def test_engagement_per_post_of_28_days_is_a_ratio_of_sums_and_followers_are_a_stock():
    frame = made([(0, "a", 1, 10, 500), (2, "a", 3, 10, 510), (21, "a", 1, 100, None), (35, "a", 1, 7, None)])
    span = weekly.DataWindow(frame["date"].min(), frame["date"].max(), 2818, 2823)
    found = computed(frame, span).loc["a"]
    first, fourth = found.loc[2818], found.loc[2821]
    assert np.expm1(first["followers"]) == pytest.approx(510)  # not 1010
    assert np.expm1(fourth["naive_trailing"]) == pytest.approx(120 / 5)
    assert np.expm1(fourth["followers"]) == pytest.approx(510)
    assert fourth["naive_seasonal_1"] == pytest.approx(np.log1p(5))  # the week of the month before


def test_weeks_without_data_are_missing_and_end_after_four(numbers):
    frame = made([(0, "a", 1, 10, 500), (70, "a", 1, 9, 500)])
    span = weekly.DataWindow(frame["date"].min(), frame["date"].max(), 2818, 2828)
    found = computed(frame, span).loc["a"]
    assert found.index.tolist() == [2818, 2819, 2820, 2821, 2822, 2828]
    assert found["lag_0"].isna().tolist() == [False, True, True, True, True, False]
    assert found["days_52"].tolist() == [1, 1, 1, 1, 1, 2]


def test_every_profile_has_the_same_features_without_an_engine(numbers, prepared):
    _, days = days_table(numbers)
    span = weekly.window(days)
    expected = computed(numbers, span)
    compared = 0
    for profile, part in numbers.groupby("profile_id"):
        if profile not in expected.index.get_level_values(0):
            continue
        mine = expected.loc[profile]
        counts = {c: part[c].to_numpy(dtype=float, na_value=np.nan) for c in single.COUNTS}
        for week in (mine.index[0], mine.index[len(mine) // 2], mine.index[-1]):
            weeks = single.weeks_of(part["date"].tolist(), counts, int(week))
            whole = weeks.week >= span.first_week  # the first day of the data is a week of its own
            if not whole.all():
                continue
            at = single.features_at(weeks, int(week))
            np.testing.assert_allclose(
                [at[k] for k in KNOWN], mine.loc[week, KNOWN].to_numpy(dtype=float), rtol=0, atol=1e-8
            )
            compared += 1
    assert compared > 200


@pytest.mark.engines
@pytest.mark.xdist_group("spark")
def test_spark_computes_the_same_numbers(numbers, spark_url, tmp_path):
    some = numbers[numbers["profile_id"].isin(sorted(numbers["profile_id"].unique())[:8])]
    _, days = days_table(some)
    span = weekly.window(days)
    expected = computed(some, span)
    spark = connect(spark_url)
    # compiling so wide a plan takes longer than running it
    spark._session.conf.set("spark.sql.codegen.wholeStage", "false")
    parquet.write_table(arrow_days(some), tmp_path / "days.parquet")
    table = spark.read_parquet(str(tmp_path / "days.parquet"))
    weeks = weekly.mended(weekly.weekly(table, span))
    found = features.features(weeks, span).to_pandas().set_index(["profile_id", "week"]).sort_index()
    known = claimed.claimed_weeks(table, span).to_pandas()
    columns = [*KNOWN, *(f"target_{h}" for h in HORIZONS)]
    pd.testing.assert_frame_equal(
        found[columns], expected[columns], rtol=0, atol=1e-8, check_index_type=False
    )
    keys = ["profile_id", "week"]
    here = claimed.claimed_weeks(days, span).to_pandas().sort_values(keys, ignore_index=True)
    there = known.sort_values(keys, ignore_index=True)[here.columns]
    pd.testing.assert_frame_equal(there, here, check_dtype=False, rtol=1e-9)


def test_the_table_of_features_names_them_all():
    from engagement_utils.profiles.questions.drivers import MEANINGS

    told = set()
    for key in MEANINGS:
        if " to " in key:
            first, last = key.split(" to ")
            stem, low = first.rsplit("_", 1)
            told |= {f"{stem}_{k}" for k in range(int(low), int(last.rsplit("_", 1)[1]) + 1)}
        else:
            told |= set(key.split(", "))
    assert told == set(FEATURES)
    assert set(NAIVE) == {"last", "trailing", "seasonal"}


def test_rows_are_drawn_by_whole_profiles(prepared, rows):
    some, share = preparation.sample(prepared, len(rows) // 3)
    assert 0.2 < share < 0.4
    assert 0.5 < len(some) / (share * len(rows)) < 1.6
    counts = rows.groupby("profile_id").size()
    assert some.groupby("profile_id").size().equals(counts.loc[sorted(some["profile_id"].unique())])
