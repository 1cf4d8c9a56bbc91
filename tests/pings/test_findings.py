"""Sentences: right on the golden data, silent where nothing is planted, and not where it is."""

from dataclasses import replace

import pytest

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE
from engagement_utils.pings import answers_pings, answers_users, answers_views, claims, findings

# what chance alone must not support; the rest describes (completing, skipping) or is firm by design (weights)
TESTED = {
    "watch_ratio_shape",
    "concentration",
    "concentration_gini",
    "new_vs_existing",
    "new_vs_existing_pings",
    "new_vs_existing_views",
    "groups",
    "groups_category",
    "groups_main_hashtag",
    "groups_creator_id",
    "groups_duration_band",
    "watching_and_acting",
}


@pytest.fixture(scope="module")
def null_answers(null_results):
    return findings.answers(null_results)


@pytest.fixture(scope="module")
def planted_answers(planted_results):
    return findings.answers(planted_results)


def test_topics_are_unique_and_six_are_main(golden_answers):
    topics = [a.finding.topic for a in golden_answers.values()]
    assert len(set(topics)) == len(topics)
    assert set(topics) >= TESTED
    assert sum(a.finding.main for a in golden_answers.values()) == 6


def test_golden_shape_is_not_called_right_skewed(golden_answers):
    finding = golden_answers["watch_ratio_shape"].finding
    assert "leans left: its mean 0.60 lies below median 0.63" in finding.text
    assert "right" not in finding.text
    assert finding.estimate == pytest.approx(-0.211, abs=0.001)


def test_golden_new_users_are_too_few(golden_answers):
    for topic in ("new_vs_existing", "new_vs_existing_pings", "new_vs_existing_views"):
        finding = golden_answers[topic].finding
        assert (finding.verdict, finding.n) == (TOO_LITTLE, 3)
    assert (
        "0.42 for 3 new users and 0.35 for 17 existing ones" in golden_answers["new_vs_existing"].finding.text
    )


def test_golden_concentration_is_no_more_than_chance(golden_answers):
    finding = golden_answers["concentration"].finding
    assert finding.verdict == CHANCE
    assert finding.text.startswith("There is no long tail beyond chance: the top 10 of 40 pings hold 40%")


def test_golden_log_is_no_funnel(golden_answers):
    assert "97 of 102 viewed pairs have no impression" in golden_answers["funnel"].finding.text


def test_golden_claims(golden_results, golden_answers):
    frame = claims.claims(golden_results, golden_answers)
    assert frame["verdict"].tolist() == [SUPPORTED, CHANCE, TOO_LITTLE, TOO_LITTLE, CHANCE, CHANCE]
    assert claims.heading(golden_results, golden_answers) == "These data support 1 of 6 published claims"


def test_nothing_planted_nothing_supported(null_answers):
    assert [t for t in TESTED if null_answers[t].verdict == SUPPORTED] == []


def test_everything_planted_everything_supported(planted_answers):
    planted = {
        "watch_ratio_shape": "left-skewed, its mass near full watches",
        "completion": "more than the 5%",
        "skipping": "fewer than the 10%",
        "concentration": "concentrated beyond chance",
        "concentration_gini": "more than",
        "new_vs_existing": "New users watch more of what they engage with than existing ones",
        "new_vs_existing_views": "New users watch their views more fully",
        "groups_category": "highest is “beauty”",
        "watching_and_acting": "Watching goes with acting",
        "top_under_users": "hold",
    }
    for topic, words in planted.items():
        finding = planted_answers[topic].finding
        assert finding.verdict == SUPPORTED, topic
        assert words in finding.text, topic
    assert planted_answers["funnel"].heading.endswith("of impressions lead to a view")


def test_planted_claims(planted_results, planted_answers):
    verdicts = claims.claims(planted_results, planted_answers)["verdict"].tolist()
    # a link between watching and acting, but a weak one; left-skewed, not right-skewed
    assert verdicts[0] == verdicts[4] == SUPPORTED
    assert verdicts[1] == verdicts[5] == claims.CONTRADICTED


def test_actions_come_from_supported_findings_alone(
    golden_results, golden_answers, null_results, null_answers, planted_results, planted_answers
):
    cases = (golden_results, golden_answers), (null_results, null_answers), (planted_results, planted_answers)
    for results, answers in cases:
        for action in findings.actions(results, answers):
            assert answers[action.topic].verdict == SUPPORTED
            assert action.gain
    assert findings.actions(null_results, null_answers) == []
    topics = {a.topic for a in findings.actions(planted_results, planted_answers)}
    assert {"concentration", "groups_category", "watching_and_acting"} <= topics


def test_header_counts_and_window(golden_results):
    plain = findings.header(golden_results).plain()
    assert plain.startswith("2024-02-01 to 2024-02-29 · 250 events · 20 users · 40 pings")


def estimate(value, low, high, n=50, p=None):
    return Estimate(value, low, high, n, 0.95, p)


def test_right_skew_is_said_where_it_is(golden_results):
    r = golden_results
    skewed = replace(r, watching=replace(r.watching, skewness=estimate(0.8, 0.5, 1.1)))
    found = answers_views.shape(skewed)
    assert found.verdict == SUPPORTED
    assert "right-skewed, its mass near short watches" in found.finding.text
    few = replace(r, watching=replace(r.watching, skewness=estimate(-0.8, -1.1, -0.5, n=4)))
    assert answers_views.shape(few).verdict == TOO_LITTLE


@pytest.mark.parametrize(
    ("e", "verdict", "words"),
    [
        (estimate(0.7, 0.6, 0.8, p=0.001), SUPPORTED, "Watching goes with acting"),
        (estimate(0.3, 0.2, 0.4, p=0.001), SUPPORTED, "Acting goes with shorter watching"),
        (estimate(0.5, 0.4, 0.6, p=0.9), CHANCE, "does not reliably predict"),
        (estimate(0.7, 0.6, 0.8, n=3, p=0.001), TOO_LITTLE, "too little to say"),
    ],
)
def test_acting_in_every_verdict(golden_results, e, verdict, words):
    found = answers_views.acting(golden_results, e)
    assert found.verdict == verdict
    assert words in found.finding.text


@pytest.mark.parametrize(
    ("e", "verdict", "words"),
    [
        (estimate(-0.2, -0.3, -0.1, p=0.001), SUPPORTED, "New users watch less of what they engage with"),
        (estimate(0.2, 0.1, 0.3, p=0.001), SUPPORTED, "New users watch more of what they engage with"),
        (estimate(0.01, -0.1, 0.1, p=0.8), CHANCE, "do not reliably differ"),
        (estimate(0.2, 0.1, 0.3, n=3, p=0.001), TOO_LITTLE, "too few to compare"),
    ],
)
def test_newcomers_in_every_verdict(golden_results, e, verdict, words):
    found = answers_users.newcomers(golden_results, "avg_watch_time_ratio", e)
    assert found.verdict == verdict
    assert words in found.finding.text


@pytest.mark.parametrize(
    ("e", "verdict", "words"),
    [
        (estimate(0.6, 0.5, 0.7, p=0.001), SUPPORTED, "Engagement is concentrated beyond chance"),
        (estimate(0.4, 0.3, 0.5, p=0.9), CHANCE, "no long tail beyond chance"),
        (estimate(0.4, 0.3, 0.5, n=4, p=0.9), TOO_LITTLE, "too few pings"),
    ],
)
def test_concentration_in_every_verdict(golden_results, e, verdict, words):
    found = answers_pings.concentration(golden_results, e)
    assert found.verdict == verdict
    assert words in found.finding.text


@pytest.mark.parametrize(
    ("p", "n", "verdict", "words"),
    [
        (0.001, 40, SUPPORTED, "Engagement differs by category"),
        (0.8, 40, CHANCE, "Categories do not differ by more than chance"),
        (0.8, 4, TOO_LITTLE, "too few to compare categories"),
    ],
)
def test_groups_in_every_verdict(golden_results, p, n, verdict, words):
    e = Estimate(0.3, None, None, n, 0.95, p)
    found = answers_pings.grouping(golden_results, golden_results.groups["category"], e)
    assert found.verdict == verdict
    assert words in found.finding.text
    together = answers_pings.groups(golden_results, {"category": e})
    assert together.verdict == verdict


@pytest.mark.parametrize(
    ("e", "verdict", "words"),
    [
        (estimate(0.9, 0.8, 0.95), SUPPORTED, "describe the log"),
        (estimate(0.1, 0.05, 0.2), SUPPORTED, "with an impression"),
        (estimate(0.5, 0.4, 0.6), CHANCE, "lack the stage before"),
        (estimate(0.9, 0.8, 0.95, n=3), TOO_LITTLE, "cannot be judged"),
    ],
)
def test_funnel_in_every_verdict(golden_results, e, verdict, words):
    r = replace(golden_results, funnel=replace(golden_results.funnel, out_of_order=e))
    found = answers_views.funnel(r)
    assert found.verdict == verdict
    assert words in found.finding.text


def test_top_in_every_verdict(golden_results):
    r = golden_results
    assert answers_pings.top_users(r).verdict == CHANCE
    few = replace(r, ranking=replace(r.ranking, kept=replace(r.ranking.kept, n=3)))
    assert answers_pings.top_users(few).verdict == TOO_LITTLE
    firm = replace(r, ranking=replace(r.ranking, frame=r.ranking.frame.assign(probability=1.0)))
    assert answers_pings.top_users(firm).verdict == SUPPORTED
    loose = replace(r, weighting=replace(r.weighting, frame=r.weighting.frame.assign(probability=0.5)))
    assert answers_pings.top_weights(loose).verdict == CHANCE
