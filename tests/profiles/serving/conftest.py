"""A saved model with its card."""

import pandas as pd
import pytest

from engagement_utils.profiles import errors
from engagement_utils.profiles.models import MODEL
from engagement_utils.profiles.serving import bundle, card
from tests.profiles.conftest import LEVEL


@pytest.fixture(scope="session")
def facts(tested):
    table = pd.concat(
        [
            errors.error_table(tested.forecasts, (MODEL,), card.MEASURES, by, level=LEVEL)
            for by in (None, "stratum_followers")
        ]
    )
    return table


@pytest.fixture
def folder(model, latest, facts, tmp_path):
    bundle.save(model, card.facts(facts), card.card(model, facts), tmp_path / "model", latest)
    return tmp_path / "model"
