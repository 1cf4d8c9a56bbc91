"""One look for every figure: colours, type, ground, and the canvas that figures are drawn on.

INK, MUTED, GRID and GROUND are sentinels: the page replaces exactly these four by CSS variables, so that text
and ground turn with dark mode. Nothing that must keep its colour (text on a coloured cell) may use them.
"""

from typing import Any

import matplotlib as mpl
import numpy as np
import seaborn as sns
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap
from matplotlib.figure import Figure

INK = "#1b1b1f"
MUTED = "#5f6368"
GRID = "#dadce0"
GROUND = "#ffffff"

# Six colours that hold 3:1 against white and against the dark page (#16181d), that readers with protanopia,
# deuteranopia or tritanopia tell apart, and whose lightness differs in grey; the first ones differ most.
PALETTE = ("#6154d1", "#d08102", "#098979", "#c3491c", "#b369ec", "#f32899")
HIGHLIGHT = PALETTE[0]
QUIET = "#80868b"  # marks that are not the point of the figure; the same on both grounds
# text on coloured cells: near black and near white, but not the sentinels
ON_LIGHT = "#000002"
ON_DARK = "#fffffe"
# Perceptually even: lightness falls steadily / meets in a pale middle. Both ends of mako are left out, so
# that no cell looks like the white or the dark ground.
SEQUENTIAL: Colormap = ListedColormap(
    sns.color_palette("mako_r", as_cmap=True)(np.linspace(0.06, 0.82, 256)), name="engagement"
)
DIVERGING: Colormap = sns.color_palette("vlag", as_cmap=True)

WIDTH = 7.0  # inches: the page's column
SIZE = 9.5  # points
SMALL = 9.0

RC: Any = {
    "figure.facecolor": GROUND,
    "figure.dpi": 100,
    "savefig.facecolor": GROUND,
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "font.family": "DejaVu Sans",
    "font.size": SIZE,
    "text.color": INK,
    "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    "axes.facecolor": "none",
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "axes.labelsize": SIZE,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.spines.bottom": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "hatch.color": QUIET,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "path",
    "svg.hashsalt": "engagement",
    "svg.image_inline": True,
}


def use_style() -> None:
    """Set matplotlib's defaults to the one look; `canvas` and `figure` do so themselves."""
    mpl.rcParams.update(RC)


def canvas(
    rows: int = 1, columns: int = 1, *, height: float = 3.2, width: float = WIDTH, **kwargs: Any
) -> tuple[Figure, Any]:
    """A styled figure with `rows` x `columns` axes, laid out so that nothing is clipped.

    Args:
        height, width: inches.
        kwargs: as `Figure.subplots` takes them (`sharex`, `width_ratios`, ...).

    Returns:
        The figure, and its one Axes or an array of them. The figure is not pyplot's: nothing is left open.
    """
    use_style()
    fig = Figure(figsize=(width, height), layout="constrained")
    return fig, fig.subplots(rows, columns, **kwargs)


def grid(ax: Axes, axis: str | None) -> None:
    """Grid lines of one axis ("x", "y") or of none."""
    ax.grid(False)
    if axis:
        ax.grid(True, axis=axis)  # type: ignore[arg-type]
