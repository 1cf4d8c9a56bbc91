"""Labels on figures: wrapped, placed beside what they name, pushed apart where they would collide."""

from collections.abc import Sequence
from textwrap import wrap

from adjustText import adjust_text
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import Formatter

from engagement_utils.report.style import INK, MUTED, QUIET, SMALL
from engagement_utils.report.wording import MAX_DECIMALS, number

LABEL_WIDTH = 26  # characters
LABEL_LINES = 2


def wrapped(label: str, width: int = LABEL_WIDTH) -> str:
    """`label` in at most two lines; what does not fit ends in an ellipsis."""
    lines = wrap(" ".join(str(label).split()), width, max_lines=LABEL_LINES, placeholder=" …")
    return "\n".join(lines)


class NumberFormatter(Formatter):
    """Tick labels as the text prints numbers, all of an axis with the same, fewest decimals."""

    def __init__(self, scale: float = 1.0, unit: str = "") -> None:
        self.scale, self.unit = scale, unit

    def __call__(self, x: float, pos: int | None = None) -> str:
        """One label."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """All labels of the axis."""
        shown = [v * self.scale for v in values]
        enough = (d for d in range(MAX_DECIMALS) if all(abs(v - round(v, d)) < 1e-9 for v in shown))
        digits = next(enough, MAX_DECIMALS)
        return [number(v, digits, unit=self.unit) for v in shown]


def number_axis(axis: Axis, unit: str = "", percent: bool = False) -> None:
    """Label an axis with `NumberFormatter`: thousands separated, shares (0 to 1) as percentages."""
    formatter = NumberFormatter(100.0, "%") if percent else NumberFormatter(1.0, "%" if unit == "%" else "")
    axis.set_major_formatter(formatter)


def label_with_unit(label: str, unit: str) -> str:
    """ "seconds watched (s)"."""
    return f"{label} ({unit})" if unit and unit != "%" else label


def direct_labels(
    ax: Axes, xs: Sequence[float], ys: Sequence[float], texts: Sequence[str], *, color: str = INK
) -> None:
    """Label points where they stand; adjustText moves labels apart, with a thin line back to their points.

    Call it last, when the axes have their limits. Deterministic: bound by steps, not by time.
    """
    ax.figure.canvas.draw()
    labels = [
        ax.text(x, y, wrapped(t), fontsize=SMALL, color=color, zorder=5)
        for x, y, t in zip(xs, ys, texts, strict=True)
    ]
    adjust_text(
        labels,
        x=list(xs),
        y=list(ys),
        ax=ax,
        iter_lim=600,
        expand=(1.3, 1.6),
        force_text=(0.4, 0.8),
        force_static=(0.4, 0.8),
        min_arrow_len=4,
        arrowprops={"arrowstyle": "-", "color": QUIET, "lw": 0.6},
    )


def end_label(ax: Axes, x: float, y: float, text: str, *, color: str = INK) -> None:
    """A label right of a line's last point."""
    ax.annotate(
        wrapped(text), (x, y), (6, 0), textcoords="offset points", va="center", fontsize=SMALL, color=color
    )


def note(ax: Axes, x: float, text: str, *, align: str = "left") -> None:
    """A muted note at the top of the axes above `x` (data), for reference lines."""
    ax.annotate(
        text,
        (x, 1.0),
        (0 if align == "center" else 4 if align == "left" else -4, 3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha=align,
        va="bottom",
        fontsize=SMALL,
        color=MUTED,
    )
