"""Save what the prediction report has trained, where its readers find it."""

import pandas as pd

from engagement_utils.profiles import bundle
from engagement_utils.profiles.card import card, facts
from engagement_utils.profiles.results import Results
from engagement_utils.report.exports import downloads_dir, private_dir

FOLDER = "model"


def save_model(r: Results, *, publish_profiles: bool = True) -> float:
    """Write the model with its card to `model` among the downloads.

    Args:
        publish_profiles: write every profile's latest features there too, so that the API knows their ids;
            else the model with its profiles is written to `model` in the private folder, which no site holds.

    Returns:
        the largest difference between its forecasts and those of the model loaded again, as z.
    """
    errors = pd.concat([r.errors, r.strata], ignore_index=True)
    about, text = facts(errors), card(r.model, errors)
    published = downloads_dir() / FOLDER
    bundle.save(r.model, about, text, published, r.latest if publish_profiles else None)
    if not publish_profiles:
        bundle.save(r.model, about, text, private_dir() / FOLDER, r.latest)
    return bundle.reloaded(r.model, published, r.latest)
