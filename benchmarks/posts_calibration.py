"""How often the audience heatmap is right: false claims, planted effects found, coverage of intervals.

`python -m benchmarks.posts_calibration [data sets]` writes its table into docs/benchmarks/posts.md; an hour
on one core for 200 data sets a truth.
"""

import sys
from dataclasses import dataclass, replace

import numpy as np

from benchmarks import page
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.posts.calibration import Study, as_analysed, study
from engagement_utils.posts.content import WORDS
from engagement_utils.posts.contrasts import by_number
from engagement_utils.posts.design import design
from engagement_utils.posts.sample import Truth, generate

HALF_YEAR = 24 * 7 * 26
SLOPES = 1500


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


def percent(e: Estimate) -> str:
    return f"{100 * e.value:.1f} % ({100 * (e.low or 0):.1f} to {100 * (e.high or 0):.1f})"


def table(head: str, rows: dict[str, list[str]]) -> str:
    names = [c.name for c in CASES]
    return page.table([head, *names], [[name, *cells] for name, cells in rows.items()])


def slopes(datasets: int) -> Estimate:
    """Share of intervals of the length's slope that hold it: one a data set, so it takes many to tell."""
    truth, held = Truth(posts=1000, hours=HALF_YEAR), 0
    for i in range(datasets):
        d = design(as_analysed(generate(replace(truth, seed=700_000_000 + i))))
        words = d.posts["post_length"].to_numpy(dtype="float64") / WORDS
        slope = by_number(d, words, d.adjusters(("post_length",))).value(np.array([0.0, 1.0]), d.n)
        held += (slope.low or 0) <= WORDS * truth.word_effect <= (slope.high or 0)
    return proportion(held, datasets)


def main(datasets: int) -> None:
    studies: list[Study] = []
    for case in CASES:
        studies.append(study(case.truth, datasets))
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
