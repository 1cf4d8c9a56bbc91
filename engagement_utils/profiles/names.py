"""What predictors and measures are called in figures, tables and sentences."""

from collections.abc import Mapping

from engagement_utils.profiles.baselines import BASELINES
from engagement_utils.profiles.models import MODEL

KINDS: Mapping[str, str] = {"ours": "gradient boosting", "published": "published regression"}
REFERENCE = "best possible"


def predictor_names(kind: str) -> dict[str, str]:
    """Name by predictor; the model stands first."""
    return {
        MODEL: KINDS[kind],
        **BASELINES,
        "best": REFERENCE,
        "leak": "published, with its leak",
        "honest": "published, without it",
    }


def days(horizon: int) -> str:
    """ "7 days"."""
    return f"{7 * horizon} days"
