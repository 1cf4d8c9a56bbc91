from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engagement_utils.report import style
from engagement_utils.report.figure import figure

WORDS = {"title": "t", "caption": "c", "alt": "a"}


@pytest.fixture(autouse=True)
def downloads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test's own downloads folder; the private one is beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENGAGEMENT_OUTPUT_DIR", str(tmp_path / "downloads"))
    monkeypatch.setenv("ENGAGEMENT_PRIVATE_DIR", str(tmp_path / "private"))
    return tmp_path / "downloads"


@pytest.fixture
def canvas() -> Iterator[tuple[Figure, Axes]]:
    """A canvas; whatever a test draws on it must pass the layout check and give an SVG."""
    fig, ax = style.canvas(height=3.4)
    yield fig, ax
    assert figure(fig, name="f", **WORDS).svg.startswith("<svg")


def texts(ax: Axes) -> list[str]:
    return [t.get_text() for t in ax.texts]
