"""Weeks fill gaps of the sparsest profiles, as counted."""

from tests.profiles.conftest import shown


def test_the_sparsest_stratum_is_told(prediction):
    first = prediction.measures.exploration.sparsity.iloc[0]
    found = prediction.findings["weekly"]
    assert found.n == first["profiles"]
    assert first["days"] < first["weeks"] <= 1
    assert f"{first['days']:.0%} of days but {first['weeks']:.0%} of weeks" in found.text
    rules = next(o for o in shown(prediction)["weekly"] if getattr(o, "name", "") == "rules")
    assert len(rules.rows) == 3
