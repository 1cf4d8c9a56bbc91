"""How fully views are watched: the direction of the skew, and the words for every verdict."""

import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.pings.questions import watching
from engagement_utils.report.question import Evidence
from tests.report.anew import anew


def shape(report, value, low, high, n=50):
    q = anew(report).watching
    skew = Estimate(value, low, high, n, 0.95, None)
    q.stated = {**q.stated, "watch_ratio_shape": Evidence(skew, 0.0)}
    return q.finding()


def test_right_skew_is_said_where_it_is(golden_report):
    finding = shape(golden_report, 0.8, 0.5, 1.1)
    assert finding.verdict == SUPPORTED
    assert "right-skewed, its mass near short watches" in finding.text
    assert shape(golden_report, -0.8, -1.1, -0.5, n=4).verdict == TOO_LITTLE


def test_golden_shape_is_not_called_right_skewed(golden_report):
    finding = golden_report.watching.finding()
    assert "leans left: its mean 0.60 lies below median 0.63" in finding.text
    assert "right" not in finding.text
    assert finding.verdict == CHANCE
    assert finding.estimate == pytest.approx(-0.211, abs=0.001)


def test_skewness_from_power_sums_is_that_of_scipy():
    from scipy import stats

    values = [0.1, 0.4, 0.45, 0.5, 0.9, 1.0, 1.0]
    sums = [sum(v**k for v in values) for k in (1, 2, 3)]
    assert watching._skewness(len(values), *sums) == pytest.approx(stats.skew(values, bias=False))
