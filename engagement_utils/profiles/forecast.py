"""The next four weeks of given profiles: forecasts, intervals, and what is to be said of them.

Rules for what is missing:

- a profile without a week with posts has no forecast ("no history");
- after more than `MAX_STALE` weeks without a recorded day, the last trailing mean stands in for the model,
  without an interval, as nothing was calibrated for it ("stale");
- with fewer than three weeks with posts the model forecasts, and the row says so ("short history").

Forecasts below 0 become 0.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from engagement_utils.errors import TableError
from engagement_utils.profiles.features import HORIZONS, MAX_STALE
from engagement_utils.profiles.intervals import BOUNDS, LEVELS, ends
from engagement_utils.profiles.models import Model
from engagement_utils.profiles.weekly import sunday
from engagement_utils.tables.names import nearest

SHORT = 3  # weeks with posts below which a history is called short
FLAGS: Mapping[str, str] = {
    "": "forecast by the model or the baseline that stands in for it",
    "short history": f"fewer than {SHORT} weeks with posts",
    "stale": f"no recorded day for more than {MAX_STALE} weeks: the last trailing mean, without an interval",
    "no history": "no week with posts: no forecast",
}
COLUMNS = (
    "profile_id",
    "horizon_days",
    "week_ending",
    "forecast",
    *BOUNDS,
    "method",
    "flag",
)


def latest(rows: pd.DataFrame, last_week: int) -> pd.DataFrame:
    """Each profile's last row of `features.features`, with how many weeks ago it was; sorted by
    profile_id.
    """
    ordered = rows[rows["week"] <= last_week].sort_values(["profile_id", "week"], kind="stable")
    last = ordered.drop_duplicates("profile_id", keep="last")
    return last.assign(behind=last_week - last["week"]).reset_index(drop=True)


def forecast(model: Model, rows: pd.DataFrame, last_week: int) -> pd.DataFrame:
    """Four rows a profile, in engagement per post; sorted by profile_id and horizon.

    Args:
        rows: from `latest`.
        last_week: the week whose end the forecasts are made at.
    """
    stale = rows["behind"].to_numpy() > 0
    short = rows["values"].to_numpy(dtype=float) < SHORT
    flag = np.where(stale, "stale", np.where(short, "short history", ""))
    parts = []
    for h in HORIZONS:
        fitted = model[h]
        z = np.where(stale, rows["naive_trailing"].to_numpy(dtype=float), fitted.z(rows))
        bounds = np.where(stale[:, None, None], np.nan, fitted.calibration.bounds(rows, z))
        part = pd.DataFrame(
            {
                "profile_id": rows["profile_id"].to_numpy(),
                "horizon_days": 7 * h,
                "week_ending": sunday(last_week + h),
                "forecast": np.expm1(np.clip(z, 0, None)),
            }
        )
        for i, level in enumerate(LEVELS):
            part[list(ends(level))] = bounds[:, i]
        part["method"] = np.where(stale, "trailing", fitted.use)
        part["flag"] = flag
        parts.append(part)
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["profile_id", "horizon_days"], kind="stable", ignore_index=True)[list(COLUMNS)]


def without_history(ids: Sequence[str], last_week: int) -> pd.DataFrame:
    """The rows of profiles that no forecast can be made for."""
    rows = [(i, 7 * h, sunday(last_week + h)) for i in sorted(ids) for h in HORIZONS]
    table = pd.DataFrame(rows, columns=["profile_id", "horizon_days", "week_ending"])
    empty = dict.fromkeys(("forecast", *BOUNDS), np.nan)
    return table.assign(**empty, method="none", flag="no history")[list(COLUMNS)]


def chosen(wanted: Sequence[str], recorded: "pd.Index[str]", rows: pd.DataFrame, most: int) -> list[str]:
    """The profiles to show: those wanted, else one of the largest and of the smallest in turn, by the anchor.

    Raises:
        TableError: a wanted profile has no row in the data.
    """
    unknown = [i for i in wanted if i not in recorded]
    if unknown:
        near = nearest(unknown[0], list(recorded))
        found = f"{len(unknown)} of {len(wanted)} wanted profiles have no row"
        msg = f"profiles: {found}, such as {unknown[0]!r}{near}"
        raise TableError(msg)
    if wanted:
        return list(dict.fromkeys(wanted))
    current = rows[rows["behind"] == 0].sort_values(["anchor", "profile_id"], ascending=False, kind="stable")
    at = np.unique(np.linspace(0, max(len(current) - 1, 0), min(most, len(current))).round().astype(int))
    return current["profile_id"].iloc[at].astype(str).tolist()
