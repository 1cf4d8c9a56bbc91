"""The two scores of a session, which of them a report shows, and one value a user to compare them by."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from engagement_utils.inference.samples import Floats

RESAMPLES = 999  # of permutation tests: dozens are made
Scoring = Literal["published", "corrected", "both"]


@dataclass(frozen=True)
class Score:
    """A score: its column among the scored sessions, what it is called, and its parts with their weights."""

    key: str
    column: str
    label: str
    parts: tuple[tuple[str, str], ...]  # column, label
    weight: float


_LABELS = ("session length", "messages sent", "feedback rating", "resources clicked", "click-through rate")
PUBLISHED = Score(
    "published",
    "user_engagement_score",
    "published score",
    tuple(
        zip(
            ("session_length", "messages_sent", "feedback_rating", "resources_clicked", "per_session_ctr"),
            _LABELS,
            strict=True,
        )
    ),
    0.2,
)
CORRECTED = Score(
    "corrected",
    "corrected_score",
    "corrected score",
    tuple(
        zip(
            (
                "z_session_length",
                "z_messages_sent",
                "z_feedback_rating",
                "z_resources_clicked",
                "z_click_rate",
            ),
            _LABELS,
            strict=True,
        )
    ),
    2.0,
)


def chosen(scoring: Scoring) -> tuple[Score, ...]:
    """The scores that a report with this parameter shows, the published one first."""
    return {"published": (PUBLISHED,), "corrected": (CORRECTED,), "both": (PUBLISHED, CORRECTED)}[scoring]


def per_user(sessions: pd.DataFrame, column: str, inside: "pd.Series[bool] | None" = None) -> Floats:
    """One value a user: the mean of `column` over the user's sessions (those `inside`), users in order.

    Sessions of one user resemble each other, so users are the independent units of every comparison.
    """
    frame = sessions if inside is None else sessions[np.asarray(inside, dtype=bool)]
    return frame.groupby("user_id", sort=True)[column].mean().to_numpy(dtype=float)
