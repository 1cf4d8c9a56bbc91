"""The clock that the audience sees: time stamps of the data in another time zone, on every engine."""

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from engagement_utils.tables.functions import from_zone, in_zone

LOCAL = dt.Timestamp(scale=6)


@ibis.udf.scalar.builtin(name="from_utc_timestamp", signature=((LOCAL, dt.string), LOCAL))
def spark_in_zone(at, zone):  # type: ignore[no-untyped-def]
    """Spark: what clocks in `zone` show at a moment of UTC."""


def clock(moment: ir.TimestampValue, zone: str | None, engine: str) -> ir.TimestampValue:
    """What clocks in `zone` (IANA name) show at `moment` (UTC, without zone); None leaves it as it is.

    `engine` is the name of the Ibis backend ("duckdb", "postgres", "pyspark"): none of Ibis' own operations
    moves a time stamp between zones on all three.
    """
    if zone in (None, "UTC"):
        return moment
    if engine == "pyspark":
        return spark_in_zone(moment, zone)
    return in_zone(zone, from_zone("UTC", moment))
