"""Modules that are hidden from libraries while these are imported."""

import importlib
import sys

import pytest

from engagement_utils.suite.execution import process


def test_a_hidden_module_cannot_be_imported_and_can_be_again(monkeypatch):
    monkeypatch.setattr(process, "UNUSED", ("colorsys", "json"))
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with process.without_unused():
        assert "json" in sys.modules  # what is there stays
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("colorsys")
    assert importlib.import_module("colorsys")
