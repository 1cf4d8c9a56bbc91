"""The false discovery rate of a whole report whose tests come in families.

A report asks a few questions (does the format matter, does time), and behind each stand many tests (ten
pairs of formats, hours, days, windows). The questions are tested first, by Benjamini-Hochberg among
themselves; only within those that are answered with yes the tests behind them count, at a level that pays for
the choice of the families (Benjamini and Bogomolov 2014, JRSS B 76:297-318; Bogomolov et al. 2021,
Biometrika 108:575-590). A true effect of the format so buys no false one of the hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engagement_utils.inference.multiple import adjusted


@dataclass(frozen=True)
class Family:
    """One question: the p-value of "nothing at all", and those of the tests behind it, by name."""

    p_value: float | None
    tests: Mapping[str, float | None] = field(default_factory=dict)


def adjust(families: Mapping[str, Family], *, q: float = 0.05) -> dict[str, Family]:
    """The same families with adjusted p-values: below `q` is a discovery at the level of families and within.

    A test's adjusted value is the largest of its family's and of its own within the family (Benjamini-
    Hochberg), the latter times families / families discovered.
    """
    top = dict(zip(families, adjusted([f.p_value for f in families.values()]), strict=True))
    asked = sum(p is not None for p in top.values())
    discovered = max(1, sum(p is not None and p < q for p in top.values()))
    result = {}
    for name, family in families.items():
        outer = top[name]
        within = adjusted(list(family.tests.values()))
        tests = {
            test: None if p is None or outer is None else min(1.0, max(outer, p * asked / discovered))
            for test, p in zip(family.tests, within, strict=True)
        }
        result[name] = Family(outer, tests)
    return result
