"""The top: the words follow how firm it is."""

from dataclasses import replace

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from tests.report.anew import anew


def verdict(report, topic="", **values):
    return anew(report, "top_pings", **values).top_pings.finding(topic).verdict


def test_every_verdict(golden_report):
    ranking, weighting = golden_report.top_pings.ranking, golden_report.top_pings.weighting
    assert verdict(golden_report) == CHANCE
    assert verdict(golden_report, ranking=replace(ranking, kept=replace(ranking.kept, n=3))) == TOO_LITTLE
    firm = replace(ranking, frame=ranking.frame.assign(probability=1.0))
    assert verdict(golden_report, ranking=firm) == SUPPORTED
    loose = replace(weighting, frame=weighting.frame.assign(probability=0.5))
    assert verdict(golden_report, "top_under_weights", weighting=loose) == CHANCE


def test_a_top_of_all_pings_cannot_be_left(golden_report):
    ranking = golden_report.top_pings.ranking
    whole = replace(ranking, frame=ranking.frame.head(ranking.k))
    finding = anew(golden_report, "top_pings", ranking=whole).top_pings.finding()
    assert (finding.verdict, "none can lose its place" in finding.text) == (TOO_LITTLE, True)


def test_firm_at_the_report_s_level(golden_report):
    ranking = golden_report.top_pings.ranking
    frame = ranking.frame.assign(probability=[0.9] + [0.5] * (len(ranking.frame) - 1))
    held = replace(ranking, frame=frame)
    assert held.firm(0.95) == []
    assert held.firm(0.8) == [str(frame["ping_id"].iloc[0])]
