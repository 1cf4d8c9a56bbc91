"""How many profiles can be forecast, and what happens to the others."""

from engagement_utils.inference.verdict import TOO_LITTLE
from engagement_utils.profiles.questions.reach import short
from tests.profiles.conftest import looking_ahead


def test_profiles_are_counted_by_what_can_be_forecast(ahead):
    m, found = ahead.measures, ahead.findings["reach"]
    able = int((m.next_week["flag"].isin(["", "short history"])).sum())
    assert ahead.reach.able == able
    assert found.estimate == able / len(m.next_week)
    assert f"stands in for {m.flagged('stale')} that are stale" in found.text
    assert m.flagged("nothing of the kind") == 0


def test_few_profiles_are_counted_without_a_share(ahead):
    forecasts = ahead.measures.forecasts
    few = forecasts[forecasts["profile_id"].isin(sorted(forecasts["profile_id"].unique())[:10])]
    report = looking_ahead(ahead, forecasts=few)
    assert report.findings["reach"].verdict == TOO_LITTLE
    assert report.reach.said["reach"].heading == f"{report.reach.able} profiles can be forecast"


def test_without_stale_profiles_none_is_to_be_recorded(ahead):
    forecasts = ahead.measures.forecasts
    report = looking_ahead(ahead, forecasts=forecasts[forecasts["flag"] != "stale"])
    assert report.reach.action() is None


def test_long_ids_are_shortened():
    assert short("a" * 12) == "a" * 12
    assert short("a" * 13) == "a" * 10 + "…"
