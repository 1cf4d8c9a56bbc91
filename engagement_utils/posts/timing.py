"""When a post goes out: do hours, days or weeks differ, and is there a time window that is better."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.permutation import two_groups
from engagement_utils.posts.content import contrast, omnibus
from engagement_utils.posts.contrasts import by_groups
from engagement_utils.posts.dayparts import Parts, day_parts
from engagement_utils.posts.design import CONTENT, TIME, Design, Floats
from engagement_utils.posts.families import Family
from engagement_utils.posts.permuting import (
    PartialF,
    Statistic,
    permuted,
    residuals,
    smallest,
    with_intercept,
)
from engagement_utils.posts.settings import Settings
from engagement_utils.posts.windows import Scan, Window, compare, leading


@dataclass(frozen=True)
class Timing:
    """What time does to the score.

    Attributes:
        beside: content that is held constant throughout.
        tests: p-values of hour, weekday, week or month (each beside all other factors that the posts bear).
        p_value: of "time does nothing at all": the smallest of the p-values of hour, weekday, week or month
            and the best window, against what permuted scores give.
        windows: the best windows that do not overlap, each inside less outside, beside `content`; their
            p-values are those of the best of all windows under chance.
        parts: the day cut where scores change; None without hours. part_means: of each part, content held
            constant, with the simultaneous interval.
        critical: standard errors of a simultaneous interval.
        claim: the claimed hours less the others; claim_days: on how many weekdays the difference is positive,
            of how many; events: mean weekly scores after an event less the other weeks'.
        left: scores less what their content explains.
    """

    beside: tuple[str, ...]
    tests: Mapping[str, float | None]
    p_value: float | None
    windows: tuple[tuple[Window, Estimate], ...]
    parts: Parts | None
    part_means: tuple[Estimate, ...]
    critical: float
    claim: Estimate | None
    claim_days: tuple[int, int]
    events: Estimate | None
    left: Floats

    @property
    def family(self) -> Family:
        """The question and the tests behind it."""
        more = {"claim": self.claim, "events": self.events}
        single = {f"window {i + 1}": e.p_value for i, (_, e) in enumerate(self.windows)}
        return Family(
            self.p_value,
            {**self.tests, **single, **{k: e.p_value if e else None for k, e in more.items()}},
        )


def timing(design: Design, s: Settings) -> Timing | None:
    """Everything about time; None where the data have no hour, day, week or month that varies."""
    factors = [f for f in TIME if f in design.factors]
    if not factors:
        return None
    beside = design.adjusters((), CONTENT)
    reduced = with_intercept(design.columns(*beside))
    ranked, left = residuals(design.ranked, reduced), residuals(design.score, reduced)
    statistics: dict[str, Statistic] = {f: PartialF.of(reduced, design.factors[f].columns) for f in factors}
    scan = Scan.of(design.posts)
    if scan is not None:
        statistics |= {"window": scan.best, "widest": scan.widest}
    draws = permuted(ranked, statistics, resamples=s.resamples, seed=s.seed)
    widest = draws.pop("widest", np.array([np.nan]))
    critical = float(np.quantile(widest[1:], s.level)) if scan is not None else np.nan
    windows = []
    for window in leading(scan, ranked) if scan is not None else []:
        assert scan is not None
        excess = scan.excess(ranked[None, :])[0, scan.windows.index(window)]
        p = float(np.mean(draws["window"] >= excess - 1e-9))
        windows.append((window, compare(scan.inside_of(window), left, critical, p)))
    hours = design.posts["hour"]
    parts: Parts | None = None
    means: tuple[Estimate, ...] = ()
    if hours.notna().all() and scan is not None:
        hour = hours.to_numpy(dtype="int64")
        parts = day_parts(hour, left)
        means = _part_means(parts, hour, left, float(design.score.mean()), critical, s.level)
    claim, days = _claim(design, left, s)
    return Timing(
        beside,
        {f: omnibus(design, f, design.adjusters((f,)), s) for f in factors},
        smallest(draws),
        tuple(windows),
        parts,
        means,
        critical,
        claim,
        days,
        _events(design, left, s),
        left,
    )


def _part_means(
    parts: Parts,
    hour: "np.ndarray[tuple[int], np.dtype[np.int64]]",
    left: Floats,
    mean: float,
    c: float,
    level: float,
) -> tuple[Estimate, ...]:
    found = []
    number = np.array([parts.part_of(h) for h in range(24)])[hour]
    for i in range(len(parts.starts)):
        values = left[number == i]
        n = int(values.size)
        centre = mean + float(values.mean()) if n else float("nan")
        half = c * float(values.std(ddof=1)) / np.sqrt(n) if n > 1 else None
        low, high = (None, None) if half is None else (centre - half, centre + half)
        label = "simultaneous interval by permutation"
        found.append(Estimate(centre, low, high, n, level, None, label))
    return tuple(found)


def _claim(design: Design, left: Floats, s: Settings) -> tuple[Estimate | None, tuple[int, int]]:
    """The claimed hours less the others, and on how many weekdays that is positive."""
    hour = design.posts["hour"]
    if "hour" not in design.factors:
        return None, (0, 0)
    inside = hour.isin(s.claimed.hours).to_numpy()
    if inside.all() or not inside.any():
        return None, (0, 0)
    fit = by_groups(design, inside.astype("int64"), (False, True), design.adjusters(("hour",)), s.level)
    days = design.posts["weekday"]
    both = [d for d in sorted(days.dropna().unique()) if 0 < inside[days == d].sum() < (days == d).sum()]
    better = [d for d in both if left[(days == d) & inside].mean() > left[(days == d) & ~inside].mean()]
    return contrast(fit, [1], [0], s), (len(better), len(both))


def _events(design: Design, left: Floats, s: Settings) -> Estimate | None:
    """Weeks with an event against the others; weeks are the units."""
    week = design.posts["week"]
    if not s.events or week.isna().any():
        return None
    weekly = pd.Series(left).groupby(pd.to_datetime(week).to_numpy()).mean()
    mondays = {pd.Timestamp(d) - pd.Timedelta(days=d.weekday()) for d in s.events}
    hit = weekly.index.isin(mondays)
    if not hit.any() or hit.all():
        return None
    return two_groups(weekly[hit], weekly[~hit], level=s.level, resamples=s.resamples, seed=s.seed)
