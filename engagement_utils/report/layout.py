"""Defects that a reader would see: texts that overlap, and texts cut off at the figure's edge."""

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox, BboxBase

from engagement_utils.report.renderers import Canvas, PixelRenderer

TOLERANCE = 1.0  # pixels at 100 dpi: boxes may touch
WORD_GAP = 2.0  # pixels between two texts of one line, below which they read as one


class LayoutError(ValueError):
    """A figure with overlapping or clipped text; the message lists the texts."""


def _tick_texts(axis: Axis) -> Iterator[tuple[Text, bool]]:
    """Every tick label of an axis, and whether it is drawn: its tick lies within the view."""
    low, high = sorted(axis.get_view_interval())
    slack = (high - low) * 1e-9
    for minor in (False, True):
        locations = axis.get_ticklocs(minor=minor)
        ticks = axis.get_minor_ticks(len(locations)) if minor else axis.get_major_ticks(len(locations))
        for where, tick in zip(locations, ticks, strict=False):
            inside = low - slack <= where <= high + slack
            yield tick.label1, inside and tick.label1.get_visible()
            yield tick.label2, inside and tick.label2.get_visible()


def _drawn(fig: Figure) -> list[Text]:
    """Every text that a reader sees, in a stable order."""
    hidden: set[int] = set()
    for ax in fig.axes:
        if not ax.get_visible():
            hidden |= {id(t) for t in ax.findobj(Text)}
            continue
        for axis in (ax.xaxis, ax.yaxis):
            on = axis.get_visible() and ax.axison
            # ticks kept from an earlier state are not drawn either
            seen = {id(t) for t, shown in _tick_texts(axis) if shown and on}
            hidden |= {id(t) for t in axis.findobj(Text) if id(t) not in seen and t is not axis.label}
            if on and axis.get_offset_text().get_text():
                hidden.discard(id(axis.get_offset_text()))
            if not on:
                hidden.add(id(axis.label))
    unique = {id(t): t for t in fig.findobj(Text)}
    return [
        t
        for t in unique.values()
        if isinstance(t, Text) and t.get_visible() and t.get_text().strip() and id(t) not in hidden
    ]


def _inside(box: Bbox, frame: BboxBase, tolerance: float) -> bool:
    return (
        box.x0 >= frame.x0 - tolerance
        and box.y0 >= frame.y0 - tolerance
        and box.x1 <= frame.x1 + tolerance
        and box.y1 <= frame.y1 + tolerance
    )


def _overlaps(boxes: Sequence[tuple[Text, Bbox]], scale: float) -> Iterator[tuple[int, int]]:
    """Pairs of texts, by their numbers, that overlap or read as one."""
    x0, y0, x1, y1 = np.array([box.extents for _, box in boxes]).reshape(-1, 4).T
    across = np.minimum.outer(x1, x1) - np.maximum.outer(x0, x0)
    down = np.minimum.outer(y1, y1) - np.maximum.outer(y0, y0)
    both = np.triu((across > -WORD_GAP * scale) & (down > TOLERANCE * scale), k=1)
    yield from zip(*(at.tolist() for at in np.nonzero(both)), strict=True)


def _says(text: Text) -> str:
    return repr(" ".join(text.get_text().split())[:40])


def settle(fig: Figure) -> None:
    """Let the figure's layout place the axes, without drawing."""
    Canvas(fig, PixelRenderer(*fig.bbox.size, fig.dpi))
    if (engine := fig.get_layout_engine()) is not None:
        engine.execute(fig)


def leave_empty_labels(fig: Figure) -> None:
    """Fix the place of axis labels without text: to place them, layouts measure all tick labels once more."""
    for axis in (axis for ax in fig.axes for axis in (ax.xaxis, ax.yaxis)):
        if not axis.get_label_text():
            axis.set_label_coords(0, 0)


def problems(fig: Figure, renderer: RendererBase) -> list[str]:
    """What is wrong with the texts of a figure as it was drawn last, a line each.

    Tick labels, legends and annotations are among the texts.

    Args:
        renderer: of the kind that drew the figure; its texts are as wide as those that were drawn.
    """
    scale = fig.dpi / 100
    boxes = []
    # an annotation's own extent has its arrow in it; the text alone is what must be readable
    for text in _drawn(fig):
        box = Text.get_window_extent(text, renderer)
        boxes.append((text, box))
    found = []
    for text, box in boxes:
        frame: BboxBase = fig.bbox
        clip = text.get_clip_box()
        if text.get_clip_on() and clip is not None:
            frame = clip
        if not _inside(box, frame, TOLERANCE * scale):
            found.append(f"clipped: {_says(text)}")
    found += [f"overlap: {_says(boxes[i][0])} and {_says(boxes[j][0])}" for i, j in _overlaps(boxes, scale)]
    return found


def refuse(found: Sequence[str]) -> None:
    """Raise LayoutError where a figure has problems."""
    if found:
        shown = "; ".join(found[:8]) + (f"; and {len(found) - 8} more" if len(found) > 8 else "")
        msg = f"text in the figure is not readable: {shown}. Shorten labels, show fewer or enlarge the figure"
        raise LayoutError(msg)


def check_layout(fig: Figure) -> None:
    """Refuse a figure whose texts overlap or are cut off.

    Raises:
        LayoutError: lists the texts.
    """
    renderer = FigureCanvasAgg(fig).get_renderer()
    fig.draw_without_rendering()
    refuse(problems(fig, renderer))
