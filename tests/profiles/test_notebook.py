"""The notebooks' parameters say the same as the room's defaults."""

from dataclasses import asdict
from pathlib import Path

from engagement_utils.profiles import outlook, results
from engagement_utils.suite.planning.parameters import read_parameters

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def test_defaults_of_the_prediction_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOKS / "engagement_prediction.ipynb").items}
    settings = asdict(results.Settings())
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"profiles", "reference", "publish_profiles", "engine"}


def test_defaults_of_the_forecast_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOKS / "engagement_forecast.ipynb").items}
    settings = asdict(outlook.Settings())
    settings["show"] = list(settings["show"])
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"profiles", "model", "engine"}
