"""The domain's commands are entry points, and refuse what they cannot serve."""

import importlib
import tomllib
from pathlib import Path

from click.testing import CliRunner

from engagement_utils.profiles.serving import bundle
from engagement_utils.profiles.serving.commands import serve

ROOT = Path(__file__).parents[3]


def test_an_unusable_model_is_refused_before_anything_starts(tmp_path):
    found = CliRunner().invoke(serve, ["--model", str(tmp_path)])
    assert isinstance(found.exception, bundle.ModelError)


def test_the_commands_are_entry_points():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = project["entry-points"]["engagement_utils.commands"]
    for name, place in found.items():
        module, attribute = place.split(":")
        if module.startswith("engagement_utils.profiles"):
            command = getattr(importlib.import_module(module), attribute)
            assert command.name == name
    assert {"serve", "sample"} <= found.keys()
