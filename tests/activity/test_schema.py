"""What is refused, set aside or counted."""

import pytest

from engagement_utils.activity.report import Settings
from engagement_utils.errors import ParameterError, TableError
from tests.activity.conftest import read, reported, written

GOOD = [f"u{k},s{k},2024-03-01 10:00:00,10,2,{k % 5 + 1},1" for k in range(12)]


def _reasons(dataset, name="activity"):
    found = next(q for q in dataset.quality if q.name == name)
    return {r.rule: (r.action, r.rows) for r in found.reasons}


def test_time_stamps_that_a_spreadsheet_destroyed_are_refused(tmp_path):
    rows = [f"u{k},s{k},{40 + k % 9}:4{k % 10}.6,10,2,3,1" for k in range(20)]
    with pytest.raises(TableError) as error:
        read(written(tmp_path, rows), tmp_path)
    text = str(error.value)
    assert "40:40.6" in text
    assert "spreadsheet destroyed the times" in text
    assert "export them again without opening the file in a spreadsheet" in text


@pytest.mark.parametrize(
    ("scale", "outside", "kept", "rule"),
    [
        ("1-6", "set aside", 14, None),
        ("1-5", "set aside", 12, ("feedback_rating is above 5", ("set aside", 2))),
        (
            "1-5",
            "keep",
            14,
            (
                "feedback_rating outside the stated scale 1-5; kept, as the parameter says",
                ("counted", 2),
            ),
        ),
    ],
)
def test_ratings_outside_the_scale(scale, outside, kept, rule, tmp_path):
    rows = [*GOOD, "x,sx,2024-03-02,10,2,6,1", "y,sy,2024-03-02,10,2,6,1"]
    dataset = read(written(tmp_path, rows), tmp_path, scale=scale, outside=outside)
    assert dataset["activity"].count().to_pandas() == kept
    if rule:
        assert _reasons(dataset)[rule[0]] == rule[1]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("x,sx,2024-03-02,0,2,3,1", "session_length is below 1"),
        ("x,sx,2024-03-02,10.5,2,3,1", "session_length is not a whole number"),
        ("x,sx,2024-03-02,10,-1,3,1", "messages_sent is below 0"),
        ("x,sx,2024-03-02,10,2,,1", "feedback_rating is missing"),
        ("x,sx,47:44.6,10,2,3,1", "timestamp is not a time"),
        (",sx,2024-03-02,10,2,3,1", "user_id is missing"),
        ("x,s1,2024-03-02,10,2,3,1", "session_id repeats an earlier row's"),
        ("x,sx,2024-03-02,99999999999,2,3,1", "session_length is above 10000000"),
    ],
)
def test_a_bad_session_is_set_aside_with_its_reason(row, rule, tmp_path):
    dataset = read(written(tmp_path, [*GOOD, row]), tmp_path)
    assert dataset["activity"].count().to_pandas() == len(GOOD)
    assert _reasons(dataset)[rule] == ("set aside", 1)


def test_sessions_without_anything_done_are_counted(tmp_path):
    dataset = read(written(tmp_path, [*GOOD, "x,sx,2024-03-02,10,0,3,0"]), tmp_path)
    assert _reasons(dataset)["session without a message and without a click"] == ("counted", 1)


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("r2,u1,blog,1.2,3", "click_through_rate is above 1"),
        ("r2,u1,,0.5,3", "recommendation_type is missing"),
        ("r1,u1,blog,0.5,3", "recommendation_id repeats an earlier row's"),
    ],
)
def test_a_bad_recommendation_is_set_aside(row, rule, tmp_path):
    dataset = read(written(tmp_path, GOOD, ["r1,u0,blog,0.5,3", row]), tmp_path)
    assert _reasons(dataset, "recommendations")[rule] == ("set aside", 1)


def test_users_and_recommendations_that_do_not_meet_are_counted(tmp_path):
    rows = ["r1,u0,blog,0.5,3", "r2,ghost,blog,0.4,3", "r3,ghost,video,0.4,3", "r4,spirit,blog,0.3,6"]
    report = reported(written(tmp_path, GOOD, rows), tmp_path)
    counted = report.measures.counted
    assert (counted.recommended, counted.strangers, counted.stray) == (1, 2, 3)
    found = report.reasons()
    assert [x.rows for x in found["recommendations"]] == [3]
    assert "2 users" in found["recommendations"][0].rule
    assert found["activity"][0].rows == 11
    # a recommendation without a session still counts for its type, as published
    types = report.recommendation_types.aggregates.set_index("recommendation_type")
    assert types["total_recommended"].to_dict() == {
        "blog": 3,
        "video": 1,
    }


def test_the_missing_key_of_moderators_and_the_scale_are_said(stock_report):
    said = " ".join(stock_report.notes())
    assert "No table has a key between moderators and sessions" in said
    assert "stated scale 1-6" in said
    assert "a rating above 5" in said


def test_a_band_that_is_upside_down_is_refused():
    with pytest.raises(ParameterError, match=r"low_band: found \[10, 5\]"):
        Settings(low_band=(10.0, 5.0))
