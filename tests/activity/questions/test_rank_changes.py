"""Ranks by both scores."""

import numpy as np


def test_movers_are_those_whose_rank_changes_most(stock_report, downloads):
    q = stock_report.rank_changes
    change = q.changes.frame["change"]
    assert q.movers("up").rows[0][3] == str(change.max())
    assert q.movers("down").rows[0][3] == f"−{abs(change.min())}"


def test_ranks_are_a_permutation_and_moved_counts_those_over_a_tenth(stock_report):
    c = stock_report.rank_changes.changes
    assert sorted(c.frame["corrected_rank"]) == list(range(1, 1001))
    assert c.moved.value == np.mean(c.frame["change"].abs() > 100)
    assert c.left.value == 1 - c.agreement.shared / c.top
