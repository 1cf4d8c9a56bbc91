"""The published closing claims, set beside what the data at hand say."""

from collections.abc import Mapping

import pandas as pd

from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, Verdict, judge
from engagement_utils.pings.results import Results
from engagement_utils.report.answer import Answer
from engagement_utils.report.wording import number, percent, with_interval

CONTRADICTED = "contradicted"  # the data support the contrary
STRONG = 0.7  # AUC from which discrimination is called acceptable (Hosmer and Lemeshow 2000, section 5.2.4)


def _claimed(verdict: Verdict, holds: bool) -> str:
    """The verdict on a claim: a supported difference in the other direction contradicts it."""
    return CONTRADICTED if verdict == SUPPORTED and not holds else verdict


def _both(first: str, second: str) -> str:
    """The verdict on a claim of two parts: as weak as its weaker part."""
    order = (CONTRADICTED, TOO_LITTLE, CHANCE, SUPPORTED)
    return min(first, second, key=order.index)


def claims(r: Results, found: Mapping[str, Answer]) -> pd.DataFrame:
    """One row a claim: claim, evidence, n (users or pings), verdict.

    The five closing claims of the published analysis, and its reading of the ratio's shape. A verdict is one
    of a finding's three, or "contradicted" where the contrary is supported.
    """
    w, a, d = r.watching, r.attention, r.discrimination
    half = w.half
    ratio, pings = (r.newcomers.differences[m] for m in ("avg_watch_time_ratio", "n_interacted_pings"))
    deeper = _claimed(found["new_vs_existing"].verdict, ratio.value > 0)
    fewer = _claimed(found["new_vs_existing_pings"].verdict, pings.value < 0)
    compared = (
        f"new less existing users: ratio {with_interval(ratio)}, pings {with_interval(pings)}"
        if ratio.n
        else "no two groups of users to compare"
    )
    chance = a.top_chance
    rows = [
        (
            "Watch-time ratio is generally high, and many videos are watched almost fully.",
            f"{with_interval(half, percent=True)} of views pass half of the ping, against 50%; "
            f"{percent(w.completed.value)} reach {percent(w.completion)} of it",
            half.n,
            _claimed(judge(half, null=0.5, minimum_n=r.settings.minimum_n), half.value > 0.5),
        ),
        (
            "Watch-time alone already shows strong discriminatory power.",
            f"an acting pair was watched more fully in {with_interval(d.auc, percent=True)} of cases; "
            f"chance gives 50%, and from {percent(STRONG)} it is called strong",
            d.auc.n,
            _claimed(found["watching_and_acting"].verdict, d.auc.value >= STRONG),
        ),
        (
            "New users watch more deeply but interact with fewer pings.",
            compared,
            ratio.n,
            _both(deeper, fewer),
        ),
        (
            "Existing users browse more widely but watch less deeply.",
            "the same comparison, read the other way round",
            ratio.n,
            _both(deeper, fewer),
        ),
        (
            "A long-tail pattern is present: a few pings accumulate most engagement.",
            f"the top {number(a.k)} of {number(a.pings)} pings hold {with_interval(a.top, percent=True)}; "
            f"equally attractive ones would give {percent(chance.expected)}",
            a.pings,
            found["concentration"].verdict,
        ),
        (
            "The distribution of the watch-time ratio is right-skewed.",
            f"skewness {with_interval(w.skewness)}; mean {number(w.distribution['mean'], 2)}, "
            f"median {number(w.distribution['50%'], 2)}",
            w.skewness.n,
            _claimed(found["watch_ratio_shape"].verdict, w.skewness.value > 0),
        ),
    ]
    return pd.DataFrame(rows, columns=["claim", "evidence", "n", "verdict"])


def heading(r: Results, found: Mapping[str, Answer]) -> str:
    """How many of the claims these data support, and how many they contradict."""
    verdicts = claims(r, found)["verdict"]
    supported, against = int((verdicts == SUPPORTED).sum()), int((verdicts == CONTRADICTED).sum())
    text = f"These data support {number(supported)} of {number(len(verdicts))} published claims"
    return f"{text} and contradict {number(against)}" if against else text
