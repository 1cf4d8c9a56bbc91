import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.report.findings import adjust, finding


def test_a_finding_carries_its_evidence() -> None:
    e = Estimate(9.8, 5.2, 14.4, 60, p_value=0.002)
    out = finding("format", "Dashboards score higher.", e, "supported", unit="points", main=False)
    assert (out.estimate, out.interval, out.n, out.p_value) == (9.8, (5.2, 14.4), 60, 0.002)
    assert (out.unit, out.main, out.verdict) == ("points", False, "supported")


def test_without_a_number() -> None:
    stated = finding("size", "150 posts were read.", None, "supported", n=150)
    assert (stated.estimate, stated.n) == (None, 150)
    unknown = finding("x", "No user is new.", Estimate(float("nan"), None, None, 0), "too little data")
    assert unknown.estimate is None
    assert unknown.payload["estimate"] is None  # NaN is no JSON


def test_mistakes() -> None:
    with pytest.raises(ValueError, match="no text"):
        finding("x", " ", None, "supported")
    with pytest.raises(ValueError, match="its estimate is nan"):
        finding("x", "Yes.", Estimate(float("nan"), None, None, 50), "supported")


def test_adjust_is_by_topic_over_the_whole_report() -> None:
    es = {
        "a": Estimate(1, 0, 2, 20, p_value=0.01),
        "b": Estimate(1, 0, 2, 20),
        "c": Estimate(1, 0, 2, 20, p_value=0.04),
    }
    out = adjust(es)
    assert list(out) == ["a", "b", "c"]
    assert [e.p_value for e in out.values()] == [pytest.approx(0.02), None, pytest.approx(0.04)]
