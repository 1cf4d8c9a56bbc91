import numpy as np

from engagement_utils.posts.dayparts import day_parts


def test_day_parts_are_exact_and_silent_without_an_effect() -> None:
    rng = np.random.default_rng(0)
    hour = rng.integers(0, 24, 4000)
    noise = rng.normal(0, 5, 4000)
    assert day_parts(hour, noise - noise.mean()).starts == (0,)
    night = np.isin(hour, (22, 23, 0, 1, 2)) * 6.0
    found = day_parts(hour, night + noise)
    assert found.starts == (3, 22)
    assert found.lengths == (19, 5)
    assert [found.part_of(h) for h in (2, 3, 21, 22)] == [1, 0, 0, 1]


def test_day_parts_need_no_post_in_every_hour() -> None:
    found = day_parts(np.array([9, 9, 10, 15, 15]), np.array([1.0, 2, 1, 2, 1]))
    assert found.starts == (0,)
