"""A window function that Ibis lacks: the last value that is known, on DuckDB and Spark.

`Column.last(include_null=False)` loses its argument in a window on DuckDB (Ibis 12.0), and a running `max_by`
costs three times as much.
"""

from typing import Any, cast

import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.rewrites import LastValue


class LastKnown(LastValue):
    """The last value of a window that is not NULL."""


def last_known(column: ir.Value) -> ir.Value:
    """The last value of `column` that is not NULL; needs `.over(window)`."""
    return cast("ir.Value", LastKnown(column).to_expr())


def _on_duckdb(self: DuckDBCompiler, op: LastKnown, *, arg: sge.Expression) -> sge.Expression:
    return sge.IgnoreNulls(this=self.f.last_value(arg))


# compilers find what they translate by the name of the operation; Spark's leaves out NULL always
_compilers: Any = (DuckDBCompiler, PySparkCompiler)
_compilers[0].visit_LastKnown = _on_duckdb
_compilers[1].visit_LastKnown = PySparkCompiler.visit_LastValue
