"""What is imported ahead of time: read from notebooks, and from our own modules that they reach."""

import json

from engagement_utils.suite.execution.warm import imports


def notebook(path, *cells, kind="code"):
    found = [{"cell_type": kind, "metadata": {}, "source": source.splitlines(True)} for source in cells]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": found}))
    return path


def test_names_come_in_order_and_once(tmp_path):
    found = imports.of_notebook(
        notebook(
            tmp_path / "n.ipynb",
            "%matplotlib inline\nimport os, numpy as np\nfrom scipy import stats",
            "import numpy as np\nfrom scipy.special import expit",
        )
    )
    assert found == ("os", "numpy", "scipy", "scipy.stats", "scipy.special", "scipy.special.expit")


def test_only_what_runs_in_any_case_counts(tmp_path):
    cells = (
        "if False:\n    import pyspark\ndef later():\n    import skops",
        "import broken as",
        "from . import sibling",
        "import json",
    )
    assert imports.of_notebook(notebook(tmp_path / "n.ipynb", *cells)) == ("json",)
    assert imports.of_notebook(notebook(tmp_path / "m.ipynb", "import json", kind="markdown")) == ()


def test_a_file_that_is_no_notebook_imports_nothing(tmp_path):
    (tmp_path / "n.ipynb").write_text("[1]")
    assert imports.of_notebook(tmp_path / "n.ipynb") == ()
    assert imports.of_notebook(tmp_path / "none.ipynb") == ()


def test_our_modules_are_followed_to_the_libraries_that_they_import():
    found = imports.libraries(["engagement_utils.report.figure", "json"])
    assert {"json", "pandas", "matplotlib.figure"} <= found
    assert not any(name.startswith("engagement_utils") for name in found)
    # imported for a type checker, or inside a function for one engine alone
    assert not any(name.startswith("pyspark") for name in found)


def test_late_imports_are_those_of_packages_in_use():
    assert imports.late(["json", "matplotlib.axes"]) == imports.LATE["matplotlib"]
    assert imports.late(["json"]) == ()
