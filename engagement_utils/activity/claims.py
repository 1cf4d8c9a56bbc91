"""The published observations and captions, set beside what the data at hand say."""

from collections.abc import Mapping

import pandas as pd

from engagement_utils.activity.findings import tests
from engagement_utils.activity.published import NO_TYPES
from engagement_utils.activity.results import Results
from engagement_utils.activity.scores import PUBLISHED
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.proportions import proportion
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.report.answer import Answer
from engagement_utils.report.wording import count, number, percent, with_interval

CONTRADICTED = "contradicted"  # the data support the contrary
ARITHMETIC = "true by construction"  # of a score and its own summand


def _claimed(verdict: str, holds: bool) -> str:
    """The verdict on a claim: a supported difference in the other direction contradicts it."""
    return CONTRADICTED if verdict == SUPPORTED and not holds else verdict


def claims(r: Results, found: Mapping[str, Answer]) -> pd.DataFrame:
    """One row a published claim: claim, evidence, n, verdict.

    A verdict is one of a finding's three, "contradicted" where the contrary is supported, or "true by
    construction" where a score is correlated with its own part.
    """
    e = tests(r)
    rows = [_month(r, e, "august", below=True), _month(r, e, "winter", below=False)]
    rows += [_best_combination(r), _rarest_combination(r)]
    parts = r.compositions[PUBLISHED.key].frame.set_index("part")
    length, sent = (parts.loc[p] for p in ("session length", "messages sent"))
    rows.append(
        (
            "User engagement is highly correlated with session_length and messages_sent.",
            f"both are summands of the score: {number(length['with_score'], 2)} and "
            f"{number(sent['with_score'], 2)} with it, {number(length['with_rest'], 2)} and "
            f"{number(sent['with_rest'], 2)} with the rest of it",
            r.counted.users,
            ARITHMETIC,
        )
    )
    dense = e["dense_ratings"]
    rows.append(
        (
            "Feedback ratings of 2 and 3 are densely populated for a rate of 0.5 to 1.5.",
            f"share of ratings 2 and 3 there, less elsewhere: {with_interval(dense, percent=True)}"
            if dense.n
            else "no session with such a rate to compare",
            dense.n,
            _claimed(judge(dense, minimum_n=r.settings.minimum_n), dense.value > 0),
        )
    )
    spread = r.spreads.get(PUBLISHED.key)
    if spread is not None and spread.common is not None:
        common = spread.common
        rows.append(
            (
                "A user engagement score between 10 and 30 is most common.",
                f"{with_interval(common, percent=True)} of the users, against half",
                common.n,
                _claimed(judge(common, null=0.5, minimum_n=r.settings.minimum_n), common.value > 0.5),
            )
        )
    if r.moderators is not None:
        slow = e["response_time"]
        rows.append(
            (
                "A higher average response time could go with a lower satisfaction score.",
                f"Spearman's correlation {with_interval(slow)}",
                slow.n,
                _claimed(judge(slow, minimum_n=r.settings.minimum_n), slow.value < 0),
            )
        )
    return pd.DataFrame(rows, columns=["claim", "evidence", "n", "verdict"])


def _month(r: Results, e: Mapping[str, Estimate], which: str, *, below: bool) -> tuple[str, str, int, str]:
    estimate = e[f"months_{which}"]
    claim = (
        "During August the user engagement dropped significantly."
        if below
        else "December and January are the highest user engagement months."
    )
    if estimate.n == 0:
        return claim, "no session in these months to compare", 0, TOO_LITTLE
    evidence = f"less all other months: {with_interval(estimate)} points of the {r.score.label}"
    if not below and len(r.months[r.score.key]):
        monthly = r.months[r.score.key].sort_values("mean", ascending=False, kind="stable").head(2)
        evidence += f"; highest are {' and '.join(m.strftime('%b %Y') for m in monthly['month'])}"
    verdict = judge(estimate, minimum_n=r.settings.minimum_n)
    return claim, evidence, estimate.n, _claimed(verdict, (estimate.value < 0) == below)


def _full(r: Results) -> pd.DataFrame:
    """The row of the combination of all types, perhaps none."""
    frame = r.combinations[r.score.key].frame
    return frame[frame["combination"] == " + ".join(r.types)]


def _best_combination(r: Results) -> tuple[str, str, int, str]:
    claim = f"Recommendations of [{', '.join(r.types)}] yield highest user engagement."
    row = _full(r)
    if row.empty or len(r.types) < 2:
        return claim, "no user was given all types", 0, TOO_LITTLE
    first = row.iloc[0]
    evidence = f"mean {number(first['mean'], 1)}, {number(first['difference'], 1)} above all other users"
    return claim, evidence, int(first["users"]), _claimed(str(first["verdict"]), first["difference"] > 0)


def _rarest_combination(r: Results) -> tuple[str, str, int, str]:
    claim = "The frequency of recommending all types together is less."
    given = r.combinations[r.score.key].frame.query(
        "combination != @NO_TYPES", local_dict={"NO_TYPES": NO_TYPES}
    )
    row, total = _full(r), int(given["users"].sum())
    if row.empty or len(given) < 2:
        return claim, "no user was given all types", 0, TOO_LITTLE
    share = proportion(int(row["users"].iloc[0]), total, level=r.settings.level)
    even = 1 / len(given)
    verdict = judge(share, null=even, minimum_n=r.settings.minimum_n)
    evidence = (
        f"{with_interval(share, percent=True)} of the users with recommendations, against {percent(even)}"
    )
    return claim, evidence, total, _claimed(verdict, share.value < even)


def heading(r: Results, found: Mapping[str, Answer]) -> str:
    """The section's heading: how many published claims hold here."""
    frame = claims(r, found)
    held = int((frame["verdict"] == SUPPORTED).sum())
    open_ = int(frame["verdict"].isin([CHANCE, TOO_LITTLE]).sum())
    text = f"{number(held)} of {count(len(frame), 'published claim')} {'holds' if held == 1 else 'hold'} here"
    return f"{text}, {number(open_)} cannot be decided" if open_ else text
