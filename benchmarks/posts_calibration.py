"""How often the audience heatmap is right: false claims, planted effects found, coverage of intervals.

`python -m benchmarks.posts_calibration [data sets]` writes its table into docs/benchmarks/posts.md; an hour
on one core for 200 data sets a truth.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import ibis
import numpy as np
from ibis import _

from benchmarks import page
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.means import mean
from engagement_utils.inference.proportions import proportion
from engagement_utils.posts.contrasts import Difference, splits
from engagement_utils.posts.questions.groups import Groups
from engagement_utils.posts.report import PostReport, Settings
from engagement_utils.posts.sample.generate import (
    BETTER_DOMAINS,
    BETTER_FORMATS,
    LENGTHS,
    Truth,
    generate,
)
from engagement_utils.tables.reading import Dataset

HALF_YEAR = 24 * 7 * 26
SLOPES = 1500
HOURS, DAYS = 24, 7


@dataclass(frozen=True)
class Case:
    name: str
    truth: Truth


CASES = (
    Case("150 posts, no effect of time (the published generator)", Truth()),
    Case("1,000 posts, no effect of time", Truth(posts=1000, hours=HALF_YEAR)),
    Case(
        "1,000 posts, nothing planted at all", Truth(1000, hours=HALF_YEAR, format_effect=0, domain_effect=0)
    ),
    Case("1,000 posts, 6 points more in four hours", Truth(posts=1000, hours=HALF_YEAR, hour_effect=6.0)),
)
RATES = {
    "time": "claims an effect of time",
    "planted window": "names a window within the planted hours",
    "format": "finds the two planted formats",
    "domain": "finds the two planted domains",
}


def reported(truth: Truth, settings: Settings) -> PostReport:
    """The report on posts of one truth."""
    con = ibis.duckdb.connect()
    con.con.register("posts", generate(truth))
    posts = con.table("posts").mutate(post=ibis.null("string"), post_length=_.post_length.cast("float64"))
    return PostReport(Dataset(con, {"posts": posts}, ()), settings)


def claims_time(report: PostReport) -> bool:
    """Whether the report claims any effect of time: hours, days, weeks, a window, the claimed hours."""
    return any(j.supported for j in report.judged("time").behind.values())


def claims_planted_window(report: PostReport, truth: Truth) -> bool:
    """Whether a window that the report calls better lies in the planted hours alone."""
    better = report.time.better.values()
    planted = set(truth.better_hours)
    return any({(w.start + i) % HOURS for i in range(w.length)} <= planted for w in better)


def finds(groups: Groups, planted: tuple[str, ...]) -> bool:
    """Whether the planted groups are found: a supported difference, and these groups in front."""
    return groups.leading is not None and set(groups.leaders.first) == set(planted)


def covers(report: PostReport, truth: Truth) -> Iterator[tuple[str, bool]]:
    """(kind of interval, whether it holds the truth) for every interval of a data set."""

    def hit(e: Estimate | None, value: float) -> bool | None:
        return None if e is None or e.interval is None else e.interval[0] <= value <= e.interval[1]

    found: list[tuple[str, bool | None]] = []
    for g, better, effect in (
        (report.format, BETTER_FORMATS, truth.format_effect),
        (report.domain, BETTER_DOMAINS, truth.domain_effect),
    ):
        if not g.held:
            continue
        value = {name: effect * (name in better) for name in g.fit.groups}
        hits = [hit(d.estimate, _gap(value, d, g)) for d in g.pairs.values()]
        found += [("difference of two groups", inside) for inside in hits]
        found.append(("claimed groups against others", hit(g.claim, effect)))
        hits = [hit(d.estimate, _gap(value, d, g)) for d in splits(g.fit)]
        found.append(("all splits of the groups at once", all(inside is not False for inside in hits)))
    if report.length.held:
        found.append(("slope of the length", hit(report.length.slope, 100 * truth.word_effect)))
    if not truth.hour_effect:
        best = [report.judged(topic).estimate for topic in list(report.time.windows)[:1]]
        found += [("best of all time windows", hit(e, 0.0)) for e in best]
    yield from ((kind, inside) for kind, inside in (*found, *_means(report, truth)) if inside is not None)


def _gap(value: dict[str, float], d: Difference, g: Groups) -> float:
    """What a difference of groups is in truth."""
    counts = dict(zip(g.fit.groups, g.fit.counts, strict=True))
    first, second = (
        float(np.average([value[n] for n in names], weights=[counts[n] for n in names]))
        for names in (d.first, d.second)
    )
    return first - second


def _means(report: PostReport, truth: Truth) -> Iterator[tuple[str, bool]]:
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
        frame = report.measures.by[by]
        value = values[frame[by].to_numpy(dtype="int64")]
        for low, high, kind in (
            ("low", "high", "mean of an hour or weekday"),
            ("pooled_low", "pooled_high", "partially pooled mean of an hour or weekday"),
        ):
            known = frame[low].notna()
            inside = (frame[low] <= value) & (value <= frame[high])
            yield from ((kind, bool(x)) for x in inside[known])


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


def study(truth: Truth, datasets: int, settings: Settings, *, seed: int = 1) -> Study:
    """Report on so many data sets of one truth; each has a seed of its own."""
    counts = dict.fromkeys(RATES, 0)
    inside: dict[str, list[float]] = {}
    for i in range(datasets):
        report = reported(replace(truth, seed=seed * 100_003 + i), replace(settings, seed=i))
        counts["time"] += claims_time(report)
        counts["planted window"] += claims_planted_window(report, truth)
        counts["format"] += finds(report.format, BETTER_FORMATS)
        counts["domain"] += finds(report.domain, BETTER_DOMAINS)
        held: dict[str, list[bool]] = {}
        for kind, hit in covers(report, truth):
            held.setdefault(kind, []).append(hit)
        for kind, hits in held.items():
            inside.setdefault(kind, []).append(float(np.mean(hits)))
    return Study(
        truth,
        {name: proportion(n, datasets) for name, n in counts.items()},
        {kind: mean(shares) for kind, shares in inside.items()},
    )


def percent(e: Estimate) -> str:
    low, high = e.interval or (e.value, e.value)
    return f"{100 * e.value:.1f} % ({100 * max(0.0, low):.1f} to {100 * min(1.0, high):.1f})"


def table(head: str, rows: dict[str, list[str]]) -> str:
    names = [c.name for c in CASES]
    return page.table([head, *names], [[name, *cells] for name, cells in rows.items()])


def slopes(datasets: int) -> Estimate:
    """Share of intervals of the length's slope that hold it: one a data set, so it takes many to tell."""
    truth, held = Truth(posts=1000, hours=HALF_YEAR), 0
    for i in range(datasets):
        report = reported(replace(truth, seed=700_000_000 + i), Settings(resamples=99))
        low, high = report.length.slope.interval or (0.0, 0.0)
        held += low <= 100 * truth.word_effect <= high
    return proportion(held, datasets)


def main(datasets: int) -> None:
    studies: list[Study] = []
    for case in CASES:
        studies.append(study(case.truth, datasets, Settings()))
        print(case.name, {k: percent(e) for k, e in studies[-1].rates.items()}, flush=True)
        for kind, e in studies[-1].coverage.items():
            print("   ", kind, percent(e), flush=True)
    rates = {words: [percent(s.rates[key]) for s in studies] for key, words in RATES.items()}
    kinds = dict.fromkeys(kind for s in studies for kind in s.coverage)
    coverage = {k: [percent(s.coverage[k]) if k in s.coverage else "" for s in studies] for k in kinds}
    text = (
        f"{datasets} simulated data sets a column (`python -m benchmarks.posts_calibration {datasets}`), "
        "999 permutations a test; brackets are 95 % intervals over data sets.\n\n"
        f"{table('share of reports that', rates)}\n\n"
        f"{table('coverage of 95 % intervals', coverage)}\n\n"
        f"Over {SLOPES:,} further data sets of 1,000 posts the interval of the length's slope holds it in "
        f"{percent(slopes(SLOPES))}. Partially pooled intervals hold more than they promise where groups do "
        "not differ, because they allow for not knowing the variance between groups.\n"
    )
    page.write("posts", "calibration", text)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
