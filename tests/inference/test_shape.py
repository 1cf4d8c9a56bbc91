import numpy as np
import pytest
from scipy import stats

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.shape import skew_class, skewness


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
