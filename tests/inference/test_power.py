import pytest
from statsmodels.stats.power import TTestIndPower

from engagement_utils.inference import power as module
from engagement_utils.inference.power import detectable_difference, sample_size
from tests.inference.signatures import defaults


@pytest.mark.parametrize(("difference", "sd", "n"), [(5, 15, 143), (0.5, 1, 64), (-0.8, 1, 26), (100, 1, 2)])
def test_cohens_sample_sizes(difference: float, sd: float, n: int) -> None:
    assert sample_size(difference, sd) == n


@pytest.mark.parametrize("difference", [0.9, 0.6, 0.2, 0.01])
def test_the_size_is_the_smallest_that_suffices(difference: float) -> None:
    n = sample_size(difference, 1.0)
    power = TTestIndPower().power
    assert power(difference, n, 0.05) >= 0.8 > power(difference, n - 1, 0.05)


def test_detectable_is_the_inverse() -> None:
    d = detectable_difference(143, 15)
    assert d == pytest.approx(5, abs=0.02)
    assert detectable_difference(20, 1, ratio=5) < detectable_difference(20, 1)


@pytest.mark.parametrize("ratio", [0.1, 1.0, 11.0])
def test_every_size_and_level_has_an_answer(ratio: float) -> None:
    for alpha in (0.05, 0.05 / 12, 1e-4):
        for n in (20, 33, 100, 1200, 1_000_000):
            d = detectable_difference(n, 1.0, alpha=alpha, ratio=ratio)
            assert sample_size(d, 1.0, alpha=alpha, ratio=ratio) == pytest.approx(n, rel=1e-6, abs=1)
    assert detectable_difference(2, 1.0, alpha=1e-4) > 10


def test_impossible_questions() -> None:
    with pytest.raises(ValueError, match="difference = 0"):
        sample_size(0, 1)
    with pytest.raises(ValueError, match="at least 2"):
        detectable_difference(1, 1)


def test_what_is_taken_where_nothing_is_said() -> None:
    assert defaults(module) == {"power": {0.8}, "alpha": {0.05}, "ratio": {1.0}}


@pytest.mark.parametrize(("n", "ratio"), [(3, 1.0), (5, 0.5), (2, 4.0), (40, 2.5)])
def test_power_of_unequal_groups_is_statsmodels(n: int, ratio: float) -> None:
    d = detectable_difference(n, 2.0, power=0.7, ratio=ratio)
    assert TTestIndPower().power(d / 2, n, 0.05, ratio) == pytest.approx(0.7, abs=1e-6)


def test_groups_of_two_are_the_smallest() -> None:
    assert sample_size(1000, 1, ratio=0.25) == 8
    assert detectable_difference(2, 1) > 0
    assert detectable_difference(8, 1, ratio=0.25) > 0
    for n, ratio, groups in ((1, 4.0, "1 and 4"), (8, 0.2, "8 and 1.6")):
        with pytest.raises(ValueError, match=f"groups of {groups}; at least 2 in each"):
            detectable_difference(n, 1, ratio=ratio)
    for wrong in ({"sd": 0.0}, {"sd": 1.0, "ratio": 0.0}):
        with pytest.raises(ValueError, match="more than 0"):
            sample_size(1, **wrong)
        with pytest.raises(ValueError, match="more than 0"):
            detectable_difference(5, **wrong)
