"""The renderers' hook into matplotlib: a text asks for font heights by a private method."""

import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text

from engagement_utils.report import renderers, style


def test_texts_ask_the_renderer_for_their_font_s_heights() -> None:
    """Fails where matplotlib no longer calls the method: the memory of heights would be without effect."""
    fig, ax = style.canvas()
    text = ax.text(0.5, 0.5, "a label")
    renderers._font_heights.cache_clear()
    Text.get_window_extent(text, renderers.PixelRenderer(*fig.bbox.size, fig.dpi))
    assert renderers._font_heights.cache_info().misses == 1
    Text.get_window_extent(text, renderers.PixelRenderer(*fig.bbox.size, fig.dpi))
    assert renderers._font_heights.cache_info().hits >= 1


def test_heights_are_those_that_matplotlib_reads_itself() -> None:
    from matplotlib.backends.backend_agg import RendererAgg

    fig, ax = style.canvas()
    for words in ("Aj", "two\nlines"):
        text = ax.text(0.5, 0.5, words)
        size = (*fig.bbox.size, fig.dpi)
        ours = Text.get_window_extent(text, renderers.PixelRenderer(*size))
        theirs = Text.get_window_extent(text, RendererAgg(*size))
        assert ours.extents == pytest.approx(theirs.extents)


def test_a_font_without_tables_is_left_to_matplotlib(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare:
        def get_sfnt_table(self, name: str) -> None:
            return None

    monkeypatch.setattr(renderers, "get_font", lambda path: Bare())
    renderers._font_heights.cache_clear()
    assert renderers._font_heights(FontProperties(size=3.25), 72.0) == (None, None, None)
    renderers._font_heights.cache_clear()
