"""Reasons name what moves a forecast."""

import numpy as np

from engagement_utils.profiles import (
    reasons,
)
from engagement_utils.profiles.features import FEATURES


def test_reasons_name_what_moves_a_forecast(model, latest):
    fresh = latest[latest["behind"] == 0].set_index("profile_id", drop=False)
    plain = fresh.head(20)
    spread = plain.assign(shown_0=np.log(2.3))  # a viral week shows itself by its impressions
    gain = model[1].z(spread) - model[1].z(plain)
    assert np.median(gain) != 0
    parts = reasons.parts(model, spread, 1)
    told = [
        reasons.sentence(parts.loc[p], 100.0, 120.0)
        for p in spread.index
        if parts.loc[p].abs().idxmax() == "a week that spread unusually far"
    ]
    assert told
    assert all("a week that spread unusually far" in text for text in told)
    assert reasons.sentence(parts.iloc[0] * 0, 100.0, 100.0).endswith("by more than 0.5%.")
    assert "baseline" in reasons.sentence(parts.iloc[0], 100.0, 100.0, "trailing")


def test_every_feature_belongs_to_one_group():

    grouped = [name for names in reasons.GROUPS.values() for name in names]
    assert sorted(grouped) == sorted(FEATURES)
