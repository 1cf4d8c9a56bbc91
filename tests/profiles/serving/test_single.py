"""One profile is forecast without an engine as with one."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.profiles import (
    forecast,
)
from engagement_utils.profiles.serving import single
from engagement_utils.profiles.weekly import sunday


@pytest.fixture(scope="module")
def table(model, latest, prepared):
    return forecast.forecast(model, latest, prepared.span.last_week)


def test_each_profile_is_forecast_the_same_without_an_engine(model, table, prepared, daily):

    last, compared = prepared.span.last_week, set()
    numbers = daily.assign(followers=pd.to_numeric(daily["followers"], errors="coerce"))
    whole = numbers[[sunday(prepared.span.first_week - 1) < d for d in numbers["date"]]]
    for profile, part in whole.groupby("profile_id"):
        counts = {c: part[c].to_numpy(dtype=float, na_value=np.nan) for c in single.COUNTS}
        mine = single.forecast_one(model, single.weeks_of(part["date"].tolist(), counts, last), last)
        expected = table[table["profile_id"] == profile]
        if expected.empty:
            assert mine[0]["flag"] == "no history"
            continue
        for column in ("forecast", "low_80", "high_80", "low_95", "high_95"):
            np.testing.assert_allclose(
                np.array([row[column] for row in mine], dtype=float), expected[column], rtol=1e-5, atol=1e-6
            )
        assert [row["flag"] for row in mine] == expected["flag"].tolist()
        compared.add(mine[0]["flag"])
    assert {"", "stale"} <= compared
