"""Functions that Ibis has no name for."""

import ibis
import pandas as pd
import pytest

from engagement_utils.tables.backend import run
from engagement_utils.tables.engines import connect
from engagement_utils.tables.functions import last_known


@pytest.mark.parametrize("preceding", [0, 2])
def test_the_last_known_value_of_a_window(preceding):
    connection = connect("duckdb://")
    values = [None, 5.0, None, None, 7.0]
    run(
        connection,
        "CREATE TEMP TABLE v AS SELECT * FROM (VALUES (1, NULL), (2, 5.0), (3, NULL), (4, NULL), (5, 7.0)) "
        "AS t(week, x)",
    )
    v = connection.table("v", database="temp.main")
    by = ibis.range_window(preceding=(None, preceding), order_by="week")
    found = v.select("week", known=last_known(v.x.cast("float64")).over(by)).to_pandas()
    known = pd.Series(values, dtype=float).ffill().shift(preceding)
    assert found.sort_values("week")["known"].tolist() == pytest.approx(known.tolist(), nan_ok=True)
