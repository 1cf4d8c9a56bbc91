"""The funnel: stages nest or do not, and the words follow the verdict."""

import pandas as pd
import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from tests.report.anew import anew


def estimate(value, low, high, n=50, p=None):
    return Estimate(value, low, high, n, 0.95, p)


@pytest.mark.parametrize(
    ("e", "verdict", "words"),
    [
        (estimate(0.9, 0.8, 0.95), SUPPORTED, "describe the log"),
        (estimate(0.1, 0.05, 0.2), SUPPORTED, "with an impression"),
        (estimate(0.5, 0.4, 0.6), CHANCE, "lack the stage before"),
        (estimate(0.9, 0.8, 0.95, n=3), TOO_LITTLE, "cannot be judged"),
    ],
)
def test_words_for_every_verdict(golden_report, e, verdict, words):
    finding = anew(golden_report, "funnel", out_of_order=e).funnel.finding()
    assert (finding.verdict, words in finding.text) == (verdict, True)


def test_stages_of_pairs(golden_report):
    users = pd.DataFrame(
        {
            "impression": [4, 2],
            "view": [3, 2],
            "reaction": [1, 1],
            "follow": [0, 1],
            "view_of_impression": [2, 1],
            "reaction_of_view": [1, 0],
            "follow_of_reaction": [0, 1],
        }
    )
    funnel = anew(golden_report, "funnel").funnel
    for name in ("stages", "rates", "out_of_order"):
        funnel.__dict__.pop(name, None)
    funnel.users = users
    assert funnel.stages["pairs"].tolist() == [6, 5, 2, 1]
    assert funnel.stages["without_before"].tolist() == [0, 2, 1, 0]
    assert funnel.rates["view"].value == pytest.approx(3 / 6)
    assert funnel.out_of_order.value == pytest.approx(3 / 8)
