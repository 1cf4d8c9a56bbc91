"""A generator of daily profile rows whose distribution given the observed past is known.

A profile's log engagement per post in week t is `y = size * f + r + c(t) + a + e`:

- f, log followers: grows by a slope g that itself wanders (AR 1);
- r, log rate: a random walk;
- c, the season of the year: the same for all;
- a, what passes: AR 1, and in a week with a viral post it jumps;
- e, noise.

All are Gaussian, and a viral week shows itself: its impressions are at least twice its reach, elsewhere at
most 1.45 times. So the Kalman filter (`best`) gives the best possible forecast. Which days are recorded,
how many posts they hold and how a week's engagement falls on its days is drawn apart, and tells nothing more.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engagement_utils.inference.samples import Floats
from engagement_utils.profiles.weekly import week_of

FIRST_DAY = date(2023, 1, 1)  # a Sunday: the first week is one day long
LAST_DAY = date(2024, 12, 31)  # a Tuesday: the last week is two days long
DAYS = (LAST_DAY - FIRST_DAY).days + 1
ROWS_PER_PROFILE = 217.6  # of the published data: 33,106,839 rows of 152,151 profiles
# recorded days a year, and the share of profiles with so many, after the published histogram
DENSITIES = ((4, 50, 0.62), (50, 100, 0.08), (100, 200, 0.08), (200, 300, 0.06), (300, 366, 0.07))
WHOLE = 1 - sum(share for *_, share in DENSITIES)
# factor of a day's engagement per post, Monday to Sunday
WEEKDAY = np.array([0.94, 1.0, 1.08, 1.06, 0.98, 0.92, 1.02])


@dataclass(frozen=True)
class Truth:
    """The process behind the data; standard deviations are of natural logarithms, a step is a week."""

    profiles: int = 2000
    seed: int = 20230101
    followers: tuple[float, float] = (9.6, 2.3)  # mean and sd of log followers at the start
    slope: tuple[float, float] = (0.002, 0.006)  # mean and sd of g at the start
    slope_keeps: float = 0.97
    slope_sd: float = 0.0015
    followers_sd: float = 0.004
    size: float = 0.75
    rate: tuple[float, float] = (-1.0, 0.7)
    rate_sd: float = 0.06
    passing_keeps: float = 0.6
    passing_sd: float = 0.10
    viral: float = 0.02  # chance that a week with posts goes viral
    viral_jump: tuple[float, float] = (0.9, 0.4)
    noise_sd: float = 0.45
    season: float = 0.10  # amplitude over the year
    never_followers: float = 0.45  # profiles whose followers are always undefined
    sometimes_followers: float = 0.33  # rows of the others that are undefined

    def seasonal(self, week: NDArray[np.int64]) -> Floats:
        """The season's part of y, by week number (`weekly.week_of`)."""
        return self.season * np.sin(2 * np.pi * week / (365.25 / 7))


@dataclass(frozen=True)
class Simulated:
    """Profiles with all that happened to them; arrays are (profile, week), over `weeks`.

    `seen` weeks have posts; `y` is log engagement per post (NaN where not seen), `followers` the recorded
    number (NaN where undefined all week), `viral` marks the weeks that jumped.
    """

    truth: Truth
    ids: NDArray[np.object_]
    weeks: NDArray[np.int64]
    y: Floats
    followers: Floats
    viral: NDArray[np.bool_]
    recorded: NDArray[np.bool_]
    daily: pd.DataFrame


def simulate(truth: Truth, first: int = 0, count: int | None = None) -> Simulated:
    """The profiles numbered from `first`; the same number gives the same profile only in the same blocks."""
    n = truth.profiles - first if count is None else count
    rng = np.random.default_rng([truth.seed, first])
    ids = np.array(
        [hashlib.sha256(f"{truth.seed}:{first + i}".encode()).hexdigest() for i in range(n)], object
    )
    weeks = np.arange(week_of(FIRST_DAY), week_of(LAST_DAY) + 1)
    recorded = _recorded(rng, n)
    posts = _posts(rng, recorded)
    week_at = (np.arange(DAYS) + 6) // 7  # the first day is a Sunday
    ends = np.searchsorted(week_at, np.arange(weeks.size))
    weekly_posts = np.add.reduceat(posts, ends, axis=1)
    viral = (rng.random((n, weeks.size)) < truth.viral) & (weekly_posts > 0)
    y, f = _levels(truth, rng, viral, weeks)
    defined = recorded & (rng.random(recorded.shape) >= truth.sometimes_followers)
    defined &= (rng.random(n) >= truth.never_followers)[:, None]
    stock = np.rint(np.exp(f))
    daily = _daily(rng, ids, recorded, posts, defined, week_at, y, stock, viral)
    y = np.where(weekly_posts > 0, y, np.nan)
    known = np.add.reduceat(defined, ends, axis=1, dtype=np.int64) > 0
    weekly = np.add.reduceat(recorded, ends, axis=1, dtype=np.int64) > 0
    return Simulated(truth, ids, weeks, y, np.where(known, stock, np.nan), viral, weekly, daily)


def _recorded(rng: np.random.Generator, n: int) -> NDArray[np.bool_]:
    """(profile, day): a spell of the two years, and a chance a day within it."""
    low, high, share = (np.array(c, dtype=float) for c in zip(*DENSITIES, strict=True))
    kind = rng.choice(len(DENSITIES) + 1, size=n, p=[*share, WHOLE])
    whole = kind == len(DENSITIES)
    at = np.minimum(kind, len(DENSITIES) - 1)
    # most of the sparse are very sparse
    place = rng.random(n) ** np.where(at == 0, 1.2, 1.0)
    aim = np.where(whole, 366.0, low[at] + place * (high[at] - low[at])) / 365.5
    chance = np.where(
        whole, 1.0, np.clip(aim + (1 - aim) * rng.random(n) * np.where(at == 0, 0.12, 0.3), 0, 1)
    )
    length = np.rint(np.clip(aim / chance, 0, 1) * DAYS)
    start = np.floor(rng.random(n) * (DAYS - length + 1))
    day = np.arange(DAYS)
    inside = (day >= start[:, None]) & (day < (start + length)[:, None])
    return inside & (rng.random((n, DAYS)) < chance[:, None])


def _posts(rng: np.random.Generator, recorded: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Posts of a recorded day. Sparse profiles are recorded mostly on days on which they posted."""
    n = recorded.shape[0]
    habit = np.exp(rng.normal(-0.6, 0.7, n))
    posts = rng.poisson(habit[:, None], recorded.shape)
    sparse = recorded.mean(axis=1) < 0.5
    posting = sparse[:, None] & (rng.random(recorded.shape) < 0.6)
    return np.where(recorded, posts + posting, 0)


def _levels(
    t: Truth, rng: np.random.Generator, viral: NDArray[np.bool_], weeks: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """y and f of every week."""
    n, steps = viral.shape
    z = rng.standard_normal((6, steps, n))
    f, g = t.followers[0] + t.followers[1] * z[0, 0], t.slope[0] + t.slope[1] * z[1, 0]
    r, a = t.rate[0] + t.rate[1] * z[2, 0], t.passing_sd / np.sqrt(1 - t.passing_keeps**2) * z[3, 0]
    y, fs = np.empty((n, steps)), np.empty((n, steps))
    for i in range(steps):
        if i:
            f = f + g + t.followers_sd * z[0, i]
            g = t.slope_keeps * g + t.slope_sd * z[1, i]
            r = r + t.rate_sd * z[2, i]
            a = t.passing_keeps * a + t.passing_sd * z[3, i]
        a = a + viral[:, i] * (t.viral_jump[0] + t.viral_jump[1] * z[4, i])
        y[:, i] = t.size * f + r + a + t.noise_sd * z[5, i]
        fs[:, i] = f
    return y + t.seasonal(weeks), fs


def _daily(
    rng: np.random.Generator,
    ids: NDArray[np.object_],
    recorded: NDArray[np.bool_],
    posts: NDArray[np.int64],
    defined: NDArray[np.bool_],
    week_at: NDArray[np.int64],
    y: Floats,
    stock: Floats,
    viral: NDArray[np.bool_],
) -> pd.DataFrame:
    """One row a recorded day; a week's engagement is dealt to its days in whole numbers."""
    who, day = np.nonzero(recorded)
    week = week_at[day]
    n = posts[who, day]
    weight = n * WEEKDAY[(day + 6) % 7] * np.exp(rng.normal(0, 0.3, who.size))
    starts = np.flatnonzero(np.r_[True, (who[1:] != who[:-1]) | (week[1:] != week[:-1])])
    lengths = np.diff(np.r_[starts, who.size])
    total = np.rint(np.add.reduceat(n, starts) * np.exp(y[who[starts], week[starts]]))
    cumulated = np.cumsum(weight)
    before = np.r_[0.0, cumulated][starts]
    whole = np.maximum(np.add.reduceat(weight, starts), 1e-300)
    upto = np.rint(
        np.clip((cumulated - np.repeat(before, lengths)) / np.repeat(whole, lengths), 0, 1)
        * np.repeat(total, lengths)
    )
    last = np.r_[starts[1:] - 1, who.size - 1]
    upto[last] = np.where(np.add.reduceat(n, starts) > 0, total, 0)
    engagement = np.diff(upto, prepend=0.0)
    engagement[starts] = upto[starts]
    likes = np.rint(engagement * rng.uniform(0.93, 0.99, who.size))
    reach = np.rint(engagement * rng.uniform(8, 14, who.size) + rng.uniform(5, 40, who.size))
    jumped = viral[who, week]
    times = np.where(jumped, rng.uniform(2.05, 2.6, who.size), rng.uniform(1.15, 1.4, who.size))
    followers = pd.Series(stock[who, week].astype("int64").astype(str), dtype="string[pyarrow]")
    followers[~defined[who, day]] = "undefined"
    return pd.DataFrame(
        {
            "date": np.datetime64(FIRST_DAY, "s") + day.astype("timedelta64[D]"),
            "profile_id": pd.Categorical(ids[who], categories=ids),
            "followers": followers,
            "posts": n,
            "engagement": engagement.astype("int64"),
            "likes": likes.astype("int64"),
            "comments": (engagement - likes).astype("int64"),
            "reach": reach.astype("int64"),
            "impressions": np.rint(reach * times).astype("int64"),
        }
    )


def blocks(truth: Truth, size: int = 4000) -> Iterator[Simulated]:
    """All profiles, in blocks that fit into memory (0.6 GB for 4,000)."""
    for first in range(0, truth.profiles, size):
        yield simulate(truth, first, min(size, truth.profiles - first))


def with_faults(daily: pd.DataFrame, seed: int, each: int = 40) -> pd.DataFrame:
    """Rows as collections spoil them, `each` of a kind, where they leave y as it is once they are handled.

    Days twice, reach that fell below 0 on days without posts, likes and comments that miss the engagement,
    and followers that fall to a thousandth for a day.
    """
    rng = np.random.default_rng([seed, 1])
    spoilt = daily.reset_index(drop=True)
    calm = rng.choice(np.flatnonzero(spoilt["posts"] == 0), each, replace=False)
    spoilt.loc[calm, "reach"] = -spoilt.loc[calm, "reach"] - 1
    some = rng.choice(np.flatnonzero(spoilt["likes"] > 20), each, replace=False)
    spoilt.loc[some, "likes"] -= 7
    # not the first day of a profile's known followers: a fall needs something to fall from
    number = pd.to_numeric(spoilt["followers"], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
    nth = spoilt.groupby("profile_id", observed=True).cumcount().to_numpy()
    fallen = rng.choice(np.flatnonzero((number > 5000) & (nth > 30)), each, replace=False)
    spoilt.loc[fallen, "followers"] = [str(int(x) // 1000) for x in number[fallen]]
    again = spoilt.iloc[np.sort(rng.choice(len(spoilt), each, replace=False))]
    return pd.concat([spoilt, again], ignore_index=True)
