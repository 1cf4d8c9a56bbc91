"""New against existing users: the words follow the verdict."""

import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from tests.report.anew import anew


def estimate(value, low, high, n=50, p=None):
    return Estimate(value, low, high, n, 0.95, p)


@pytest.mark.parametrize(
    ("e", "verdict", "words"),
    [
        (estimate(-0.2, -0.3, -0.1, p=0.001), SUPPORTED, "New users watch less of what they engage with"),
        (estimate(0.2, 0.1, 0.3, p=0.001), SUPPORTED, "New users watch more of what they engage with"),
        (estimate(0.01, -0.1, 0.1, p=0.8), CHANCE, "do not reliably differ"),
        (estimate(0.2, 0.1, 0.3, n=3, p=0.001), TOO_LITTLE, "too few to compare"),
    ],
)
def test_words_for_every_verdict(golden_report, e, verdict, words):
    differences = {**golden_report.newcomers.differences, "new_vs_existing": e}
    finding = anew(golden_report, "newcomers", differences=differences).newcomers.finding()
    assert (finding.verdict, words in finding.text) == (verdict, True)


def test_golden_users(golden_report):
    new, existing = golden_report.newcomers.means["new_vs_existing"]
    assert (new.n, existing.n) == (3, 17)
    assert new.value == pytest.approx(0.42, abs=0.005)


def test_users_that_a_difference_needs(golden_report):
    assert golden_report.newcomers.needed("new_vs_existing") > 20
    tiny = dict.fromkeys(golden_report.newcomers.differences, estimate(1e-6, -1, 1))
    assert anew(golden_report, "newcomers", differences=tiny).newcomers.needed("new_vs_existing") is None
