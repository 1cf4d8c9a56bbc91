"""The moderators' leaderboard: who gains by a slow answer, who is shrunk, whose rank is firm."""

import numpy as np
import pandas as pd
import pytest

from engagement_utils.activity.moderators import moderators


def _table(**columns):
    frame = pd.DataFrame(columns)
    frame.insert(0, "moderator_id", [f"m{k}" for k in range(len(frame))])
    total = frame[["chat_sessions_moderated", "avg_response_time", "user_satisfaction_score"]].sum(axis=1)
    return frame.assign(moderator_performance_score=(0.33 * total).round(2))


def _rank(table, **given):
    options = {"satisfaction_sd": 1.0, "response_cv": 1.0, "level": 0.95, "seed": 0, **given}
    return moderators(table, 3, **options)


def test_a_slow_answer_raises_the_published_rank_and_lowers_the_corrected_one():
    n, q = [100] * 8, [4.0, 4.1, 3.9, 4.0, 4.2, 3.8, 4.1, 4.0]
    found = _rank(
        _table(chat_sessions_moderated=n, avg_response_time=range(2, 18, 2), user_satisfaction_score=q)
    )
    by = found.frame.set_index("moderator_id")
    assert by.loc["m7", "published_rank"] == 1
    assert by.loc["m7", "corrected_rank"] > by.loc["m0", "corrected_rank"]


def test_satisfaction_of_few_sessions_is_pulled_to_the_mean():
    rng = np.random.default_rng(1)
    n = [2, 500] + [100] * 18
    q = np.concatenate([[5.0, 5.0], rng.normal(4.0, 0.2, 18)])
    found = _rank(_table(chat_sessions_moderated=n, avg_response_time=[10.0] * 20, user_satisfaction_score=q))
    by = found.frame.set_index("moderator_id")
    assert by.loc["m0", "shrunken_satisfaction"] < 4.4
    assert by.loc["m1", "shrunken_satisfaction"] > 4.8


def test_rank_intervals_hold_the_rank_and_shrink_with_sessions(stock_report):
    frame = stock_report.measures.moderators.frame
    for score in ("published", "corrected"):
        low, rank, high = (frame[f"{score}_{c}"] for c in ("rank_low", "rank", "rank_high"))
        assert ((low <= rank) & (rank <= high)).mean() > 0.9
        assert sorted(rank) == list(range(1, 101))
    assert stock_report.measures.moderators.volume > 0.95


def test_moderators_without_sessions_are_not_ranked_and_one_alone_is_not_either():
    table = _table(
        chat_sessions_moderated=[0, 10, 20], avg_response_time=[1, 2, 3], user_satisfaction_score=[4, 4, 5]
    )
    found = _rank(table)
    assert found.unranked == 1
    assert set(found.frame["moderator_id"]) == {"m1", "m2"}
    assert _rank(table.head(2)) is None


def test_intervals_cover_the_true_ranks():
    """Coverage of the true corrected rank where ratings scatter as assumed: about the level."""
    rng = np.random.default_rng(5)
    covered = []
    for _ in range(20):
        k = 30
        n = rng.integers(20, 400, k)
        true = rng.normal(4, 0.25, k)
        seen = true + rng.normal(0, 1, k) / np.sqrt(n)
        response = np.full(k, 10.0)
        table = _table(chat_sessions_moderated=n, avg_response_time=response, user_satisfaction_score=seen)
        found = _rank(table, response_cv=1e-9).frame.set_index("moderator_id").loc[table["moderator_id"]]
        z = (n - n.mean()) / n.std(ddof=1)
        scale = found["shrunken_satisfaction"].std(ddof=1)
        score = z + (true - found["shrunken_satisfaction"].mean()) / scale
        rank = pd.Series(np.argsort(np.argsort(-np.asarray(score))) + 1, index=found.index)
        inside = (found["corrected_rank_low"] <= rank) & (rank <= found["corrected_rank_high"])
        covered.append(inside.mean())
    assert np.mean(covered) == pytest.approx(0.95, abs=0.05)
