"""Fixed-point arithmetic in whole numbers: the same digits as PostgreSQL's `numeric`, on every engine.

Engines differ in how they divide and round decimals (DuckDB divides them as floats, Spark and PostgreSQL keep
different scales). Whole numbers of a smallest unit have one arithmetic everywhere.
"""

import ibis
import ibis.expr.types as ir

UNITS = 10**9  # a value of 1; nine decimals are kept, far more than a score or a rate is written with


def units(value: ir.NumericValue) -> ir.IntegerValue:
    """A float64 as a whole number of 1e-9; exact for values below 1e6 written with up to nine decimals."""
    return (value.cast("float64") * float(UNITS)).round().cast("int64")


def quotient(a: ir.IntegerValue, b: ir.IntegerValue) -> ir.IntegerValue:
    """a / b of whole numbers, truncated towards zero, as PostgreSQL divides integers.

    a - a % b is a multiple of b, so the float64 division gives a whole number and nothing is lost by it
    (below 2**52).
    """
    return ((a - a % b) / b).round().cast("int64")


def half_away(a: ir.IntegerValue, b: ir.IntegerValue) -> ir.IntegerValue:
    """a / b rounded to a whole number, halves away from zero, as PostgreSQL's `round(numeric)`; b above 0."""
    sign = ibis.ifelse(a < 0, -1, 1).cast("int64")
    return quotient(a * 2 + sign * b, b * 2)


def mean_of_units(value: ir.NumericValue, decimals: int) -> ir.IntegerValue:
    """Mean of a column in whole numbers of 10**-decimals, rounded half away from zero: an aggregate."""
    total, n = units(value).sum().cast("int64"), value.count().cast("int64")
    return half_away(total, (n * (UNITS // 10**decimals)).nullif(0))


def as_decimal(value: ir.IntegerValue, decimals: int) -> ir.DecimalValue:
    """A whole number of 10**-decimals as a decimal with so many decimals."""
    return (value.cast("float64") / float(10**decimals)).cast(f"decimal(18, {decimals})")
