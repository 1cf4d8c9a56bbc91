"""What a benchmark is to reach, and whether it does: printed, and kept in the table of docs/benchmarks.md."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.page import DOCS, between, table
from benchmarks.timing import machine

OVERVIEW = DOCS / "benchmarks.md"
SECTION = "goals"
HEAD = ("benchmark", "what", "measured", "to reach", "")


@dataclass(frozen=True)
class Goal:
    """A figure and its limit.

    Attributes:
        what: what is measured, with its size and unit.
        value: what was measured.
        limit: what it is to reach.
        least: whether the limit is the least that the value may be; else it is the most.
        digits: decimals shown.
    """

    what: str
    value: float
    limit: float
    least: bool = False
    digits: int = 2

    @property
    def reached(self) -> bool:
        """Whether the value keeps to the limit."""
        return self.value >= self.limit if self.least else self.value <= self.limit

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """As a row of the table."""
        sign = "at least" if self.least else "at most"
        value = f"{self.value:,.{self.digits}f}"
        return self.what, value, f"{sign} {self.limit:,g}", "reached" if self.reached else "**missed**"


def record(benchmark: str, goals: Sequence[Goal], *, write: bool = True) -> int:
    """Print the goals, and put them into the overview in the place of this benchmark's former ones.

    Returns:
        0 where all are reached, else 1: the benchmark's exit code.
    """
    for goal in goals:
        what, value, limit, verdict = goal.cells
        print(f"{what}: {value}, to reach {limit}: {verdict.strip('*')}")
    if write:
        kept = OVERVIEW.read_text(encoding="utf-8")
        rows = [row for row in _rows(kept) if row[0] != f"`{benchmark}`"]
        rows += [(f"`{benchmark}`", *goal.cells) for goal in goals]
        text = table(HEAD, sorted(rows, key=lambda row: row[0])) + f"\n\nThe latest on {machine(load=False)}."
        OVERVIEW.write_text(between(kept, SECTION, text), encoding="utf-8")
    return 0 if all(goal.reached for goal in goals) else 1


def _rows(page: str) -> list[tuple[str, ...]]:
    """The table's rows as they stand."""
    _, _, section = page.partition(f"<!-- {SECTION} -->")
    lines = section.partition(f"<!-- end {SECTION} -->")[0].splitlines()
    cells = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines if line[:1] == "|"]
    return cells[2:]
