"""Tables of errors with a column a measure, and as estimates."""

import pandas as pd

from engagement_utils.profiles.figures import estimates, wide

ERRORS = pd.DataFrame(
    [
        (2, "model", "MAE", 1.0, 0.5, 1.5, 9),
        (2, "model", "R²", 0.7, None, None, 9),
        (1, "last", "MAE", 3.0, 2.0, 4.0, 8),
    ],
    columns=["horizon", "predictor", "measure", "value", "low", "high", "profiles"],
)


def test_measures_become_columns_in_the_order_of_the_rows():
    found = wide(ERRORS, ["horizon", "predictor"])
    assert found["predictor"].tolist() == ["model", "last"]
    assert found["days"].tolist() == [14, 7]
    assert found["MAE"].tolist() == [1.0, 3.0]
    assert found["R²"].isna().tolist() == [False, True]


def test_rows_become_estimates_at_their_level():
    first = estimates(ERRORS, 0.8)[0]
    assert (first.value, first.interval, first.n, first.level) == (1.0, (0.5, 1.5), 9, 0.8)
