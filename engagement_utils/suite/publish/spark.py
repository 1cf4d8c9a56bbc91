"""The small plots of the index: a line beside a key figure, an estimate with its interval."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

_WIDTH, _HEIGHT, _MARGIN = 96, 24, 3
_WIDE, _LOW = 132, 18  # of an interval's plot
_OUTLYING = 0.05  # of the members' interval ends, at each side, may lie beyond the axis


def spark(points: Sequence[float], span: tuple[float, float] | None = None) -> str:
    """A line through the points, oldest first, with a dot on the last; "" for fewer than two points.

    `span` is the range that the height stands for, by default that of the points.
    """
    if len(points) < 2:
        return ""
    low, high = span or (min(points), max(points))
    step = (_WIDTH - 2 * _MARGIN) / (len(points) - 1)
    flat = _HEIGHT / 2 if high == low else None
    places = [
        (
            _MARGIN + i * step,
            flat or _HEIGHT - _MARGIN - (value - low) / (high - low) * (_HEIGHT - 2 * _MARGIN),
        )
        for i, value in enumerate(points)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    ends = f"From {points[0]:.3g} to {points[-1]:.3g} over {len(points)} points"
    said = f"{ends}, lowest {min(points):.3g}, highest {max(points):.3g}"
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{said}"><polyline points="{line}"/>'
        f'<circle cx="{places[-1][0]:.1f}" cy="{places[-1][1]:.1f}" r="2.5"/></svg>'
    )


@dataclass(frozen=True)
class Axis:
    """The range of values that all plots of a column share."""

    low: float
    high: float

    @classmethod
    def of(cls, shown: Sequence[tuple[float, Sequence[float] | None]]) -> "Axis":
        """An axis with every estimate on it and all but the few widest intervals.

        Args:
            shown: estimates with their intervals.
        """
        estimates = [estimate for estimate, _ in shown]
        bounds = [interval for _, interval in shown if interval]
        aside = round(_OUTLYING * len(bounds))
        lows, highs = sorted(b[0] for b in bounds), sorted((b[1] for b in bounds), reverse=True)
        return cls(min([*estimates, *lows[aside : aside + 1]]), max([*estimates, *highs[aside : aside + 1]]))

    def place(self, value: float) -> float:
        """Where a value stands, in pixels from the left; values beyond the axis stand at its end."""
        if self.low == self.high:
            return _WIDE / 2
        share = (value - self.low) / (self.high - self.low)
        return _MARGIN + min(1.0, max(0.0, share)) * (_WIDE - 2 * _MARGIN)

    def __str__(self) -> str:
        return f"{self.low:.3g} to {self.high:.3g}"


def interval(estimate: float, bounds: Sequence[float] | None, axis: Axis, unit: str, verdict: str) -> str:
    """An estimate as a dot, its interval as a line, zero as a mark where it is on the axis.

    The dot is filled where the finding is supported. An interval that goes beyond the axis ends in a point.
    """
    middle = _LOW / 2
    of = f" {unit}" if unit else ""
    said = f"{estimate:.3g}{of}" + (f", interval {bounds[0]:.3g} to {bounds[1]:.3g}{of}" if bounds else "")
    parts = []
    if axis.low < 0 < axis.high:
        zero = axis.place(0.0)
        parts.append(f'<path class="zero" d="M{zero:.1f} 1V{_LOW - 1}"/>')
    if bounds:
        left, right = axis.place(bounds[0]), axis.place(bounds[1])
        parts.append(f'<path class="range" d="M{left:.1f} {middle:g}H{right:.1f}"/>')
        for beyond, at, way in ((bounds[0] < axis.low, left, 4), (bounds[1] > axis.high, right, -4)):
            if beyond:
                ends = f"M{at + way:.1f} {middle - 3:g}L{at:.1f} {middle:g}L{at + way:.1f} {middle + 3:g}"
                parts.append(f'<path class="range" d="{ends}"/>')
    kind = "point" if verdict == "supported" else "point open"
    parts.append(f'<circle class="{kind}" cx="{axis.place(estimate):.1f}" cy="{middle:g}" r="3.5"/>')
    return (
        f'<svg class="interval" viewBox="0 0 {_WIDE} {_LOW}" width="{_WIDE}" height="{_LOW}" role="img" '
        f'aria-label="{escape(said)}, {escape(verdict)}">{"".join(parts)}</svg>'
    )
