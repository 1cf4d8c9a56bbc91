"""What is kept of an input's faults."""

from engagement_utils.tables.quality import InputQuality, Reason


def test_an_input_without_faults_needs_its_counts_alone() -> None:
    clean = InputQuality("users", "users.csv", rows=3, set_aside=0)
    assert (clean.reasons, clean.file) == ((), "")
    assert Reason("user_id is missing", "set aside", 2).example == ""
