import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from matplotlib.figure import Figure

from engagement_utils.report import outputs, style
from engagement_utils.report.figure import LayoutError, figure

WORDS = {"title": "Watching", "caption": "Bars are counts.", "alt": "Most views are whole."}

PICTURE = """
import numpy as np
from engagement_utils.report import plots, style
from engagement_utils.report.figure import figure
rng = np.random.default_rng(0)
fig, (a, b) = style.canvas(1, 2, height=3)
n = np.array([[1, 9, 9]] * 3)
plots.annotated_heatmap(a, rng.random((3, 3)), n, rows=list("abc"), columns=list("xyz"), label="v")
x = rng.random(15)
plots.scatter(b, x, x, xlabel="x", ylabel="y")
plots.direct_labels(b, x[:5], x[:5], list("pqrst"))
svg = figure(fig, name="f", title="t", caption="c", alt="a").svg
"""


def drawn() -> Figure:
    fig, ax = style.canvas(height=2)
    ax.plot([0, 1, 2], [3.0, 1.0, 2.0])
    ax.set(xlabel="week", ylabel="score")
    return fig


def test_an_output_with_everything(downloads: Path) -> None:
    data = pd.DataFrame({"week": [0, 1, 2], "score": [3.0, 1.0, 2.0]})
    out = figure(drawn(), name="watching", data=data, **WORDS)
    assert isinstance(out, outputs.Figure)
    assert (out.title, out.caption, out.alt, out.data) == (*WORDS.values(), "watching.csv")
    pd.testing.assert_frame_equal(pd.read_csv(downloads / "watching.csv"), data)
    bundle = out._repr_mimebundle_()
    assert bundle["image/svg+xml"] == out.svg
    assert "svg" not in bundle[outputs.Figure.mime]


def test_svg_is_small_clean_and_valid() -> None:
    svg = figure(drawn(), name="watching", **WORDS).svg
    root = ElementTree.fromstring(svg)
    assert root.tag.endswith("svg")
    assert root.attrib["viewBox"] == "0 0 504 144"
    for unwanted in (
        "metadata",
        "<!--",
        "<?xml",
        "DOCTYPE",
        "<style",
        "Matplotlib",
        "matplotlib",
        "<title",
        "font-family",
    ):
        assert unwanted not in svg
    assert WORDS["title"] not in svg
    ids = set(re.findall(r' id="([^"]+)"', svg))
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg))
    assert ids == used
    assert all(i.startswith("watching-") for i in ids)
    assert len(svg) < 20_000
    assert not re.search(r' d="[^"]*\.\d{3}', svg)


def test_sentinel_colours_stand_in_the_svg() -> None:
    svg = figure(drawn(), name="watching", **WORDS).svg
    assert set(re.findall(r"#[0-9a-f]{6}", svg)) == {
        style.INK,
        style.MUTED,
        style.GRID,
        style.GROUND,
        style.PALETTE[0],
    }


def test_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    here: dict[str, str] = {}
    exec(PICTURE, here)
    code = PICTURE + "\nimport hashlib; print(hashlib.sha256(svg.encode()).hexdigest())"
    env = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    there = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert hashlib.sha256(here["svg"].encode()).hexdigest() == there.stdout.strip()


@pytest.mark.parametrize("word", WORDS)
def test_words_are_required(word: str) -> None:
    with pytest.raises(ValueError, match="figure 'f' has no"):
        figure(drawn(), name="f", **{**WORDS, word: " "})


@pytest.mark.parametrize("name", ["", "Top Ten", "../x", "1st", 'a"b'])
def test_names_are_slugs(name: str) -> None:
    with pytest.raises(ValueError, match="figure name"):
        figure(drawn(), name=name, **WORDS)


def test_empty_panels_are_refused() -> None:
    fig, axes = style.canvas(1, 2)
    axes[0].plot([1, 2])
    for empty in (fig, style.canvas()[0], Figure()):
        with pytest.raises(ValueError, match="empty panel"):
            figure(empty, name="f", **WORDS)


def test_overlapping_texts_are_refused_unless_allowed() -> None:
    fig = drawn()
    ax = fig.axes[0]
    ax.text(1, 2, "one label")
    ax.text(1.02, 2, "and another")
    with pytest.raises(LayoutError, match="overlap: 'one label' and 'and another'"):
        figure(fig, name="f", **WORDS)
    assert figure(fig, name="f", allow_overlap=True, **WORDS).svg


def test_pyplots_figures_are_closed() -> None:
    from matplotlib import pyplot as plt

    style.use_style()
    fig, ax = plt.subplots(layout="constrained")
    ax.plot([1, 2])
    figure(fig, name="f", **WORDS)
    assert plt.get_fignums() == []
