"""The published marketing actions, attached to segments and ranked by what they can bring."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from engagement_utils.contacts.closing import Curve

Choice = Callable[[pd.DataFrame], "pd.Series[bool]"]


class Published(NamedTuple):
    """An action of the published notebook, whom it suits, and how that is counted."""

    segment: str
    action: str
    whom: str
    choose: Choice


ACTIONS = (
    Published(
        "1A",
        "Fast-track with immediate follow-up",
        "created in the last 90 days",
        lambda f: f["followed"] <= 90,
    ),
    Published(
        "1A",
        "Cross-platform retargeting campaigns",
        "several platforms mentioned",
        lambda f: f["platforms"] > 1,
    ),
    Published("1A", "APREU event invitations", "local contacts", lambda f: f["tier"] == "local"),
    Published("1A", "Personalised content delivery", "opened an email", lambda f: f["emails_opened"] > 0),
    Published(
        "1B", "Nurture campaigns to increase engagement", "all open contacts", lambda f: f["followed"] >= 0
    ),
    Published(
        "1B",
        "Value-driven content to encourage site exploration",
        "at most one session",
        lambda f: f["num_sessions"] <= 1,
    ),
    Published("1B", "Social proof and testimonials", "opened an email", lambda f: f["emails_opened"] > 0),
    Published(
        "1B", "Gradual relationship building", "open for more than 90 days", lambda f: f["followed"] > 90
    ),
)


def ranked(social: pd.DataFrame, curves: Sequence[Curve], minimum: int) -> pd.DataFrame:
    """The actions with what they can bring, largest first.

    Reach is the number of open contacts of the segment whom the action suits. Each is open after some days,
    and its segment's curve says how likely it closes yet. For 1A the closings at stake are the sum of these
    chances: what could be lost or come sooner. For 1B they are the sum of what is gained if it closed as 1A
    does from here on: the most that an action could bring. Bounds take the errors of all contacts as fully
    correlated, since they come from the same curves: they are rather too wide.

    Args:
        social: the socially engaged contacts with segment, converted, followed and `platforms`.
        curves: share closed by segment; without that of 1A there is nothing to rank.

    Returns:
        rank, segment, action, whom, reach, at_stake, low, high; reaches under the minimum are hidden.
    """
    by_name = {c.name: c for c in curves}
    rows = []
    open_ones = social[~social["converted"] & social["followed"].notna()]
    for segment, action, whom, choose in ACTIONS:
        inside = open_ones[open_ones["segment"] == segment]
        suits = inside[choose(inside)]
        if len(suits) < minimum or "1A" not in by_name:
            continue
        days = suits["followed"].to_numpy(dtype=float)
        chance, error = by_name["1A"].remaining(days)
        if segment != "1A" and segment in by_name:
            own, own_error = by_name[segment].remaining(days)
            chance, error = chance - own, np.hypot(error, own_error)
        total, half = float(chance.sum()), by_name["1A"].z * float(error.sum())
        bounds = (max(0.0, x) for x in (total, total - half, total + half))
        rows.append((segment, action, whom, len(suits), *bounds))
    names = ["segment", "action", "whom", "reach", "at_stake", "low", "high"]
    table = pd.DataFrame(rows, columns=names).sort_values(
        "at_stake", ascending=False, ignore_index=True, kind="stable"
    )
    table.insert(0, "rank", range(1, len(table) + 1))
    return table
