"""Save what the prediction report has trained, where its readers find it."""

from pathlib import Path

import pandas as pd

from engagement_utils.profiles import bundle
from engagement_utils.profiles.card import card, facts
from engagement_utils.profiles.results import Results
from engagement_utils.report.exports import downloads_dir

FOLDER = "model"


def save_model(r: Results, folder: Path | None = None) -> float:
    """Write the model with card and known profiles to `folder`, by default `model` among the downloads.

    Returns:
        the largest difference between its forecasts and those of the model loaded again, as z.
    """
    place = folder or downloads_dir() / FOLDER
    errors = pd.concat([r.errors, r.strata], ignore_index=True)
    bundle.save(r.model, facts(errors), card(r.model, errors), place, r.latest)
    return bundle.reloaded(r.model, place, r.latest)
