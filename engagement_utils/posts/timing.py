"""When a post goes out: do hours, days or weeks differ, and is there a time window that is better."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.linear import (
    PartialF,
    Statistic,
    permuted,
    residuals,
    smallest,
    with_intercept,
)
from engagement_utils.inference.permutation import two_groups
from engagement_utils.inference.samples import Floats
from engagement_utils.posts.contrasts import by_groups, omnibus
from engagement_utils.posts.dayparts import Parts, day_parts
from engagement_utils.posts.factors import CONTENT, TIME, Design
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
        parts: the day cut where scores change; none without hours. part_means: of each part, content held
            constant, with the simultaneous interval.
        claim: the claimed hours less the others; claim_days: on how many weekdays the difference is positive,
            of how many; events: mean weekly scores after an event less the other weeks'.
    """

    beside: tuple[str, ...] = ()
    tests: Mapping[str, float] = field(default_factory=dict)
    p_value: float | None = None
    windows: tuple[tuple[Window, Estimate], ...] = ()
    parts: Parts = field(default_factory=Parts)
    part_means: tuple[Estimate, ...] = ()
    claim: Estimate | None = None
    claim_days: tuple[int, int] = (0, 0)
    events: Estimate | None = None


def timing(design: Design) -> Timing:
    """Everything about time; nothing is tested where no hour, day, week or month varies."""
    s = design.settings
    factors = [f for f in TIME if f in design.factors]
    if not factors:
        return Timing()
    beside = design.adjusters((), CONTENT)
    reduced = with_intercept(design.columns(*beside))
    ranked, left = residuals(design.ranked, reduced), residuals(design.score, reduced)
    statistics: dict[str, Statistic] = {f: PartialF.of(reduced, design.factors[f].columns) for f in factors}
    scan = Scan.of(design.posts)
    if scan is not None:
        statistics |= {"window": scan.best, "widest": scan.widest}
    draws = permuted(ranked, statistics, resamples=s.resamples, seed=s.seed)
    windows: list[tuple[Window, Estimate]] = []
    parts = Parts()
    means: tuple[Estimate, ...] = ()
    if scan is not None:
        critical = float(np.quantile(draws.pop("widest")[1:], s.level))
        for window in leading(scan, ranked):
            excess = scan.excess(ranked[None, :])[0, scan.windows.index(window)]
            p = float(np.mean(draws["window"] >= excess - 1e-9))
            e = compare(scan.inside_of(window), left, critical, s.level)
            windows.append((window, e.with_p_value(p)))
        if design.posts["hour"].notna().all():
            parts, means = _parts(design, left, critical)
    tests = {f: omnibus(design, f) for f in factors}
    claim, days = _claim(design, left)
    events = _events(design, left)
    return Timing(beside, tests, smallest(draws), tuple(windows), parts, means, claim, days, events)


def _parts(design: Design, left: Floats, critical: float) -> tuple[Parts, tuple[Estimate, ...]]:
    """The day's parts, and the mean of each with the interval that holds for all windows at once."""
    hour: NDArray[np.int64] = design.posts["hour"].to_numpy(dtype="int64")
    parts = day_parts(hour, left)
    part = np.array([parts.part_of(h) for h in range(24)])[hour]
    mean = float(design.score.mean())
    found = []
    for i in range(len(parts.starts)):
        values = left[part == i]
        n = int(values.size)
        centre = mean + float(values.mean()) if n else float("nan")
        half = critical * float(values.std(ddof=1)) / np.sqrt(n) if n > 1 else None
        low, high = (None, None) if half is None else (centre - half, centre + half)
        label = "simultaneous interval by permutation"
        found.append(Estimate(centre, low, high, n, design.settings.level, None, label))
    return parts, tuple(found)


def _claim(design: Design, left: Floats) -> tuple[Estimate | None, tuple[int, int]]:
    """The claimed hours less the others, and on how many weekdays that is positive."""
    hour = design.posts["hour"]
    inside = hour.isin(design.settings.claims.hours).to_numpy()
    if "hour" not in design.factors or inside.all() or not inside.any():
        return None, (0, 0)
    fit = by_groups(design, inside.astype("int64"), (False, True), design.adjusters(("hour",)))
    days = design.posts["weekday"]
    both = [d for d in sorted(days.dropna().unique()) if 0 < inside[days == d].sum() < (days == d).sum()]
    better = [d for d in both if left[(days == d) & inside].mean() > left[(days == d) & ~inside].mean()]
    return fit.compare([1], [0]), (len(better), len(both))


def _events(design: Design, left: Floats) -> Estimate | None:
    """Weeks with an event against the others; weeks are the units."""
    week, s = design.posts["week"], design.settings
    if not s.events or week.isna().any():
        return None
    weekly = pd.Series(left).groupby(pd.to_datetime(week).to_numpy()).mean()
    mondays = {pd.Timestamp(d) - pd.Timedelta(days=d.weekday()) for d in s.events}
    hit = weekly.index.isin(mondays)
    if not hit.any() or hit.all():
        return None
    return two_groups(weekly[hit], weekly[~hit], level=s.level, resamples=s.resamples, seed=s.seed)
