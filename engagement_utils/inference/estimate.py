"""The one result that every interval and every test returns."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty.

    Attributes:
        value: the point estimate, in the unit of the measure.
        low, high: the bounds of the interval at `level`; None where none can be given.
        n: independent units (users, posts, ...) behind the estimate; for a comparison, of the smaller group.
        level: coverage that the interval aims at.
        p_value: of the null hypothesis named in `method`; None where nothing was tested.
        method: how interval and p-value were made, in words a reader can look up.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    level: float = 0.95
    p_value: float | None = None
    method: str = ""

    @classmethod
    def unknown(cls, n: int, level: float, method: str = "") -> "Estimate":
        """No number (nan) and no interval, of so few units that none can be given."""
        return cls(float("nan"), None, None, n, level, None, method)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Both bounds, or None."""
        return None if self.low is None or self.high is None else (self.low, self.high)

    def with_p_value(self, p_value: float | None) -> "Estimate":
        """The same estimate with another (for example adjusted) p-value."""
        return replace(self, p_value=p_value)

    def turned(self) -> "Estimate":
        """The same difference the other way round."""
        low, high = (None, None) if self.low is None or self.high is None else (-self.high, -self.low)
        return replace(self, value=-self.value, low=low, high=high)
