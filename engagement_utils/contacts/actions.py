"""The published marketing actions, attached to segments and ranked by what they can bring."""

from collections.abc import Callable
from typing import NamedTuple

import pandas as pd

from engagement_utils.inference.estimate import Estimate

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


def ranked(social: pd.DataFrame, rate: Estimate, gap: Estimate, minimum: int) -> pd.DataFrame:
    """The actions with what they can bring, largest first.

    Reach is the number of open contacts of the segment whom the action suits. For 1A the closings at stake
    are reach x the segment's conversion rate: what a lost contact costs. For 1B they are reach x the gap
    between both rates: the most that could be gained if 1B closed as 1A does.

    Args:
        social: the socially engaged contacts with segment, converted, followed and `platforms`.
        rate: conversion of 1A. gap: conversion of 1A less that of 1B.

    Returns:
        rank, segment, action, whom, reach, at_stake, low, high; reaches under the minimum are hidden.
    """
    rows = []
    open_ones = social[~social["converted"]]
    for segment, action, whom, choose in ACTIONS:
        inside = open_ones[open_ones["segment"] == segment]
        reach = int(choose(inside).sum())
        e = rate if segment == "1A" else gap
        if reach >= minimum and e.low is not None and e.high is not None:
            bounds = (max(0.0, reach * b) for b in (e.value, e.low, e.high))
            rows.append((segment, action, whom, reach, *bounds))
    names = ["segment", "action", "whom", "reach", "at_stake", "low", "high"]
    table = pd.DataFrame(rows, columns=names).sort_values(
        "at_stake", ascending=False, ignore_index=True, kind="stable"
    )
    table.insert(0, "rank", range(1, len(table) + 1))
    return table
