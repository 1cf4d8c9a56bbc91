"""The small plot beside a key figure."""

from collections.abc import Sequence

_WIDTH, _HEIGHT, _MARGIN = 96, 24, 3


def spark(points: Sequence[float]) -> str:
    """A line through the points, oldest first, with a dot on the last; "" for fewer than two points."""
    if len(points) < 2:
        return ""
    low, high = min(points), max(points)
    span = (high - low) or 1.0
    step = (_WIDTH - 2 * _MARGIN) / (len(points) - 1)
    flat = _HEIGHT / 2 if high == low else None
    places = [
        (_MARGIN + i * step, flat or _HEIGHT - _MARGIN - (value - low) / span * (_HEIGHT - 2 * _MARGIN))
        for i, value in enumerate(points)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    ends = f"From {points[0]:.3g} to {points[-1]:.3g} over {len(points)} points"
    said = f"{ends}, lowest {low:.3g}, highest {high:.3g}"
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{said}"><polyline points="{line}"/>'
        f'<circle cx="{places[-1][0]:.1f}" cy="{places[-1][1]:.1f}" r="2.5"/></svg>'
    )
