"""Groups in which errors and coverage are shown: followers, and recorded days of the last year."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

UNKNOWN = "unknown"
FOLLOWERS = ("<1K", "1K-10K", "10K-100K", "100K-1M", ">1M")
_FOLLOWER_EDGES = (1e3, 1e4, 1e5, 1e6)
DENSITY = ("under 50 days", "50 to 99", "100 to 199", "200 to 299", "300 and more")
_DENSITY_EDGES = (50, 100, 200, 300)
STRATA: Mapping[str, tuple[str, ...]] = {"followers": (*FOLLOWERS, UNKNOWN), "density": DENSITY}


def followers_stratum(followers: "pd.Series[float]") -> pd.Categorical:
    """The published strata, by the last known number; "unknown" where none is known."""
    numbers = followers.to_numpy(dtype=float)
    code = np.searchsorted(_FOLLOWER_EDGES, np.nan_to_num(numbers), side="right")
    code = np.where(np.isfinite(numbers), code, len(FOLLOWERS))
    names = [*FOLLOWERS, UNKNOWN]
    return pd.Categorical(np.array(names)[code], categories=names, ordered=True)


def density_stratum(days: "pd.Series[float]") -> pd.Categorical:
    """By recorded days in the last 52 weeks."""
    code = np.searchsorted(_DENSITY_EDGES, days.to_numpy(dtype=float), side="right")
    return pd.Categorical(np.array(DENSITY)[code], categories=list(DENSITY), ordered=True)


def with_strata(frame: pd.DataFrame) -> pd.DataFrame:
    """Adds `stratum_followers` and `stratum_density` to rows of `features`."""
    return frame.assign(
        stratum_followers=followers_stratum(np.expm1(frame["followers"])),
        stratum_density=density_stratum(frame["days_52"]),
    )
