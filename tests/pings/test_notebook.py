"""The notebook's parameters say the same as the room's defaults."""

from dataclasses import asdict
from pathlib import Path

from engagement_utils.pings.results import Settings

from engagement_utils.suite.planning.parameters import read_parameters

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "ping_engagement.ipynb"


def test_defaults_of_notebook_and_settings_agree():
    declared = {p.name: p.default for p in read_parameters(NOTEBOOK).items}
    settings = asdict(Settings())
    settings["duration_bands"] = list(settings["duration_bands"])
    assert {name: declared[name] for name in settings} == settings
    assert set(declared) - set(settings) == {"users", "pings", "interactions", "engine"}
