"""`collect`: from a lazy expression to a small pandas frame whose rows and digits no engine decides."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    import ibis.expr.types as ir

# parallel engines add floats in any order: below this digit sums are noise, and equal values must tie
DECIMALS = 9


def collect(expression: "ir.Table", by: Sequence[str] = ()) -> pd.DataFrame:
    """Run an expression and sort its rows by `by` as text and numbers compare in Python.

    Sorting happens here because engines collate text differently. Floats are rounded to nine decimals;
    decimals come as floats.
    """
    schema = expression.schema().items()
    floats = {name: expression[name].cast("float64") for name, dtype in schema if dtype.is_decimal()}
    frame = (expression.mutate(**floats) if floats else expression).to_pandas()
    columns = frame.select_dtypes("floating").columns
    frame[columns] = frame[columns].round(DECIMALS)
    return frame.sort_values(list(by), ignore_index=True, kind="stable") if by else frame
