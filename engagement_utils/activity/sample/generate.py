"""Generated sessions, recommendations and moderators whose truth is known.

The stock tables (the CSV files beside this module) hold the published ranges, one session a user; `SAMPLES`
names those in which users come back. `python -m engagement_utils.activity.sample.generate` writes the stock
tables.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from engagement_utils.inference.samples import Floats

START, END = np.datetime64("2024-01-01"), np.datetime64("2025-01-31")
TYPES = ("blog", "podcast", "video")
HOURS = np.array([1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 9, 8, 6, 5, 6, 8, 11, 14, 16, 13, 7, 3], dtype=float)
WEEKDAYS = np.array([1.1, 1.15, 1.2, 1.15, 1.0, 0.7, 0.7])  # Monday first
MOST = {"session_length": (5, 141), "messages_sent": (1, 85), "resources_clicked": (0, 6)}


@dataclass(frozen=True)
class Truth:
    """What is planted.

    Attributes:
        months: factor on length and messages by month of the year; a month without one has 1.
        all_types: the same factor for users who were recommended every type.
        rates: mean click-through rate by recommendation type.
        evening: whether hours and weekdays follow `HOURS` and `WEEKDAYS`; else all are alike.
        top_rating: ratings go to it.
        slow_costs: satisfaction lost by a second of a moderator's average response time.
        spread: standard deviation of the moderators' true satisfaction.
        returning: chance that a user has sessions again in any later week (0: one session a user).
        strangers: users with recommendations but without a session.
    """

    sessions: int = 1000
    recommendations: int = 500
    moderators: int = 100
    months: Mapping[int, float] = field(default_factory=lambda: {8: 0.55, 12: 1.4, 1: 1.25})
    all_types: float = 1.6
    rates: Mapping[str, float] = field(default_factory=lambda: {"blog": 0.5, "podcast": 0.53, "video": 0.66})
    evening: bool = True
    top_rating: int = 6
    slow_costs: float = 0.05
    spread: float = 0.3
    returning: float = 0.0
    strangers: int = 6
    seed: int = 20250131


NOTHING = Truth(
    months={}, all_types=1.0, rates=dict.fromkeys(TYPES, 0.55), evening=False, slow_costs=0.0, spread=0.0
)
REPEATED = Truth(sessions=400, recommendations=300, months={}, returning=0.3, seed=14)


def generate(truth: Truth) -> dict[str, pd.DataFrame]:
    """The three tables by name: activity, recommendations, moderators."""
    rng = np.random.default_rng(truth.seed)
    users = np.array([f"U{n:05d}" for n in range(1, truth.sessions + truth.strangers + 1)])
    recommendations = _recommendations(truth, users, rng)
    with_sessions = users[truth.strangers :]
    owners, moments = _sessions(truth, with_sessions, rng)
    kinds = recommendations.groupby("user_id")["recommendation_type"].nunique()
    every = np.isin(owners, kinds.index[kinds == len(TYPES)])
    activity = _measures(truth, owners, moments, every, rng)
    return {
        "activity": activity,
        "recommendations": recommendations,
        "moderators": _moderators(truth, rng),
    }


def _recommendations(truth: Truth, users: "np.ndarray", rng: np.random.Generator) -> pd.DataFrame:
    """Some users get one, two or three types, some of them a type twice; the first users have no session."""
    order = np.concatenate([users[: truth.strangers], rng.permutation(users[truth.strangers :])])
    rows: list[tuple[str, str]] = []
    for user in order:
        kinds = rng.permutation(TYPES)[: rng.choice([1, 2, 3], p=[0.68, 0.22, 0.10])]
        rows += [(str(user), str(kind)) for kind in kinds]
        if rng.random() < 0.05:
            rows.append((str(user), str(kinds[0])))
        if len(rows) >= truth.recommendations:
            break
    frame = pd.DataFrame(rows[: truth.recommendations], columns=["user_id", "recommendation_type"])
    mean = frame["recommendation_type"].map(dict(truth.rates)).to_numpy(dtype=float)
    rate = rng.beta(mean * 6, (1 - mean) * 6)
    frame["click_through_rate"] = _pinned(np.clip(rate, 0.1, 1.0).round(2), 0.1, 1.0)
    frame["feedback_score"] = _pinned(np.clip(rng.normal(3.4, 1.0, len(frame)), 1, 5).round(1), 1, 5)
    frame.insert(0, "recommendation_id", [f"R{n:05d}" for n in range(1, len(frame) + 1)])
    return frame


def _sessions(truth: Truth, users: "np.ndarray", rng: np.random.Generator) -> "tuple[np.ndarray, np.ndarray]":
    """Whose session it is and when it begins."""
    days = int((END - START) / np.timedelta64(1, "D")) + 1
    if truth.returning:
        weeks = days // 7
        first = rng.integers(0, weeks - 12, users.size)
        again = rng.random((users.size, weeks)) < truth.returning
        week = np.arange(weeks)
        active = (week == first[:, None]) | (again & (week > first[:, None]))
        # one to three sessions in an active week
        times = active * rng.choice([1, 2, 3], active.shape, p=[0.7, 0.2, 0.1])
        who, when = (np.repeat(x, times[active]) for x in np.nonzero(active))
        owners, day = users[who], when * 7
    else:
        owners, day = rng.permutation(users), rng.integers(0, days, users.size) // 7 * 7
    weights = WEEKDAYS if truth.evening else np.ones(7)
    day = np.minimum(day + rng.choice(7, owners.size, p=weights / weights.sum()), days - 1)
    weights = HOURS if truth.evening else np.ones(24)
    seconds = rng.choice(24, owners.size, p=weights / weights.sum()) * 3600 + rng.integers(
        0, 3600, owners.size
    )
    moments = (START + day.astype("timedelta64[D]")).astype("datetime64[s]") + seconds.astype(
        "timedelta64[s]"
    )
    return owners, moments


def _measures(
    truth: Truth, owners: "np.ndarray", moments: "np.ndarray", every: "np.ndarray", rng: np.random.Generator
) -> pd.DataFrame:
    month = pd.DatetimeIndex(moments).month
    factor = np.array([truth.months.get(int(m), 1.0) for m in month])
    factor = factor * np.where(every, truth.all_types, 1.0)
    n = owners.size
    eager = rng.normal(0, 1, n)  # of the session: long ones have more messages and rate a little higher
    length = np.exp(np.log(46) + 0.42 * eager) * factor
    messages = np.exp(np.log(22) + 0.36 * eager + 0.28 * rng.normal(0, 1, n)) * factor
    rating = rng.binomial(truth.top_rating - 1, 1 / (1 + np.exp(0.15 - 0.2 * eager))) + 1
    clicks = rng.poisson(1.6 * np.exp(0.15 * eager))
    frame = pd.DataFrame(
        {
            "user_id": owners,
            "timestamp": pd.DatetimeIndex(moments),
            "session_length": length,
            "messages_sent": messages,
            "feedback_rating": rating,
            "resources_clicked": clicks,
        }
    )
    for name, (low, high) in MOST.items():
        whole = np.clip(frame[name].round(), low, high)
        frame[name] = _pinned(whole.to_numpy(dtype=float), low, high).astype(int)
    frame = frame.sort_values(["timestamp", "user_id"], ignore_index=True)
    frame.insert(1, "session_id", [f"S{n:06d}" for n in range(1, n + 1)])
    return frame


def _moderators(truth: Truth, rng: np.random.Generator) -> pd.DataFrame:
    n = truth.moderators
    sessions = _pinned(rng.integers(17, 494, n).astype(float), 17, 493).astype(int)
    response = _pinned(np.clip(2 + rng.gamma(2.5, 4.0, n), 2, 30.71).round(2), 2, 30.71)
    own = 4.0 - truth.slow_costs * (response - 12) + rng.normal(0, truth.spread, n)
    seen = own + rng.normal(0, 1, n) / np.sqrt(sessions)
    return pd.DataFrame(
        {
            "moderator_id": [f"M{k:03d}" for k in range(1, n + 1)],
            "chat_sessions_moderated": sessions,
            "avg_response_time": response,
            "user_satisfaction_score": np.clip(seen, 1, 5).round(2),
        }
    )


def _pinned(values: Floats, low: float, high: float) -> Floats:
    """The values with the smallest at `low` and the largest at `high`, so that the published ranges hold."""
    pinned = values.copy()
    pinned[int(values.argmin())], pinned[int(values.argmax())] = low, high
    return pinned


def write(truth: Truth, folder: Path) -> dict[str, str]:
    """Write the three tables as CSV below `folder`; paths by table name."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, frame in generate(truth).items():
        paths[name] = str(folder / f"{name}.csv")
        frame.to_csv(paths[name], index=False, lineterminator="\n")
    return paths


def _of(truth: Truth, table: str) -> Callable[[], pd.DataFrame]:
    return lambda: generate(truth)[table]


_NAMES = ("activity", "recommendations", "moderators")
SAMPLES: dict[str, Callable[[], pd.DataFrame]] = {
    **{f"repeated_{name}.csv": _of(REPEATED, name) for name in _NAMES},
    **{f"nothing_{name}.csv": _of(NOTHING, name) for name in _NAMES},
}

if __name__ == "__main__":
    write(replace(Truth()), Path(__file__).parent)
