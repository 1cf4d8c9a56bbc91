"""Functions that Ibis has no name for: DuckDB's (`timezone` also PostgreSQL's), and the last known value."""

from typing import Any, cast

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import sqlglot.expressions as sge
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.rewrites import LastValue

NAIVE, ZONED = dt.Timestamp(scale=6), dt.Timestamp(timezone="UTC")


@ibis.udf.scalar.builtin(signature=((dt.string, dt.string), dt.boolean))
def regexp_full_match(text: Any, pattern: Any) -> Any:
    """Whether the whole text matches."""


@ibis.udf.scalar.builtin(signature=((dt.string, dt.string), dt.string))
def trim(text: Any, characters: Any) -> Any:
    """The text without these characters at its ends."""


@ibis.udf.scalar.builtin(signature=((dt.string, dt.string, dt.string), dt.string))
def replace(text: Any, old: Any, new: Any) -> Any:
    """The text with every `old` replaced."""


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.string), NAIVE))
def local_strptime(text: Any, form: Any) -> Any:
    """A time stamp without zone, null where the text does not fit."""


@ibis.udf.scalar.builtin(name="try_strptime", signature=((dt.string, dt.string), ZONED))
def zoned_strptime(text: Any, form: Any) -> Any:
    """A time stamp with zone, where the format holds one."""


@ibis.udf.scalar.builtin(signature=((dt.int64,), NAIVE))
def make_timestamp(micros: Any) -> Any:
    """A time stamp from microseconds since 1970."""


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, NAIVE), ZONED))
def from_zone(zone: Any, at: Any) -> Any:
    """The moment at which clocks in `zone` show `at`."""


@ibis.udf.scalar.builtin(name="timezone", signature=((dt.string, ZONED), NAIVE))
def in_zone(zone: Any, at: Any) -> Any:
    """What clocks in `zone` show at a moment."""


class LastKnown(LastValue):
    """The last value of a window that is not NULL, on DuckDB and Spark.

    `Column.last(include_null=False)` loses its argument in a window on DuckDB (Ibis 12.0), and a running
    `max_by` costs three times as much.
    """


def last_known(column: ir.Value) -> ir.Value:
    """The last value of `column` that is not NULL; needs `.over(window)`."""
    return cast("ir.Value", LastKnown(column).to_expr())


def _on_duckdb(self: DuckDBCompiler, op: LastKnown, *, arg: sge.Expression) -> sge.Expression:
    return sge.IgnoreNulls(this=self.f.last_value(arg))


# compilers find what they translate by the name of the operation; Spark's leaves out NULL always
_compilers: Any = (DuckDBCompiler, PySparkCompiler)
_compilers[0].visit_LastKnown = _on_duckdb
_compilers[1].visit_LastKnown = PySparkCompiler.visit_LastValue
