"""The card says what a saved model is, and where readers find both."""

import json

import numpy as np

from engagement_utils.profiles.serving import bundle, card
from engagement_utils.report.exports import downloads_dir, private_dir


def test_the_card_says_what_the_model_is(folder, model):
    text = (folder / "card.md").read_text(encoding="utf-8")
    for words in ("Learned from", "Features", "scikit-learn", "| 7 | all |", "| 28 | <1K |", "Not for"):
        assert words in text
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert about["window"]["last_week"] == model.last_week
    assert {"MAE", "coverage_80"} <= {row["measure"] for row in about["backtest"]}
    assert about["versions"].keys() == {"python", "numpy", "scikit-learn", "skops"}


def test_profiles_are_saved_in_the_open_only_where_they_may_be(model, facts, latest):
    assert card.save_model(model, facts, latest, publish_profiles=True) == 0.0
    assert not (private_dir() / "model").exists()
    assert card.save_model(model, facts, latest, publish_profiles=False) == 0.0
    assert bundle.load(downloads_dir() / "model").known is None
    known = bundle.load(private_dir() / "model").known
    np.testing.assert_array_equal(known["anchor"], latest["anchor"])
