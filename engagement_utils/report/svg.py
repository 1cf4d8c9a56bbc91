"""SVG as small and as stable as it can be, fit to stand inside a page beside others."""

import io
import re
from typing import Any

import matplotlib as mpl
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_mixed import MixedModeRenderer
from matplotlib.figure import Figure

from engagement_utils.report.layout import leave_empty_labels, settle
from engagement_utils.report.renderers import Canvas, SvgRenderer
from engagement_utils.report.style import RC

DECIMALS = 2  # of a point: 1/100 of a pixel or so
FINE_DECIMALS = 4  # of scales, which multiply coordinates of thousands
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_ATTRIBUTE = re.compile(r'\b(d|x|y|x1|x2|y1|y2|width|height|points|transform)="([^"]*)"')
_SCALE = re.compile(r"(scale|matrix)\(([^)]*)\)")


def _rounded(text: str, decimals: int) -> str:
    def short(match: re.Match[str]) -> str:
        value = f"{float(match[0]):.{decimals}f}".rstrip("0").rstrip(".")
        return "0" if value in ("-0", "") else value

    return _NUMBER.sub(short, text)


def _attribute(match: re.Match[str]) -> str:
    name, value = match[1], " ".join(match[2].split())
    if name != "transform":
        return f'{name}="{_rounded(value, DECIMALS)}"'
    parts = _SCALE.split(value)
    if len(parts) == 1:
        return f'transform="{_rounded(value, DECIMALS)}"'
    kept = _SCALE.sub(lambda m: f"{m[1]}({_rounded(m[2], FINE_DECIMALS)})", value)
    moved = re.sub(r"translate\([^)]*\)", lambda m: _rounded(m[0], DECIMALS), kept)
    return f'transform="{moved}"'


def tidy(svg: str, name: str) -> str:
    """Matplotlib's SVG without prologue, comments, unused ids and needless digits.

    Every id that is left starts with `name`, so that the clip paths and glyphs of two figures on one page do
    not get mixed up; the style rule for all elements becomes attributes of the root, since it would reach the
    whole page.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<!--.*?-->\s*", "", body, flags=re.DOTALL)
    body = re.sub(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>\s*", "", body, count=1, flags=re.DOTALL)
    body = body.replace("<svg ", '<svg stroke-linejoin="round" stroke-linecap="butt" ', 1)
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', body))
    body = re.sub(r' id="([^"]*)"', lambda m: f' id="{name}-{m[1]}"' if m[1] in used else "", body)
    body = re.sub(r'(href="#|url\(#)', rf"\g<1>{name}-", body)
    body = _ATTRIBUTE.sub(_attribute, body)
    body = re.sub(r"<defs>\s*</defs>", "", body)
    while (shorter := re.sub(r"<g>\s*</g>\s*", "", body)) != body:
        body = shorter
    return re.sub(r">\s+<", ">\n<", body).strip() + "\n"


def render(fig: Figure, name: str) -> tuple[str, RendererBase]:
    """The figure as SVG, the same bytes for the same figure in every process, and what drew it.

    Afterwards the figure's artists stand where they were drawn, at 72 dpi.
    """
    leave_empty_labels(fig)
    settle(fig)  # the drawing lays it out once more: ticks hang on the axes' size, and that on the ticks
    buffer = io.StringIO()
    (width, height), dpi = fig.get_size_inches(), fig.dpi
    fig.set_dpi(72)
    settings: Any = {k: v for k, v in RC.items() if k.startswith("svg.")}
    with mpl.rc_context(settings):
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        vector = SvgRenderer(72 * width, 72 * height, buffer, image_dpi=dpi, metadata=nothing)
        # as the canvas of SVG files does; `savefig` would draw twice, first for the layout alone
        renderer: Any = MixedModeRenderer(fig, width, height, dpi, vector)
        Canvas(fig, renderer)
        fig.draw(renderer)
        renderer.finalize()
    return tidy(buffer.getvalue(), name), renderer
