"""What measures and draws the texts of a figure: matplotlib's renderers, with a font's heights remembered."""

from functools import lru_cache

from matplotlib.backend_bases import FigureCanvasBase, RendererBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager, get_font


@lru_cache(maxsize=256)
def _font_heights(font: FontProperties, dpi: float) -> tuple[float | None, float | None, float | None]:
    """Ascent, descent and gap between lines in pixels; None leaves them to matplotlib."""
    face = get_font(fontManager.findfont(font))
    table, head = face.get_sfnt_table("OS/2"), face.get_sfnt_table("head")
    if table is None or head is None:
        return None, None, None
    scale = 1 / head["unitsPerEm"] * font.get_size_in_points() * dpi / 72
    return table["sTypoAscender"] * scale, -table["sTypoDescender"] * scale, table["sTypoLineGap"] * scale


class _FontHeights:
    """Answers `Text`, which asks by this private method and otherwise reads the font for every text."""

    dpi = 72.0  # of SVG

    def _get_font_height_metrics(
        self, prop: FontProperties
    ) -> tuple[float | None, float | None, float | None]:
        return _font_heights(prop.copy(), self.dpi)


class PixelRenderer(_FontHeights, RendererAgg):
    """Measures texts in whole pixels."""


class SvgRenderer(_FontHeights, RendererSVG):
    """Draws SVG."""


class Canvas(FigureCanvasBase):
    """A canvas with one renderer, so that the drawing of a figure and its layout measure a text once."""

    def __init__(self, fig: Figure, renderer: RendererBase) -> None:
        super().__init__(fig)
        self._renderer = renderer

    def get_renderer(self) -> RendererBase:
        """What the figure's layout measures texts with."""
        return self._renderer
