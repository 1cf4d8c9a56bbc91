"""The full-size data are written as the published ones are kept."""

import pandas as pd
import pytest
from click.testing import CliRunner

from engagement_utils.profiles import schema
from engagement_utils.profiles.sample import generate, simulation
from engagement_utils.profiles.serving.commands import sample as command
from engagement_utils.tables.reading import read_tables


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("months")
    found = CliRunner().invoke(command, ["profiles", "--rows", "30000", "--out", str(place)])
    assert found.exit_code == 0, found.output
    assert "wrote 2" in found.output or "wrote 30,000" in found.output
    return place


def test_there_are_24_monthly_files_of_the_published_shape(folder):
    names = sorted(p.name for p in folder.iterdir())
    assert len(names) == 24
    assert names[0] == "ig_data_01-2023_u.csv"
    first = pd.read_csv(folder / names[0])
    assert tuple(first.columns) == generate.COLUMNS
    assert set(first["date"].str[:7]) == {"2023-01"}
    assert first["date"].is_monotonic_increasing
    assert first["profile_id"].str.fullmatch("[0-9a-f]{64}").all()
    assert (first["followers"] == "undefined").mean() > 0.3


def test_they_hold_whole_profiles_up_to_the_rows_asked_for(folder):
    whole = pd.concat([pd.read_csv(p) for p in sorted(folder.iterdir())])
    assert 29_000 <= len(whole) <= 30_000
    count = whole["profile_id"].nunique()
    most = int(30_000 / simulation.ROWS_PER_PROFILE * 1.15) + 50
    expected = simulation.simulate(simulation.Truth(profiles=most)).daily
    mine = whole.groupby("profile_id").size()
    theirs = expected.groupby("profile_id", observed=True).size()
    assert mine.equals(theirs.loc[mine.index].rename(None)) or (mine == theirs.loc[mine.index]).all()
    assert count > 100


def test_the_reading_takes_the_folder_as_it_is(folder, tmp_path):

    dataset = read_tables({"profiles": str(folder)}, {"profiles": schema.PROFILES}, aside=tmp_path)
    assert dataset.quality[0].set_aside == 0
    assert 29_000 <= dataset.quality[0].rows <= 30_000
