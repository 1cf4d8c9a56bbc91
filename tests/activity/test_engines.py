"""DuckDB, PostgreSQL and Spark give the same numbers."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.activity import corrected, published
from engagement_utils.tables.collecting import collect


@pytest.fixture(scope="module")
def expected(generated):
    """Both scores by hand, in numpy."""
    a, r = generated["activity"], generated["recommendations"]
    n = a["user_id"].map(r["user_id"].value_counts()).fillna(0).to_numpy(dtype=int)
    clicks, minutes = a["resources_clicked"].to_numpy(), a["session_length"].to_numpy()
    ctr = np.where(n == 0, clicks // minutes, clicks // np.maximum(n, 1))
    plain = ["session_length", "messages_sent", "feedback_rating", "resources_clicked"]
    a = a.assign(published=(a[plain].sum(axis=1) + ctr) * 2 / 10)
    z = ((a[plain] - a[plain].mean()) / a[plain].std(ddof=1)).sum(axis=1).to_numpy(copy=True)
    real = np.where(n == 0, clicks / minutes, clicks / np.maximum(n, 1))
    for group in (n == 0, n > 0):
        z[group] += (real[group] - real[group].mean()) / real[group].std(ddof=1)
    return a.assign(corrected=50 + 10 * z / 5).set_index("session_id").sort_index()


def test_both_scores_equal_those_computed_by_hand(tables, expected):
    types = published.recommendation_types(tables["recommendations"])
    assert types == ["blog", "podcast", "video"]
    scored = published.score_sessions(tables["activity"], tables["recommendations"], types)
    found = collect(corrected.correct_sessions(scored), by=["session_id"]).set_index("session_id")
    np.testing.assert_array_equal(found["user_engagement_score"], expected["published"].round(2))
    np.testing.assert_allclose(found["corrected_score"], expected["corrected"], rtol=0, atol=1e-8)
    assert found["corrected_score"].mean() == pytest.approx(50, abs=1e-6)


def test_moderators_and_types_equal_those_computed_by_hand(tables, generated):
    found = collect(published.score_moderators(tables["moderators"]), by=["moderator_id"])
    m = generated["moderators"]
    total = m["chat_sessions_moderated"] * 10**2 + (m["avg_response_time"] * 100).round()
    hundredths = (total + (m["user_satisfaction_score"] * 100).round()).astype(int) * 33
    cents = (hundredths * 2 + 100) // 200
    np.testing.assert_array_equal(found["moderator_performance_score"], cents / 100)
    types = collect(
        published.aggregate_recommendations(tables["recommendations"]), by=["recommendation_type"]
    )
    by = generated["recommendations"].groupby("recommendation_type")
    assert types["total_recommended"].tolist() == by.size().tolist()
    assert types["avg_ctr"].tolist() == [1.0, 1.0, 1.0]
    pd.testing.assert_series_equal(
        types["avg_feedback_score"],
        by["feedback_score"].mean().round(2).reset_index(drop=True),
        check_names=False,
    )
