from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd
import pytest

from engagement_utils.posts.factors import Design
from engagement_utils.posts.timing import timing
from tests.posts.conftest import settings

Make = Callable[..., pd.DataFrame]


def test_a_planted_hour_is_tested_alone_and_with_all_of_time(analysed: Make) -> None:
    posts = analysed(posts=2000, hour_effect=10.0)
    found = timing(Design.of(posts, settings()))
    assert list(found.tests) == ["weekday", "hour", "week"]
    assert found.tests["hour"] == 1 / 200
    assert 1 / 200 <= found.p_value <= 4 / 200  # the smallest of four, allowed for
    assert found.claim is not None
    assert found.claim.interval is not None
    assert found.claim.interval[0] < 10 < found.claim.interval[1]
    assert found.claim_days == (7, 7)
    assert found.parts.starts
    assert sum(e.n for e in found.part_means) == 2000


def test_intervals_of_windows_and_parts_are_at_the_level_of_the_settings(analysed: Make) -> None:
    posts = analysed(posts=300)
    wide, narrow = (timing(Design.of(posts, settings(level=level))) for level in (0.95, 0.8))
    pairs = [(wide.windows[0][1], narrow.windows[0][1]), (wide.part_means[0], narrow.part_means[0])]
    for a, b in pairs:
        assert (a.level, b.level) == (0.95, 0.8)
        assert a.interval is not None
        assert b.interval is not None
        assert np.diff(a.interval) > np.diff(b.interval)
        assert a.value == b.value


def test_events_are_compared_by_the_weeks_they_fall_in(analysed: Make) -> None:
    posts = analysed(posts=600, hours=24 * 7 * 20)
    days = sorted(pd.to_datetime(posts["week"]).unique())
    chosen = tuple((pd.Timestamp(d) + pd.Timedelta(days=3)).date() for d in days[1:12:2])
    found = timing(Design.of(posts, settings(events=chosen)))
    assert found.events is not None
    assert found.events.n == min(len(chosen), len(days) - len(chosen))
    outside = timing(Design.of(posts, settings(events=(date(1999, 1, 1),))))
    assert outside.events is None


@pytest.mark.parametrize("gone", [("hour",), ("hour", "weekday", "week", "month")])
def test_without_hours_there_are_no_parts_and_without_time_nothing(analysed: Make, gone: tuple[str]) -> None:
    posts = analysed(posts=200)
    posts[list(gone)] = None
    found = timing(Design.of(posts, settings()))
    assert (found.parts.starts, found.part_means, found.claim) == ((), (), None)
    assert (not found.tests) == (found.p_value is None) == (len(gone) == 4)
