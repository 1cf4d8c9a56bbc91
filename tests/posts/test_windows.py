from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from engagement_utils.posts.factors import Design
from engagement_utils.posts.windows import Plan, Scan, Window, compare, leading

Make = Callable[..., pd.DataFrame]
Designs = Callable[..., Design]


def test_windows_wrap_over_midnight_and_are_named() -> None:
    window = Window("Saturday and Sunday", 22, 4)
    assert window.words == "Saturday and Sunday 22:00 to 02:00"
    assert window.mask.sum() == 8
    assert window.mask[5, [22, 23, 0, 1]].all()
    assert Window("Friday", 0, 24).words == "Friday"


def test_scan_finds_the_planted_window_and_its_excess(design: Designs) -> None:
    d = design(posts=3000, hour_effect=8.0, better_hours=(18, 19, 20), sd=10.0)
    scan = Scan.of(d.posts)
    assert scan is not None
    best = leading(scan, d.ranked)[0]
    assert (best.days, best.start, best.length) == ("every day", 18, 3)
    inside = scan.inside_of(best)
    assert inside.tolist() == d.posts["hour"].isin([18, 19, 20]).tolist()
    e = compare(inside, d.score, 2.0, 0.8)
    assert (e.level, e.n) == (0.8, min(inside.sum(), (~inside).sum()))
    assert e.value == pytest.approx(d.score[inside].mean() - d.score[~inside].mean())
    x = d.score[None, :]
    i = scan.windows.index(best)
    t = (d.score[inside].mean() - d.score.mean()) * np.sqrt(inside.sum()) / d.score.std()
    assert scan.excess(x)[0, i] == pytest.approx(t / np.sqrt(1 - inside.mean()))


@pytest.mark.parametrize("gone", ["hour", "weekday"])
def test_scan_with_one_clock_only(gone: str, analysed: Make) -> None:
    posts = analysed(posts=400)
    posts[gone] = None
    scan = Scan.of(posts)
    assert scan is not None
    days = {w.days for w in scan.windows}
    assert (days == {"every day"}) == (gone == "weekday")
    assert all((w.length == 24) == (gone == "hour") for w in scan.windows)
    posts["hour"] = posts["weekday"] = None
    assert Scan.of(posts) is None


@pytest.mark.parametrize("outside", [9, 10])
def test_a_window_has_ten_posts_inside_and_ten_outside(outside: int) -> None:
    posts = pd.DataFrame({"hour": [9] * 35 + [20] * outside, "weekday": [0] * (35 + outside)})
    scan = Scan.of(posts)
    assert (scan is None) == (outside < 10)
    if scan is not None:
        assert {float(n) for n in scan.inside} == {10.0, 35.0}


def test_a_window_of_nine_posts_is_none() -> None:
    posts = pd.DataFrame({"hour": [9] * 9 + [20] * 30 + [3] * 30, "weekday": 0})
    scan = Scan.of(posts)
    assert scan is not None
    assert scan.inside.min() == 30


def test_power_counts_posts() -> None:
    small, large = Plan.of(150, 15.0, 5.0, 0.05), Plan.of(100_000, 15.0, 5.0, 0.05)
    assert small.needed == large.needed == 1700
    assert (small.more, large.more) == (1550, 0)
    assert small.detectable > 5 > large.detectable
    assert Plan.of(150, 15.0, None, 0.05).worthwhile == 5.0
    assert pd.notna(Plan.of(10, 15.0, None, 0.05).detectable)
    assert Plan.of(150, 15.0, 5.0, 0.2).needed < small.needed
