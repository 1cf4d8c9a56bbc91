"""What may be shown: groups of at least a minimum size, and of the input's quality only rules and counts."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from engagement_utils.tables.quality import InputQuality

SMALLER = "smaller groups"


def merged(labels: "pd.Series[str]", minimum: int) -> "pd.Series[str]":
    """The labels, those of fewer than `minimum` rows merged into "smaller groups".

    Rows whose merged group is itself below the minimum are missing (None), and so hidden from every count by
    label.
    """
    text = labels.astype(object)
    sizes = text.value_counts()
    small = set(sizes[sizes < minimum].index)
    if not small:
        return text
    rows = text.isin(small)
    return text.mask(rows, SMALLER if int(rows.sum()) >= minimum else None)


def hidden(table: pd.DataFrame, n: str, values: Sequence[str], minimum: int) -> pd.DataFrame:
    """`table` without the `values` of rows whose count `n` is above 0 and below the minimum."""
    result = table.copy()
    small = (result[n] > 0) & (result[n] < minimum)
    for name in (n, *values):
        result[name] = result[name].astype("float64").mask(small)
    return result


def public_quality(quality: Sequence[InputQuality]) -> list[InputQuality]:
    """The inputs' quality without examples, which quote cells, and without the private file's name."""
    return [replace(q, file="", reasons=tuple(replace(r, example="") for r in q.reasons)) for q in quality]
