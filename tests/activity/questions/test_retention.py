"""Users who come back."""

from engagement_utils.inference.verdict import DESCRIBED, TOO_LITTLE


def test_one_session_a_user_has_no_retention(stock_report):
    q = stock_report.retention
    assert q.life is None
    assert q.finding().verdict == TOO_LITTLE
    assert "exactly one session" in q.finding().text
    assert list(q.details) == []


def test_retention_is_described(repeated_report):
    finding = repeated_report.retention.finding()
    assert finding.verdict == DESCRIBED
    assert finding.estimate == repeated_report.retention.life.next_interval.value
