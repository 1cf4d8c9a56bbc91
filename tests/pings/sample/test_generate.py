"""The generator: the same again, and what is planted is there."""

from pathlib import Path

import pandas as pd
import pytest

from engagement_utils.pings.measures import Settings
from engagement_utils.pings.sample import generate
from engagement_utils.pings.schema import schemas
from engagement_utils.tables.reading import read_tables

FIRST = [["u51", "p21", "impression"], ["u51", "p21", "view"]]
TRUTH = generate.Truth(
    users=500,
    pings=40,
    exposures=12_000,
    ratio=(2.0, 1.0),
    new_ratio=(1.0, 2.0),
    pull=0.5,
    act=0.4,
    act_slope=0.2,
)


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    paths = generate.write(TRUTH, tmp_path_factory.mktemp("sample"))
    return {name: pd.read_csv(path) for name, path in paths.items()}


def test_the_same_truth_gives_the_same_bytes_and_another_seed_others(tmp_path):
    def texts(seed, folder):
        paths = generate.write(generate.Truth(exposures=50, seed=seed), tmp_path / folder)
        return {name: Path(path).read_bytes() for name, path in paths.items()}

    assert texts(0, "a") == texts(0, "b")
    assert texts(0, "a")["interactions"] != texts(1, "c")["interactions"]


def test_first_rows_are_fixed_for_every_version_of_every_library(frames):
    first = frames["interactions"].head(2)
    assert first[["user_id", "ping_id", "event_type"]].to_numpy().tolist() == FIRST


def test_planted_ratio_view_rate_and_pull_are_there(frames):
    events = frames["interactions"].merge(frames["pings"], on="ping_id").merge(frames["users"], on="user_id")
    counts = events["event_type"].value_counts()
    assert counts["impression"] == TRUTH.exposures
    assert counts["view"] / counts["impression"] == pytest.approx(generate.VIEW_RATE, abs=0.02)
    views = events[events["event_type"] == "view"]
    ratio = views["watch_time_sec"] / views["duration_sec"]
    new = views["signup_date"] >= "2024-02-23"
    assert new.mean() == pytest.approx(TRUTH.new_share, abs=0.03)
    assert ratio[~new].mean() == pytest.approx(generate.mean_ratio(TRUTH.ratio), abs=0.01)
    assert ratio[new].mean() == pytest.approx(generate.mean_ratio(TRUTH.new_ratio), abs=0.02)
    shown = events[events["event_type"] == "impression"]["ping_id"].value_counts(normalize=True)
    assert shown.head(10).sum() == pytest.approx(TRUTH.top_share(0.25), abs=0.02)


def test_favour_lifts_the_first_category_as_stated(tmp_path):
    truth = generate.Truth(pings=80, exposures=8000, favour=0.3)
    paths = generate.write(truth, tmp_path)
    events = pd.read_csv(paths["interactions"]).merge(pd.read_csv(paths["pings"]), on="ping_id")
    shown = events[events["event_type"] == "impression"]["category"].value_counts()
    others = shown.drop(generate.CATEGORIES[0]).mean()
    assert shown[generate.CATEGORIES[0]] / others == pytest.approx(truth.favoured_lift, rel=0.1)


def test_the_sample_has_no_oddity_that_the_checks_would_count(tmp_path):
    paths = generate.write(generate.Truth(exposures=400), tmp_path, form="parquet")
    weights = {"impression": 0, "view": 1, "like": 1, "comment": 1, "share": 1, "follow_creator": 1}
    dataset = read_tables(paths, schemas(Settings(event_weights=weights)), aside=tmp_path / "aside")
    assert all(q.set_aside == 0 and not q.reasons for q in dataset.quality)


def test_theory_of_the_planted_shapes():
    assert generate.mean_ratio((1.0, 1.0)) == pytest.approx(0.5)
    assert generate.mean_ratio((2.0, 1.0)) == pytest.approx(2 / 3)
    assert generate.Truth(pull=0.0).gini == 0.0
    assert generate.Truth(pull=1.0).gini == pytest.approx(1 / 3)
