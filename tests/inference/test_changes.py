"""Change points: found where they are planted, and rarely where nothing changes."""

import numpy as np
import pytest

from engagement_utils.inference.changes import change_points


def _weeks(levels, seed, n=20, sd=8.0):
    rng = np.random.default_rng(seed)
    counts = rng.integers(n - 5, n + 6, len(levels)).astype(float)
    return np.asarray(levels) + rng.normal(0, sd, len(levels)) / np.sqrt(counts), counts


def test_a_dip_is_found_at_both_ends():
    means, counts = _weeks([18.0] * 30 + [10.0] * 5 + [18.0] * 20, seed=1)
    found = change_points(means, counts, 8.0)
    assert found.cuts == (30, 35)
    assert found.segments[1].mean == pytest.approx(10, abs=1.5)
    assert found.segments[1].n == int(counts[30:35].sum())
    assert set(found.p_values) == {30, 35}
    assert max(found.p_values.values()) < 0.01


def test_a_step_is_one_cut():
    means, counts = _weeks([18.0] * 25 + [24.0] * 30, seed=2)
    assert change_points(means, counts, 8.0).cuts == (25,)


def test_where_nothing_changes_few_cuts_are_made():
    false = sum(
        bool(change_points(*_weeks([18.0] * 40, seed), 8.0, resamples=199).cuts) for seed in range(100)
    )
    # one in a hundred is meant, six or more have a chance under 0.1 %
    assert false < 6


@pytest.mark.parametrize("means", [[3.0], [3.0, 9.0, 3.0]])
def test_too_few_weeks_are_one_level(means):
    found = change_points(np.array(means), np.full(len(means), 5.0), 1.0)
    assert len(found.segments) == 1


def test_no_spread_is_no_change():
    assert change_points(np.array([1.0] * 5 + [2.0] * 5), np.ones(10), 0.0).cuts == ()
