"""Which side of half the share of sparse profiles lies on, and what weeks fill."""

from dataclasses import replace

from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.verdict import DESCRIBED
from tests.profiles.conftest import LEVEL, altered, shown


def with_share(report, sparse, n=200):
    x = replace(report.measures.exploration, under_50=proportion(sparse, n, level=LEVEL))
    return altered(report, exploration=x)


def test_the_share_is_described(prediction):
    headings = {n: with_share(prediction, n).sparsity.said["sparsity"].heading for n in (60, 100, 140)}
    assert headings == {
        60: "Most profiles have 50 recorded days in a year or more",
        100: "Half of the profiles have fewer than 50 recorded days in a year",
        140: "Most profiles have fewer than 50 recorded days in a year",
    }
    few = with_share(prediction, 60)
    assert few.findings["sparsity"].verdict == DESCRIBED
    assert "sparsity" not in {a.topic for a in few.actions}


def test_the_sparsest_stratum_is_told(prediction):
    first = prediction.measures.exploration.sparsity.iloc[0]
    found = prediction.findings["weekly"]
    assert found.n == first["profiles"]
    assert first["days"] < first["weeks"] <= 1
    assert f"{first['days']:.0%} of days but {first['weeks']:.0%} of weeks" in found.text
    rules = next(o for o in shown(prediction)["weekly"] if getattr(o, "name", "") == "rules")
    assert len(rules.rows) == 3
