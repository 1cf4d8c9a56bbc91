"""Imports read from code, for cells and for modules."""

from pathlib import Path

import pytest

from engagement_utils.imports import PACKAGE, file_of, followed, imported

CODE = """
%matplotlib inline
import os, numpy as np
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import duckdb
else:
    import json
try:
    import tomllib
except ImportError:
    import tomli
def later():
    with open("x"):
        from scipy import stats
from os import path
"""


def test_names_come_once_and_those_of_a_type_checker_not_at_all() -> None:
    assert imported(CODE) == (
        *("os", "numpy", "typing", "typing.TYPE_CHECKING", "json", "tomllib", "tomli"),
        *("scipy", "scipy.stats", "os.path"),
    )


def test_what_runs_in_any_case_stands_at_the_top_level() -> None:
    assert imported(CODE, always=True) == ("os", "numpy", "typing", "typing.TYPE_CHECKING", "os.path")


@pytest.mark.parametrize("code", ["import broken as", "x = '\x00'"])
def test_code_that_cannot_be_parsed_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match=r"syntax|null"):
        imported(code)


def test_a_name_is_a_module_of_ours_a_package_or_neither() -> None:
    home = Path(__file__).resolve().parent.parent / PACKAGE
    assert file_of("engagement_utils") == home / "__init__.py"
    assert file_of("engagement_utils.tables") == home / "tables" / "__init__.py"
    assert file_of("engagement_utils.tables.spec") == home / "tables" / "spec.py"
    assert file_of("engagement_utils.tables.spec.Table") is None
    assert file_of("json") is None


def test_imports_are_followed_through_our_modules_alone() -> None:
    found = followed(["engagement_utils.tables.sources"])
    assert {"engagement_utils.tables.samples", "engagement_utils.errors", "pydantic"} <= found
    assert "pandas" not in found  # of samples' generators, which are followed only when one runs
    assert "numpy.core" not in found


def test_late_imports_are_left_out_where_asked() -> None:
    names = ["engagement_utils.tables.engines"]
    assert "ibis" in followed(names)
    assert "ibis" not in followed(names, always=True)
