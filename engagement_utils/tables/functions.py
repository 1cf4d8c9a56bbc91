"""Functions of DuckDB (`timezone` also of PostgreSQL) that Ibis has no name for."""

from typing import Any

import ibis
import ibis.expr.datatypes as dt

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
