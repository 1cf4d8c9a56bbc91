import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import judge


@pytest.mark.parametrize(
    ("estimate", "verdict"),
    [
        (Estimate(1.0, 0.5, 1.5, 9, p_value=1e-9), "too little data"),
        (Estimate(1.0, None, None, 50), "too little data"),
        (Estimate(1.0, 0.5, 1.5, 10), "supported"),
        (Estimate(1.0, -0.5, 1.5, 10), "not distinguishable from chance"),
        (Estimate(1.0, 0.0, 1.5, 10), "not distinguishable from chance"),
        (Estimate(0.2, None, None, 50, p_value=0.049), "supported"),
        # the adjusted p-value goes before the unadjusted interval
        (Estimate(1.0, 0.5, 1.5, 50, p_value=0.08), "not distinguishable from chance"),
        (Estimate(1.0, -0.5, 1.5, 50, p_value=0.02), "supported"),
    ],
)
def test_judge(estimate: Estimate, verdict: str) -> None:
    assert judge(estimate) == verdict


def test_null_and_minimum() -> None:
    e = Estimate(0.8, 0.7, 0.9, 5)
    assert judge(e, null=0.5, minimum_n=5) == "supported"
    assert judge(e, null=0.75, minimum_n=5) == "not distinguishable from chance"
