"""What is set aside and what is counted."""

import pytest

from engagement_utils.errors import ParameterError
from engagement_utils.pings import schema
from engagement_utils.pings.measures import EVENT_WEIGHTS
from tests.pings.conftest import SAMPLE, read

USERS = [("u1", "2024-02-01"), ("u2", "2024-01-01")]
PINGS = [("p1", "c", "t", "k", 10, "2024-02-01"), ("p2", None, None, None, 0, "2024-01-01")]


def reasons(dataset, name):
    quality = next(q for q in dataset.quality if q.name == name)
    return quality, {r.rule: r.rows for r in quality.reasons}


def test_golden_data_have_one_event_before_its_ping(tmp_path):
    quality, found = reasons(read(SAMPLE, tmp_path), "interactions")
    assert (quality.rows, quality.set_aside) == (250, 0)
    assert found == {"event on a day before the ping was created": 1}


def test_oddities_are_counted_and_kept(write, tmp_path):
    events = [
        ("u1", "p1", "view", 11, "2024-02-01 00:00:00"),  # longer than the ping; the day itself is in order
        ("u1", "p1", "view", 5, "2024-01-31 23:59:59"),  # before the ping and before sign-up
        ("u2", "p2", "view", 3, "2024-02-01 10:00:00"),  # no duration
        ("u2", "p1", "view", None, "2024-02-01 10:00:00"),  # no watch time
        ("u2", "p1", "like", None, "2024-02-01 11:00:00"),
        ("u2", "p1", "like", None, "2024-02-01 11:00:00"),  # the same again
    ]
    quality, found = reasons(read(write(USERS, PINGS, events), tmp_path / "aside"), "interactions")
    assert quality.set_aside == 0
    texts = {rule.name: found.get(rule.text) for rule in schema.RULES}
    assert texts == {
        "watched_longer_than_the_ping": 1,
        "no_duration": 1,
        "view_without_watch_time": 1,
        "before_the_ping": 1,
        "before_sign_up": 1,
    }
    assert found["repeats an earlier row"] == 1


def test_unusable_rows_are_set_aside(write, tmp_path):
    good = [("u2", "p1", "view", 5, "2024-02-02 10:00:00")] * 10
    bad = [
        ("u2", "p1", "poke", 0, "2024-02-02 10:00:00"),
        ("u9", "p1", "like", 0, "2024-02-02 10:00:00"),
        ("u2", "p9", "like", 0, "2024-02-02 10:00:00"),
        ("u2", "p1", "view", -1, "2024-02-02 10:00:00"),
        ("u2", "p1", "like", 0, "second of February"),
    ]
    paths = write(USERS, PINGS, good + bad)
    quality, _ = reasons(read(paths, tmp_path / "aside"), "interactions")
    assert (quality.rows, quality.set_aside) == (15, 5)
    weighted, _ = reasons(read(paths, tmp_path / "b", weights={**EVENT_WEIGHTS, "poke": 0.1}), "interactions")
    assert weighted.set_aside == 4


@pytest.mark.parametrize("weights", [{}, {"view": -1.0}, {"view": float("nan")}, {"view": float("inf")}])
def test_unusable_weights_are_refused(weights):
    with pytest.raises(ParameterError, match="event_weights"):
        schema.interactions(weights)
