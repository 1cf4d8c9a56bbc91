"""The leaderboard."""

from engagement_utils.inference.verdict import DESCRIBED, SUPPORTED


def test_what_the_score_rewards_is_described_and_slow_answers_are_tested(stock_report):
    q = stock_report.moderators
    verdicts = {f.topic: f.verdict for f in q.findings}
    assert verdicts == {"moderators": DESCRIBED, "moderator_ranks": DESCRIBED, "response_time": SUPPORTED}
    assert "is the number of sessions" in q.finding().text
    assert "slow answers and volume" in q.action().text


def test_the_table_is_as_long_as_the_top(stock_report, downloads):
    assert len(stock_report.moderators.table().rows) == stock_report.measures.settings.top_n
