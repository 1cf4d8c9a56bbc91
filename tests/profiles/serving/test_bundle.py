"""A saved model comes back as it was, or is refused with the reason."""

import json
import pickle
import zipfile

import numpy as np
import pytest
import skops.io

from engagement_utils.profiles import models
from engagement_utils.profiles.serving import bundle
from engagement_utils.profiles.serving.bundle import ModelError
from tests.profiles.conftest import FAST


def test_what_is_loaded_forecasts_the_same(folder, model, latest):
    assert bundle.reloaded(model, folder, latest) == 0.0
    found = bundle.load(folder)
    for h in (1, 2, 3, 4):
        np.testing.assert_array_equal(found.model[h].calibration.offsets, model[h].calibration.offsets)
    assert found.known is not None
    assert len(found.known) == len(latest)
    assert found.model.medians == pytest.approx(dict(model.medians), nan_ok=True)


def test_the_published_model_comes_back_too(rows, prepared, tmp_path):
    fitted = models.fit(rows, prepared.span.last_week, models.Fitting(kind="published"))
    bundle.save(fitted, {}, "card", tmp_path, None)
    some = rows.tail(200)
    assert bundle.reloaded(fitted, tmp_path, some) == 0.0
    assert bundle.load(tmp_path).known is None


def test_the_same_model_has_the_same_bytes(rows, prepared, folder, tmp_path):
    again = models.fit(rows, prepared.span.last_week, FAST)
    bundle.save(again, {}, "card", tmp_path / "again", None)
    assert (tmp_path / "again" / "model.skops").read_bytes() == (folder / "model.skops").read_bytes()


def altered(folder, **changes):
    path = folder / "model.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(about | changes), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 99}, "format"),
        ({"definitions": "0" * 16}, "train and save it again"),
        ({"features": ["lag_0"]}, "other features"),
        (
            {"versions": {"python": "3.0", "numpy": "1", "scikit-learn": "0.1", "skops": "0"}},
            "scikit-learn 0.1",
        ),
        ({"sha256": "0" * 64}, "not those that model.json names"),
    ],
)
def test_another_version_or_altered_bytes_are_refused(folder, changes, message):
    altered(folder, **changes)
    with pytest.raises(ModelError, match=message):
        bundle.load(folder)


def test_a_damaged_or_missing_file_is_refused(folder, tmp_path):
    with pytest.raises(ModelError, match=r"model\.json.*accepted: a folder that holds"):
        bundle.load(tmp_path / "nowhere")
    (folder / "model.json").write_text("{not json", encoding="utf-8")
    with pytest.raises(ModelError, match=r"model\.json"):
        bundle.load(folder)


def replaced(folder, data):
    """Put other bytes in the model's place, and say so in its facts, as an attacker would."""
    import hashlib

    (folder / "model.skops").write_bytes(data)
    altered(folder, sha256=hashlib.sha256(data).hexdigest())


class Payload:
    """Writes a file when it is unpickled."""

    target = ""

    def __reduce__(self):
        return (open, (self.target, "w"))


def test_a_pickle_is_refused_and_runs_nothing(folder, tmp_path):
    mark = tmp_path / "ran"
    payload = Payload()
    payload.target = str(mark)
    replaced(folder, pickle.dumps(payload))
    with pytest.raises(ModelError, match=r"model\.skops"):
        bundle.load(folder)
    assert not mark.exists()


def test_a_foreign_type_is_refused(folder):
    replaced(folder, skops.io.dumps({"horizons": [Payload()]}))
    with pytest.raises(ModelError, match="types that no such model is made of"):
        bundle.load(folder)


def test_another_archive_is_refused(folder, tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme", "no model")
    replaced(folder, path.read_bytes())
    with pytest.raises(ModelError, match="cannot be read"):
        bundle.load(folder)


def test_data_that_do_not_fit_are_refused(folder, latest):
    found = bundle.load(folder)
    learned = found.model.last_week
    bundle.fits(found, latest, learned)
    with pytest.raises(ModelError, match=r"data end in the week to .* but the model has learned"):
        bundle.fits(found, latest, learned - 1)
    with pytest.raises(ModelError, match=r"27 weeks after .* Train it again"):
        bundle.fits(found, latest, learned + 27)
    without = latest.assign(**{f"shown_{k}": np.nan for k in range(4)})
    with pytest.raises(ModelError, match=r"shown_0, .* known in no row"):
        bundle.fits(found, without, learned)
