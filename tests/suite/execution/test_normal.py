import sys
import sysconfig
from pathlib import Path

import pytest

from engagement_utils.suite.execution.masking import Masker
from engagement_utils.suite.execution.normal import Cleaner, neutral_names, normal

HOME = str(Path.home())
SITE = sysconfig.get_path("purelib")
PROJECT = str(Path(__file__).parents[3])


@pytest.fixture
def cleaner(tmp_path):
    return Cleaner(
        Masker({"TOKEN": "tok-1234567890"}), neutral_names(tmp_path / "k.partial", tmp_path / "params")
    )


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("{run}/downloads/a.csv", "downloads/a.csv"),
        ("in {run}.", "in {run}."),
        ("in {run}, or '{run}'", "in ., or '.'"),
        ("{run}-other/a.csv", "{run}-other/a.csv"),
        ("{base}/data/users.csv, row 3", "data/users.csv, row 3"),
        ("file://{base}/data/users.csv", "file://data/users.csv"),
        (f"{SITE}/pandas/core/frame.py:12", "site-packages/pandas/core/frame.py:12"),
        (f"{sysconfig.get_path('stdlib')}/json/__init__.py", "python/json/__init__.py"),
        (f"{PROJECT}/engagement_utils/errors.py", "engagement_utils/errors.py"),
        (f"{HOME}/elsewhere", "~/elsewhere"),
        ("/tmp/ipykernel_4711/123456.py:3: UserWarning: x", "cell:3: UserWarning: x"),
        ("SyntaxError: invalid syntax (1278102326.py, line 1)", "SyntaxError: invalid syntax (cell, line 1)"),
        ("<function f at 0x7f3a5c0d1e40>", "<function f at 0x0>"),
        ("colour 0xdeadbeef", "colour 0xdeadbeef"),
        ("\x1b[1;31mred\x1b[0m tok-1234567890", "red ${{TOKEN}}"),
    ],
)
def test_texts_name_no_place(cleaner, tmp_path, text, clean):
    names = {"run": tmp_path / "k.partial", "base": tmp_path / "params"}
    assert cleaner.text(text.format(**names)) == clean.format(**names)


def test_what_ipython_abbreviates_is_found_too():
    names = neutral_names(Path(HOME, "p", ".cache", "k.partial"), Path(HOME, "p", "params"))
    cleaner = Cleaner(Masker({}), names)
    assert (
        cleaner.text("File ~/p/.cache/k.partial/x.py, File ~/p/params/data/a.csv")
        == "File x.py, File data/a.csv"
    )


def test_the_root_directory_is_no_prefix(monkeypatch):
    cleaner = Cleaner(Masker({}), neutral_names(Path("/"), Path("/")))
    assert cleaner.text("/data/a.csv") == "/data/a.csv"


def code(**fields) -> dict:
    return {"cell_type": "code", "metadata": {}, "source": "", "execution_count": 1, "outputs": [], **fields}


def test_times_random_ids_and_banners_are_dropped(cleaner):
    timed = {"papermill": {"start_time": "2025"}, "execution": {}, "tags": []}
    notebook = {
        "cells": [
            {
                "cell_type": "markdown",
                "metadata": {"tags": ["papermill-error-cell-tag"]},
                "source": "",
                "id": "r0",
            },
            code(id="author", metadata=timed),
            code(id="r1", metadata={"tags": ["injected-parameters"], "papermill": {}}),
            code(id="author", metadata={"tags": ["hide"]}),
            {"cell_type": "markdown", "metadata": {}, "source": ["# a\n", "b"], "id": "r2"},
        ],
        "metadata": {"papermill": {"duration": 3}, "widgets": {}, "kernelspec": {"name": "mine"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    plain = normal(notebook, cleaner, {"author"})
    assert [cell["id"] for cell in plain["cells"]] == ["author", "injected-parameters", "cell-3", "cell-4"]
    assert [cell["metadata"] for cell in plain["cells"]] == [
        {},
        {"tags": ["injected-parameters"]},
        {"tags": ["hide"]},
        {},
    ]
    assert plain["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}
    }
    assert plain["cells"][3]["source"] == "# a\nb"
    assert normal(plain, cleaner, {"author"}) == plain


def test_outputs_are_cleaned_by_their_kind(cleaner, tmp_path):
    path = f"{tmp_path}/k.partial/x"
    stream = {"output_type": "stream", "name": "stdout", "text": "a tok-1234567890\n"}
    outputs = [
        stream,
        {**stream, "text": "b\n"},
        {**stream, "name": "stderr"},
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {
                "image/png": "tok-1234567890",
                "text/html": ["<b>\n", path],
                "application/x+json": {
                    "at": path,
                    "n": [1.5, None, True, "tok-1234567890"],
                    "list": ["a", "b"],
                },
                "application/vnd.jupyter.widget-view+json": {"model_id": "random"},
            },
        },
        {"output_type": "error", "ename": "E", "evalue": path, "traceback": [f"\x1b[31m{path}\x1b[0m"]},
    ]
    source = f"open('{path}') # tok-1234567890"
    (cell,) = normal({"cells": [code(id="r", source=source, outputs=outputs)], "metadata": {}}, cleaner)[
        "cells"
    ]
    assert cell["source"] == f"open('{path}') # ${{TOKEN}}"
    first, second, display, error = cell["outputs"]
    assert first["text"] == "a ${TOKEN}\nb\n"
    assert second["name"] == "stderr"
    assert display["data"] == {
        "image/png": "tok-1234567890",
        "text/html": "<b>\nx",
        "application/x+json": {"at": "x", "n": [1.5, None, True, "${TOKEN}"], "list": ["a", "b"]},
    }
    assert (error["evalue"], error["traceback"]) == ("x", ["\x1b[31mx\x1b[0m"])


def test_no_name_is_read_as_html():
    names = neutral_names(Path("/a/b"), Path("/c/d")).values()
    assert not any(sign in name for name in names for sign in "<>&")
    assert sys.prefix in neutral_names(Path("/a/b"), Path("/c/d")) or sys.prefix == sys.base_prefix
