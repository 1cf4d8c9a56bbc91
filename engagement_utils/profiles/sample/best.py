"""The best possible forecast of generated profiles, given the observed past: a Kalman filter of the truth.

State (f, g, r, a) as in `simulation`; two observations a week, where they exist: log followers (exact but for
rounding) and log engagement per post. The median of the forecast distribution minimises the expected absolute
error. Kalman 1960, J. Basic Engineering 82:35-45; Durbin and Koopman 2012, Time Series Analysis by State
Space Methods, chapter 4.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from engagement_utils.inference.samples import Floats
from engagement_utils.profiles.features import HORIZONS
from engagement_utils.profiles.sample.simulation import Simulated, Truth


@dataclass(frozen=True)
class Best:
    """Forecasts made at the end of each week; arrays are (profile, week, horizon), in logarithms.

    The forecast distribution is normal with `mean` and `variance`, but for a viral week to come; `median` has
    that in it. NaN before a profile's first week with posts.
    """

    mean: Floats
    variance: Floats
    median: Floats


def _observe(x: Floats, p: Floats, h: Floats, value: Floats, noise: Floats) -> tuple[Floats, Floats]:
    """Update by one scalar observation `value = h x + noise`; NaN leaves the state as it is."""
    seen = np.isfinite(value)
    ph = p @ h
    s = ph @ h + noise
    gain = np.where(seen, 1 / s, 0.0)[:, None] * ph
    x = x + gain * np.where(seen, value - x @ h, 0.0)[:, None]
    return x, p - gain[:, :, None] * ph[:, None, :]


def best_forecasts(data: Simulated) -> Best:
    """Filter every profile through its weeks and look one to four weeks ahead."""
    t = data.truth
    n, steps = data.y.shape
    step = np.array([[1, 1, 0, 0], [0, t.slope_keeps, 0, 0], [0, 0, 1, 0], [0, 0, 0, t.passing_keeps]])
    q = np.diag([t.followers_sd, t.slope_sd, t.rate_sd, t.passing_sd]) ** 2
    h = np.array([t.size, 0, 1, 1])
    at_start = [t.followers[0], t.slope[0], t.rate[0], 0.0]
    spread = [t.followers[1], t.slope[1], t.rate[1], t.passing_sd / np.sqrt(1 - t.passing_keeps**2)]
    x, p = np.tile(at_start, (n, 1)), np.tile(np.diag(spread) ** 2, (n, 1, 1))
    followers = np.maximum(data.followers, 1)
    y = data.y - t.seasonal(data.weeks)
    mean, variance = (np.full((n, steps, len(HORIZONS)), np.nan) for _ in range(2))
    begun = np.zeros(n, bool)
    for i in range(steps):
        if i:
            x, p = x @ step.T, step @ p @ step.T + q
        jumped = data.viral[:, i]
        x[:, 3] += jumped * t.viral_jump[0]
        p[:, 3, 3] += jumped * t.viral_jump[1] ** 2
        # a whole number is known to within a uniform error of one
        x, p = _observe(
            x, p, np.array([1.0, 0, 0, 0]), np.log(followers[:, i]), 1 / (12 * followers[:, i] ** 2) + 1e-9
        )
        x, p = _observe(x, p, h, y[:, i], np.full(n, t.noise_sd**2))
        begun |= np.isfinite(y[:, i])
        ahead, around = x, p
        for k in range(len(HORIZONS)):
            ahead, around = ahead @ step.T, step @ around @ step.T + q
            mean[begun, i, k] = (ahead @ h)[begun]
            variance[begun, i, k] = ((around @ h) @ h)[begun] + t.noise_sd**2
    season = t.seasonal(data.weeks[:, None] + np.array(HORIZONS))
    mean, sd = mean + season, np.sqrt(variance)
    # the chance that a week has posts, from the weeks since a profile's first one with posts (Laplace's rule)
    seen = np.cumsum(np.isfinite(data.y), axis=1)
    posting = (seen + 1) / (np.cumsum(seen > 0, axis=1) + 2)
    shift = np.stack([_shift(t, sd[:, :, k], posting, k) for k in range(len(HORIZONS))], axis=2)
    return Best(mean, variance, mean + sd * shift)


def _shift(t: Truth, sd: Floats, posting: Floats, between: int) -> Floats:
    """How far the median lies above the mean, in sd, as weeks to come may be viral: by Newton's method.

    Args:
        posting: chance that a week on the way has posts, without which it cannot be viral.
        between: weeks on the way to the target week, which itself has posts. Two viral weeks are left out.
    """
    jumps = [(t.viral * (posting if j else 1.0), t.passing_keeps**j) for j in range(between + 1)]
    calm = 1 - sum(chance for chance, _ in jumps)
    z = np.zeros_like(sd)
    for _ in range(6):
        below, density = calm * special.ndtr(z) - 0.5, calm * _normal(z)
        for chance, left in jumps:
            wide = np.sqrt(sd**2 + (left * t.viral_jump[1]) ** 2)
            at = (z * sd - left * t.viral_jump[0]) / wide
            below, density = below + chance * special.ndtr(at), density + chance * _normal(at) * sd / wide
        z = z - below / density
    return z


def _normal(z: Floats) -> Floats:
    return np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


def best_table(data: Simulated, best: Best) -> pd.DataFrame:
    """One row a profile, week and horizon with a forecast: profile_id, week, horizon, median."""
    who, week, horizon = np.nonzero(np.isfinite(best.median))
    return pd.DataFrame(
        {
            "profile_id": pd.array(data.ids[who], dtype="string[pyarrow]"),
            "week": data.weeks[week],
            "horizon": np.array(HORIZONS)[horizon],
            "median": np.exp(best.median[who, week, horizon]),
        }
    )
