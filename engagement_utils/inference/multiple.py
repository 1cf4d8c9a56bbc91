"""Many tests at once: the false discovery rate of a whole report, whose tests may come in families.

A report asks a few questions (does the format matter, does time), and behind some of them stand many tests
(ten pairs of formats, hours, days). The questions are tested first, among themselves; only within those that
are answered with yes the tests behind them count, at a level that pays for the choice of the families. A true
effect of the format so buys no false one of the hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import stats


def adjusted(p_values: Sequence[float | None]) -> list[float | None]:
    """Benjamini-Hochberg adjusted p-values, in the order given; None stays None and does not count as a test.

    p(i) * m / i, made monotone from above (Benjamini and Hochberg 1995, JRSS B 57:289-300;
    `scipy.stats.false_discovery_control`). Calling all with an adjusted p below q discoveries keeps the
    expected share of false ones under q, for independent and for positively dependent tests.
    """
    tested = [i for i, p in enumerate(p_values) if p is not None and np.isfinite(p)]
    result: list[float | None] = [None] * len(p_values)
    if tested:
        raw = np.array([p_values[i] for i in tested], dtype=float)
        for i, p in zip(tested, stats.false_discovery_control(raw), strict=True):
            result[i] = float(p)
    return result


def simes(p_values: Sequence[float | None]) -> float | None:
    """The p-value of "none of these holds": the smallest p(i) * m / i (Simes 1986, Biometrika 73:751-754)."""
    tested = [p for p in adjusted(p_values) if p is not None]
    return min(tested, default=None)


@dataclass(frozen=True)
class Family:
    """One question: the p-value of "nothing at all", and those of the tests behind it, by name."""

    p_value: float | None
    behind: Mapping[str, float | None] = field(default_factory=dict)


def adjust_families(families: Mapping[str, Family], *, q: float = 0.05) -> dict[str, Family]:
    """The same families with adjusted p-values: below `q` is a discovery, of a family and within one.

    Families are adjusted among themselves (Benjamini-Hochberg). The value of a test behind one is the larger
    of its family's and of its own within the family, times families tested / families discovered (Benjamini
    and Bogomolov 2014, JRSS B 76:297-318; Bogomolov et al. 2021, Biometrika 108:575-590).
    """
    outer = dict(zip(families, adjusted([f.p_value for f in families.values()]), strict=True))
    asked = sum(p is not None for p in outer.values())
    discovered = max(1, sum(p is not None and p < q for p in outer.values()))
    result = {}
    for name, family in families.items():
        top = outer[name]
        within = adjusted(list(family.behind.values()))
        behind = {
            test: None if p is None or top is None else min(1.0, max(top, p * asked / discovered))
            for test, p in zip(family.behind, within, strict=True)
        }
        result[name] = Family(top, behind)
    return result
