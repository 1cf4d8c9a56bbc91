"""Is the report right as often as it says: simulated data sets whose truth is known, analysed one by one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.pooling import shrink_means
from engagement_utils.inference.proportions import proportion
from engagement_utils.posts.analysis import Analysis, analyse
from engagement_utils.posts.contrasts import splits
from engagement_utils.posts.sample import BETTER_DOMAINS, BETTER_FORMATS, LENGTHS, Truth, generate
from engagement_utils.posts.settings import Settings

ALPHA = 0.05
HOURS, DAYS = 24, 7


def as_analysed(posts: pd.DataFrame) -> pd.DataFrame:
    """Generated posts in the columns of `metrics.sample`."""
    at = posts["timestamp"].dt
    day = at.day_of_week
    return pd.DataFrame(
        {
            "post": None,
            "format": posts["format"],
            "domain": posts["domain"],
            "post_length": posts["post_length"].astype("float64"),
            "hour": at.hour,
            "weekday": day,
            "month": at.month,
            "week": at.normalize() - pd.to_timedelta(day, unit="D"),
            "score": posts["engagement_score"],
        }
    )


def claims_time(a: Analysis) -> bool:
    """Whether the report claims any effect of time: hours, days, weeks, a window, the claimed hours."""
    tests = a.time.family.tests.values() if a.time else ()
    return any(p is not None and p < ALPHA for p in tests)


def claims_planted_window(a: Analysis, truth: Truth) -> bool:
    """Whether a window that the report calls better lies in the planted hours alone."""
    windows = a.time.windows if a.time else ()
    better = [w for w, e in windows if e.p_value is not None and e.p_value < ALPHA and (e.low or 0) > 0]
    planted = set(truth.better_hours)
    return any({(w.start + i) % HOURS for i in range(w.length)} <= planted for w in better)


def finds(a: Analysis, factor: str) -> bool:
    """Whether the planted groups are found: a supported difference, and these groups in front."""
    g = a.format if factor == "format" else a.domain
    planted = BETTER_FORMATS if factor == "format" else BETTER_DOMAINS
    if g is None or g.p_value is None:
        return False
    e = g.leaders.estimate
    return g.p_value < ALPHA and set(g.leaders.groups) == set(planted) and (e.low or 0) > 0


def covers(a: Analysis, truth: Truth) -> Iterator[tuple[str, bool]]:
    """(kind of interval, whether it holds the truth) for every interval of a data set."""

    def hit(e: Estimate | None, value: float) -> bool | None:
        return None if e is None or e.low is None or e.high is None else e.low <= value <= e.high

    found: list[tuple[str, bool | None]] = []
    for g, better, effect in (
        (a.format, BETTER_FORMATS, truth.format_effect),
        (a.domain, BETTER_DOMAINS, truth.domain_effect),
    ):
        if g is None:
            continue
        value = {name: effect * (name in better) for name in g.fit.groups}
        for x, y, low, high in g.pairs[["first", "second", "low", "high"]].itertuples(index=False):
            found.append(("difference of two groups", low <= value[x] - value[y] <= high))
        found.append(("claimed groups against others", hit(g.claim, effect)))
        gaps = [(x.estimate, _mean(value, x.groups, g) - _mean(value, x.others, g)) for x in splits(g.fit)]
        found.append(("all splits of the groups at once", all(hit(e, gap) is not False for e, gap in gaps)))
    if a.length:
        found.append(("slope of the length", hit(a.length.slope, 100 * truth.word_effect)))
    if a.time and not truth.hour_effect:
        found += [("best of all time windows", hit(e, 0.0)) for _, e in a.time.windows[:1]]
    found += _means(a, truth)
    yield from ((kind, inside) for kind, inside in found if inside is not None)


def _mean(value: dict[str, float], names: tuple[str, ...], g: object) -> float:
    counts = dict(zip(g.fit.groups, g.fit.counts, strict=True))  # type: ignore[attr-defined]
    return float(np.average([value[n] for n in names], weights=[counts[n] for n in names]))


def _means(a: Analysis, truth: Truth) -> Iterator[tuple[str, bool]]:
    """Raw and partially pooled means of hours and weekdays, against the score expected at each hour."""
    base = truth.base + (truth.format_effect + truth.domain_effect) * 2 / 5
    words = np.arange(LENGTHS[0], LENGTHS[1] + 1)
    base += float(np.clip((words - 300) * truth.word_effect, -5, 10).mean())
    better = np.isin(np.arange(HOURS), truth.better_hours)
    expected = {
        "hour": base + truth.hour_effect * better,
        "weekday": np.full(DAYS, base + truth.hour_effect * better.mean()),
    }
    for by, values in expected.items():
        grouped = a.design.posts.groupby(by)["score"]
        frame = grouped.agg(["count", "mean", "std"])
        half = _t(frame["count"]) * frame["std"] / np.sqrt(frame["count"])
        for key in frame.index[frame["count"] > 1]:
            yield "mean of an hour or weekday", abs(frame["mean"][key] - values[int(key)]) <= half[key]
        pooled = shrink_means([scores.to_numpy() for _, scores in grouped])
        for key, p in zip(frame.index, pooled, strict=True):
            yield "partially pooled mean of an hour or weekday", p.low <= values[int(key)] <= p.high


def _t(n: "pd.Series[int]") -> "pd.Series[float]":
    from scipy import stats

    return pd.Series(stats.t.ppf(0.975, np.maximum(n - 1, 1)), index=n.index)


@dataclass(frozen=True)
class Study:
    """What came of a number of data sets with one truth.

    Attributes:
        rates: claim -> share of the data sets whose report makes it, Wilson's interval, n data sets.
        coverage: kind of interval -> share that holds the truth; n is the number of data sets, and so is what
            the interval stands on: intervals of one data set are not independent.
    """

    truth: Truth
    rates: dict[str, Estimate]
    coverage: dict[str, Estimate]


def study(truth: Truth, datasets: int, settings: Settings | None = None, *, seed: int = 1) -> Study:
    """Analyse so many data sets of one truth; each has a seed of its own."""
    s = settings or Settings()
    counts = {"time": 0, "planted window": 0, "format": 0, "domain": 0}
    inside: dict[str, list[float]] = {}
    for i in range(datasets):
        a = analyse(as_analysed(generate(replace(truth, seed=seed * 100_003 + i))), replace(s, seed=i))
        counts["time"] += claims_time(a)
        counts["planted window"] += claims_planted_window(a, truth)
        for factor in ("format", "domain"):
            counts[factor] += finds(a, factor)
        held: dict[str, list[bool]] = {}
        for kind, hit in covers(a, truth):
            held.setdefault(kind, []).append(bool(hit))
        for kind, hits in held.items():
            inside.setdefault(kind, []).append(float(np.mean(hits)))
    return Study(
        truth,
        {name: proportion(n, datasets) for name, n in counts.items()},
        {kind: _average(shares) for kind, shares in inside.items()},
    )


def _average(shares: list[float]) -> Estimate:
    """Mean share over data sets, with a normal interval over them."""
    values = np.array(shares)
    half = 1.96 * float(values.std(ddof=1)) / np.sqrt(values.size) if values.size > 1 else np.nan
    centre = float(values.mean())
    return Estimate(centre, max(0.0, centre - half), min(1.0, centre + half), values.size)
