import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference import shape as module
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.shape import skew_class, skewness
from tests.inference.signatures import defaults


def test_skewness_is_g1() -> None:
    x = np.random.default_rng(0).beta(5, 1, 200)
    e = skewness(x)
    assert e.value == pytest.approx(stats.skew(x, bias=False))
    # mass near the upper bound: the tail is on the left
    assert skew_class(e) == "left-skewed"
    assert skew_class(skewness(1 - x)) == "right-skewed"


def test_no_claim_without_evidence() -> None:
    assert skew_class(skewness(np.random.default_rng(0).normal(size=100))) == "no clear skew"
    assert skew_class(skewness([1.0, 2.0])) == "no clear skew"
    assert skew_class(skewness([3.0, 3.0, 3.0])) == "no clear skew"
    assert skew_class(Estimate(-1.0, -2.0, -0.5, 9)) == "no clear skew"


def test_what_is_taken_where_nothing_is_said() -> None:
    found = defaults(module)
    assert found == {"level": {0.95}, "resamples": {2000}, "seed": {0}, "minimum_n": {10}}


@pytest.mark.parametrize(
    ("low", "high", "n", "word"),
    [
        (0.0, 1.0, 20, "no clear skew"),
        (-1.0, 0.0, 20, "no clear skew"),
        (0.1, 1.0, 20, "right-skewed"),
        (-1.0, -0.1, 20, "left-skewed"),
        (0.1, 1.0, 10, "right-skewed"),
        (0.1, 1.0, 9, "no clear skew"),
    ],
)
def test_a_direction_needs_an_interval_on_one_side(low: float, high: float, n: int, word: str) -> None:
    assert skew_class(Estimate((low + high) / 2, low, high, n)) == word


def test_three_values_are_the_fewest() -> None:
    assert skewness([1.0, 2.0, 4.0], resamples=50).value == pytest.approx(stats.skew([1.0, 2, 4], bias=False))
    assert np.isnan(skewness([1.0, 2.0]).value)
