"""Heatmaps whose cells say their number, and that do not colour what rests on too few units."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import CenteredNorm, Normalize, to_rgb
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from engagement_utils.report.labels import label_with_unit, number_axis, wrapped
from engagement_utils.report.layout import settle
from engagement_utils.report.style import DIVERGING, GROUND, INK, MUTED, ON_DARK, ON_LIGHT, QUIET, SEQUENTIAL
from engagement_utils.report.wording import number

SMALLEST = 6.5  # points; cells too small for it go without numbers
LARGEST = 9.0


def text_on(color: ArrayLike) -> str:
    """Near black or near white, whichever has the higher WCAG contrast on `color`."""
    rgb = np.asarray(to_rgb(tuple(np.asarray(color, dtype=float)[:3])))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return ON_LIGHT if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else ON_DARK


def _font_size(ax: Axes, shape: tuple[int, int], texts: NDArray[np.str_]) -> float | None:
    """Points at which the longest text fits its cell, or None."""
    settle(ax.figure.figure)
    box = ax.get_window_extent()
    points = 72.0 / ax.figure.dpi
    lines = max((t.count("\n") + 1 for t in texts.ravel()), default=1)
    longest = max((len(line) for t in texts.ravel() for line in t.split("\n")), default=1)
    # a figure of DejaVu Sans is 0.64 em wide, a line 1.2 em high
    across = box.width / shape[1] * points / (0.64 * longest + 0.5)
    down = box.height / shape[0] * points / (1.25 * lines)
    fit = min(across, down)
    return min(LARGEST, fit) if fit >= SMALLEST else None


def annotated_heatmap(
    ax: Axes,
    values: ArrayLike,
    n: ArrayLike,
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    label: str,
    minimum_n: int = 5,
    unit: str = "",
    percent: bool = False,
    digits: int = 0,
    centre: float | None = None,
    xlabel: str = "",
    show_n: bool = False,
    limits: tuple[float, float] | None = None,
) -> None:
    """Cells coloured by `values` (rows x columns); hatched where fewer than `minimum_n` units stand behind.

    Args:
        n: units in each cell, same shape. A cell without any is left blank.
        label: what the colour means, printed with `unit` at the colour bar.
        centre: a meaningful middle for a diverging map, such as 0 for differences.
        show_n: print n under each value, and alone in a hatched cell, where the cells have room.
        limits: of the colours, so that two maps can share them; without them, those of the coloured cells.
    """
    shown, units = np.asarray(values, dtype=float), np.asarray(n)
    shape = (len(rows), len(columns))
    if shown.shape != shape or units.shape != shape:
        msg = f"values {shown.shape} and n {units.shape}, but {shape[0]} rows x {shape[1]} columns"
        raise ValueError(msg)
    firm = np.isfinite(shown) & (units >= minimum_n)
    thin = (units > 0) & ~firm
    within = shown[firm] if firm.any() else np.array([0.0, 1.0])
    low, high = limits or (float(within.min()), float(within.max()))
    norm: Normalize
    if centre is None:
        norm, cmap = Normalize(low, high if high > low else low + 1), SEQUENTIAL
    else:
        reach = max(high - centre, centre - low) or 1.0
        norm, cmap = CenteredNorm(centre, reach), DIVERGING
    x, y = np.arange(shape[1] + 1) - 0.5, np.arange(shape[0] + 1) - 0.5
    mesh = ax.pcolormesh(
        x, y, np.ma.masked_where(~firm, shown), cmap=cmap, norm=norm, edgecolors=GROUND, linewidth=1.2
    )
    for i, j in zip(*np.nonzero(thin), strict=True):
        box = Rectangle((j - 0.44, i - 0.44), 0.88, 0.88, fill=False, hatch="////", ec=QUIET, lw=0)
        ax.add_patch(box)
    ax.set_xticks(range(shape[1]), list(columns))
    ax.set_yticks(range(shape[0]), [wrapped(r) for r in rows], color=INK)
    ax.set(ylim=(shape[0] - 0.5, -0.5), xlim=(-0.5, shape[1] - 0.5), xlabel=xlabel)
    ax.grid(False)
    ax.spines["bottom"].set_visible(False)
    if firm.any():
        bar = ax.figure.colorbar(mesh, ax=ax, pad=0.02, aspect=30, label=label_with_unit(label, unit))
        bar.outline.set_visible(False)
        number_axis(bar.ax.yaxis, unit, percent)
    _write_cells(ax, shown, units, firm, mesh.to_rgba(shown), percent, digits, show_n)


def _write_cells(
    ax: Axes,
    shown: NDArray[np.float64],
    units: NDArray[np.int64],
    firm: NDArray[np.bool_],
    colors: NDArray[np.float64],
    percent: bool,
    digits: int,
    show_n: bool,
) -> None:
    """The number in every coloured cell, in one size, where it fits."""

    def texts(with_n: bool) -> NDArray[np.str_]:
        cells = [
            [
                (number(v * 100, digits, unit="%") if percent else number(v, digits))
                + (f"\nn {number(int(u), 0)}" if with_n else "")
                if ok
                else ""
                for v, u, ok in zip(*row, strict=True)
            ]
            for row in zip(shown, units, firm, strict=True)
        ]
        return np.array(cells)

    for with_n in (True, False) if show_n else (False,):
        written = texts(with_n)
        size = _font_size(ax, shown.shape, written)
        if size is not None:
            break
    else:
        return
    inside: Any = {"in_layout": False}  # they fit their cells, so the axes' size does not hang on them
    if show_n and with_n:
        ground = {"facecolor": GROUND, "edgecolor": "none", "pad": 0.6}
        for i, j in zip(*np.nonzero((units > 0) & ~firm), strict=True):
            words = f"n {number(int(units[i, j]), 0)}"
            ax.text(j, i, words, ha="center", va="center", fontsize=size, color=MUTED, bbox=ground, **inside)
    for i, j in zip(*np.nonzero(firm), strict=True):
        ax.text(
            j,
            i,
            written[i, j],
            ha="center",
            va="center",
            fontsize=size,
            color=text_on(colors[i, j]),
            linespacing=1.15,
            **inside,
        )
