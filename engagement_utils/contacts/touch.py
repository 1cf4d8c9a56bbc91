"""Offline touches and the journey from the original to the latest traffic source."""

import numpy as np
import pandas as pd

OFFLINE_TIMES = ("never", "original only", "latest only", "throughout")
OFFLINE_COUNTS = ("0", "1-2", "3-5", "6+")


def with_offline(contacts: pd.DataFrame) -> pd.DataFrame:
    """Add offline_when (never, original only, latest only, throughout) and offline_count (bands)."""
    frame = contacts.copy()
    original, latest = frame["offline_original"] > 0, frame["offline_latest"] > 0
    when = np.select(
        [original & latest, original, latest], ["throughout", "original only", "latest only"], "never"
    )
    total = frame["offline_original"] + frame["offline_latest"]
    frame["offline_when"] = when
    frame["offline_count"] = np.select([total == 0, total <= 2, total <= 5], OFFLINE_COUNTS[:3], "6+")
    return frame


def journeys(contacts: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """A row a pair of channels: original, latest, contacts, share (converted); small pairs are left out."""
    by = contacts.groupby(["original", "latest"], observed=True)["converted"].agg(
        contacts="size", share="mean"
    )
    pairs = by.reset_index().astype({"original": str, "latest": str})
    return pairs.loc[pairs["contacts"] >= minimum]
