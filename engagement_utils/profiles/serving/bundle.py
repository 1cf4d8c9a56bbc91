"""A saved model: a folder with the models (skops, never pickle), what they expect, a card, and known
profiles.

    model.skops      regressors, regressions and calibrations
    model.json       data window, features, versions, error by stratum: what is checked before loading
    card.md          the same for people
    profiles.parquet each profile's latest features, so that forecasts need no data (not always there)

Loading runs no code of the file: skops builds only types that scikit-learn and numpy name, and everything
that is not on the short list below is refused. The bytes are the same for the same model.
"""

import hashlib
import inspect
import io
import json
import platform
import re
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from engagement_utils.errors import EngagementError
from engagement_utils.profiles import baselines, claimed, features, intervals, weekly
from engagement_utils.profiles.baselines import Regression
from engagement_utils.profiles.claimed import ClaimedRegression
from engagement_utils.profiles.features import FEATURES, HORIZONS
from engagement_utils.profiles.intervals import Calibration
from engagement_utils.profiles.models import Boosted, HorizonModel, Model

FORMAT = 1
FILES = ("model.skops", "model.json", "card.md")
KNOWN = "profiles.parquet"
NEEDED = frozenset(
    [
        "format",
        "kind",
        "definitions",
        "versions",
        "sha256",
        "features",
        "window",
        "rows",
        "profiles",
        "medians",
    ]
)
MOST_WEEKS = 26  # that data may be newer than what a model has learned from
# what HistGradientBoostingRegressor is made of, beside what skops trusts by itself
TRUSTED = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)
# the definitions that a model was fitted under: with others its numbers mean something else
_DEFINITIONS = (weekly, features, baselines, intervals, claimed)


class ModelError(EngagementError):
    """A saved model that cannot be used; the text says what was found and what is accepted."""


@dataclass(frozen=True)
class Bundle:
    """A loaded model: the models, their facts (`model.json`), and the known profiles or None."""

    model: Model
    facts: Mapping[str, Any]
    known: pd.DataFrame | None


def definitions() -> str:
    """A hash of the source that says what weeks, features, baselines and intervals are."""
    text = "\0".join(inspect.getsource(module) for module in _DEFINITIONS)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def versions() -> dict[str, str]:
    """Versions of what the model's numbers depend on."""
    names = ("numpy", "scikit-learn", "skops")
    return {"python": ".".join(platform.python_version_tuple()[:2])} | {n: version(n) for n in names}


def save(model: Model, facts: Mapping[str, Any], card: str, folder: Path, known: pd.DataFrame | None) -> None:
    """Write the folder; files of an earlier model in it are replaced.

    Args:
        facts: from `card.facts`; card: from `card.card`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    state = {
        "horizons": [
            {
                "weeks": h.weeks,
                "use": h.use,
                "regressor": h.regressor.trees if isinstance(h.regressor, Boosted) else asdict(h.regressor),
                "intercept": h.regression.intercept,
                "coefficients": np.array(h.regression.coefficients),
                "offsets": h.calibration.offsets,
                "counts": h.calibration.counts,
            }
            for h in model.horizons
        ]
    }
    data = steady(skops.io.dumps(state))
    (folder / "model.skops").write_bytes(data)
    about = {
        "format": FORMAT,
        "kind": model.kind,
        "definitions": definitions(),
        "versions": versions(),
        "sha256": hashlib.sha256(data).hexdigest(),
        "features": list(FEATURES),
        "horizons_weeks": list(HORIZONS),
        "use": {str(h.weeks): h.use for h in model.horizons},
        "window": {
            "first_week": model.first_week,
            "last_week": model.last_week,
            "first_day": weekly.monday(model.first_week).isoformat(),
            "last_day": weekly.sunday(model.last_week).isoformat(),
        },
        "rows": model.rows,
        "profiles": model.profiles,
        "medians": {k: (None if np.isnan(v) else v) for k, v in model.medians.items()},
        **facts,
    }
    text = json.dumps(about, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    (folder / "model.json").write_text(text + "\n", encoding="utf-8")
    (folder / "card.md").write_text(card, encoding="utf-8")
    if known is None:
        (folder / KNOWN).unlink(missing_ok=True)
    else:
        known.to_parquet(folder / KNOWN, index=False)


def steady(data: bytes) -> bytes:
    """A skops archive with numbers in place of memory addresses and one time stamp for all entries.

    skops names objects by their address, in `__id__` and in the names of array files.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        schema = archive.read("schema.json").decode()
        numbers: dict[str, str] = {}

        def number(match: "re.Match[str]") -> str:
            return match[1] + numbers.setdefault(match[2], str(len(numbers))) + match[3]

        schema = re.sub(r'("__id__": )(\d+)()', number, schema)
        schema = re.sub(r'(")(\d+)(\.(?:npy|npz)")', number, schema)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as target:
            entries = {"schema.json": schema.encode()}
            for name in archive.namelist():
                stem, _, suffix = name.partition(".")
                if name != "schema.json":
                    entries[f"{numbers.get(stem, stem)}.{suffix}"] = archive.read(name)
            for name in sorted(entries):
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                target.writestr(info, entries[name])
    return out.getvalue()


def load(folder: Path) -> Bundle:
    """Load a saved model.

    Raises:
        ModelError: a file is missing or damaged, the model was saved by another version of this code or of
            its libraries, or it holds a type that is not trusted.
    """
    about = _facts(folder)
    _check(about, folder)
    data = _read(folder / "model.skops")
    if hashlib.sha256(data).hexdigest() != about["sha256"]:
        msg = (
            f"{folder.name}/model.skops: its bytes are not those that model.json names; save the model again"
        )
        raise ModelError(msg)
    try:
        state = skops.io.loads(data, trusted=list(TRUSTED))
        horizons = tuple(_horizon(h) for h in state["horizons"])
    except UntrustedTypesFoundException as error:
        msg = f"{folder.name}/model.skops: refused, as it holds types that no such model is made of: {error}"
        raise ModelError(msg) from error
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        msg = f"{folder.name}/model.skops: cannot be read ({type(error).__name__}: {error})"
        raise ModelError(msg) from error
    window = about["window"]
    medians = {k: np.nan if v is None else float(v) for k, v in about["medians"].items()}
    model = Model(
        about["kind"],
        horizons,
        window["first_week"],
        window["last_week"],
        about["rows"],
        about["profiles"],
        medians,
    )
    known = pd.read_parquet(folder / KNOWN) if (folder / KNOWN).is_file() else None
    return Bundle(model, about, known)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        accepted = f"a folder that holds {', '.join(FILES)}"
        msg = f"{path.parent.name}/{path.name}: {error.strerror}; accepted: {accepted}"
        raise ModelError(msg) from error


def _facts(folder: Path) -> dict[str, Any]:
    try:
        about = json.loads(_read(folder / "model.json"))
    except ValueError as error:
        msg = f"{folder.name}/model.json: not JSON ({error})"
        raise ModelError(msg) from error
    missing = sorted(NEEDED - set(about)) if isinstance(about, dict) else sorted(NEEDED)
    if missing:
        msg = f"{folder.name}/model.json: no {', '.join(missing)}; accepted: what engagement_prediction saves"
        raise ModelError(msg)
    return about


def _check(about: Mapping[str, Any], folder: Path) -> None:
    """Refuse a model of another code version: its numbers would be read wrongly without a sign of it."""
    here = versions()
    found = [
        f"{name} {about['versions'].get(name)} (here {mine})"
        for name, mine in here.items()
        if name in ("scikit-learn", "skops") and about["versions"].get(name) != mine
    ]
    if about["format"] != FORMAT:
        found.append(f"format {about['format']} (here {FORMAT})")
    if about["definitions"] != definitions():
        found.append(f"feature definitions {about['definitions']} (here {definitions()})")
    if about["features"] != list(FEATURES):
        found.append("other features")
    if found:
        msg = f"{folder.name}: saved with {', '.join(found)}; train and save it again with this version"
        raise ModelError(msg)


def _horizon(state: Mapping[str, Any]) -> HorizonModel:
    saved = state["regressor"]
    return HorizonModel(
        int(state["weeks"]),
        ClaimedRegression(**saved) if isinstance(saved, dict) else Boosted(saved),
        Regression(float(state["intercept"]), tuple(float(c) for c in state["coefficients"])),
        Calibration(state["offsets"], state["counts"]),
        str(state["use"]),
    )


def fits(bundle: Bundle, rows: pd.DataFrame, last_week: int, *, most_weeks: int = MOST_WEEKS) -> None:
    """Refuse data that the model does not fit.

    Args:
        rows: of `features.features`, those to forecast from.
        last_week: the last whole week of the data.
        most_weeks: how much older than the data the model may be.

    Raises:
        ModelError: the data end before what the model has learned from, or long after it, or they lack what
            it was fitted on (such as every number of reach).
    """
    learned = bundle.model.last_week
    upto = weekly.sunday(learned).isoformat()
    if last_week < learned:
        msg = (
            f"profiles: the data end in the week to {weekly.sunday(last_week)}, but the model has learned "
            f"from weeks up to {upto}; accepted: data up to that week or later"
        )
        raise ModelError(msg)
    if last_week > learned + most_weeks:
        msg = (
            f"profiles: the data end in the week to {weekly.sunday(last_week)}, {last_week - learned} weeks "
            f"after what the model has learned ({upto}); accepted: at most {most_weeks} weeks. Train it again"
        )
        raise ModelError(msg)
    gone = [
        name
        for name in FEATURES
        if np.isfinite(bundle.model.medians[name]) and len(rows) and rows[name].isna().all()
    ]
    # single profiles often have no followers or no lag; a whole data set without them is another kind of data
    if gone and len(rows) >= 100:
        msg = f"profiles: {', '.join(gone)} known in no row, but the model was fitted on them; train it again"
        raise ModelError(msg)


def reloaded(model: Model, folder: Path, rows: pd.DataFrame) -> float:
    """The largest difference in z between a model's forecasts and those of the one saved in `folder`."""
    saved = load(folder).model
    return max(float(np.max(np.abs(model[h].z(rows) - saved[h].z(rows)), initial=0.0)) for h in HORIZONS)
