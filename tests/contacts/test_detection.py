"""Platforms on labelled texts, and the published rule beside."""

import pandas as pd
import pytest

from engagement_utils.contacts import detection, platforms


@pytest.fixture(scope="module")
def texts():
    return detection.labelled()


def test_the_labelled_texts_are_many_and_sound(texts):
    assert len(texts) >= 400
    assert texts["value"].is_unique
    assert {k for labels in texts["platforms"] for k in labels.split()} == set(platforms.KEYS)
    assert (texts["platforms"] == "").sum() > 150


def test_precision_and_recall(texts):
    ours, theirs = (
        detection.scores(texts, rule, level=0.95) for rule in (platforms.detect, detection.by_substrings)
    )
    assert ours.iloc[-1][["precision", "recall"]].min() >= 0.98
    assert ours[["precision", "recall"]].min().min() >= 0.95
    # the published rule, as measured: the page says it, so it is held
    assert theirs.iloc[-1]["precision"] == pytest.approx(0.73, abs=0.01)
    assert theirs.iloc[-1]["recall"] == pytest.approx(0.84, abs=0.01)


@pytest.mark.parametrize(
    "text",
    [
        "https://app.hubspot.com/",
        "https://www.netflix.com/",
        "Primer semestre",
        "instalaciones",
        "make your future",
        "Servicio social",
        "notwitter.com",
        "first.co",
    ],
)
def test_traps(text):
    row = pd.DataFrame({"value": [text], "platforms": [""]})
    assert detection.scores(row, platforms.detect, level=0.95).iloc[-1]["found"] == 0


def test_agreement_counts_by_hand():
    frame = pd.DataFrame({k: [0] * 4 for k in platforms.KEYS})
    for column in platforms.CLICKED.values():
        frame[column] = [0, 0, 0, 0]
    frame["facebook"], frame["facebook_clicks"] = [1, 1, 0, 0], [3, 0, 2, 0]
    row = detection.agreement(frame, level=0.95).set_index("platform").loc["Facebook"]
    assert (row["clicked"], row["mentioned"], row["both"]) == (2, 2, 1)
    assert row["confirmed"].value == 0.5
    assert row["kappa"] == 0.0
