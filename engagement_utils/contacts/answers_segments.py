"""What the social segments say: whether they hold, how they differ, how platforms are found."""

from math import isfinite

import numpy as np

from engagement_utils.contacts.points import points
from engagement_utils.contacts.results import Results
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import count, number, percent, with_interval


def structure(r: Results) -> Answer:
    """Whether the social contacts fall into segments at all."""
    s, k = r.structure, r.clustering.k
    e = s.estimate(s.k if s.k > 1 else k)
    contacts = count(len(r.social), "socially engaged contact")
    if s.verdict == TOO_LITTLE:
        text = f"{contacts} are too few, or too much alike, to say whether they fall into segments."
        return answer("structure", "Too few contacts to look for segments", text, e, TOO_LITTLE, main=True)
    gap = f"gap of {with_interval(e)}{tested(e)}"
    if s.verdict == CHANCE:
        best = s.table.sort_values("silhouette", kind="stable").iloc[-1]
        text = (
            f"No stable structure: {contacts} form one cloud, in which no number of segments from 2 to "
            f"{s.table['k'].max():.0f} passes all three checks (largest silhouette "
            f"{number(best['silhouette'], 2)}, "
            f"{gap} for k = {k}); the segments below cut it by level of engagement alone."
        )
        return answer(
            "structure",
            "No stable structure: the segments are cuts through one cloud",
            text,
            e,
            CHANCE,
            main=True,
        )
    row = s.table[s.table["k"] == s.k].iloc[0]
    agrees = "as the published rule has it" if s.k == k else f"while the report is set to {k}"
    text = (
        f"{contacts} fall into {s.k} segments, {agrees}: silhouette {number(row['silhouette'], 2)}, "
        f"{percent(row['stable'])} overlap in resamples for the least stable one, and a {gap} "
        "against one population."
    )
    return answer("structure", f"The data hold {s.k} social segments", text, e, SUPPORTED, main=True)


def conversion(r: Results) -> Answer:
    """1A against the other social contacts."""
    e, first, last = r.gap, r.rate["1A"], r.rate[r.names[-1]]
    verdict = judge(e)
    rates = f"{percent(first.value, 1)} of 1A converted, against {percent(last.value, 1)} of {r.names[-1]}"
    difference = f"a difference of {points(e)}{tested(e)}"
    if verdict == SUPPORTED:
        more = "more" if e.value > 0 else "less"
        heading = f"1A converts {more} often than the other social contacts"
    elif verdict == CHANCE:
        heading = "Conversion does not tell the social segments apart"
    else:
        heading = "Too few contacts to compare conversion"
    return answer("conversion", heading, f"{rates}, {difference}.", e, verdict, main=True)


def reproduced(r: Results) -> Answer:
    """How well a few rules reproduce the segments."""
    e = r.rules.fidelity
    share = max((x.n for x in r.rate.values()), default=0) / max(len(r.social), 1)
    verdict = judge(e, null=share)
    text = (
        f"{len(r.rules.table)} rules put {with_interval(e, percent=True)} of held-back contacts "
        "into the segment "
        f"that the clustering gives them; naming always the largest segment would reach {percent(share)}."
    )
    return answer(
        "rules", f"{count(len(r.rules.table), 'rule')} rebuild the segments as lists", text, e, verdict
    )


def detection(r: Results) -> Answer:
    """Precision and recall of platform detection, beside the published rule."""
    ours, theirs = r.detection.iloc[-1], r.published.iloc[-1]
    e: Estimate = ours["precision_estimate"]
    verdict = judge(e, null=float(theirs["precision"]))
    text = (
        "On the labelled source texts, platforms are found with precision "
        f"{with_interval(e, percent=True)} and "
        f"recall {with_interval(ours['recall_estimate'], percent=True)}; the published substring "
        "rule reaches "
        f"{percent(theirs['precision'])} and {percent(theirs['recall'])}."
    )
    better = (
        "misfires less than the published rule"
        if verdict == SUPPORTED
        else "is no better than the published rule"
    )
    return answer("detection", f"Platform detection {better}", text, e, verdict)


def confirmation(r: Results) -> Answer:
    """Whether clicks confirm mentions."""
    a = r.agreement
    clicked, both = int(a["clicked"].sum()), int(a["both"].sum())
    if clicked == 0:
        none = Estimate(float("nan"), None, None, 0, 0.95, None, "")
        text = (
            "No contact has clicks on Facebook, LinkedIn or Twitter/X, so mentions cannot be "
            "checked by clicks."
        )
        return answer("clicks", "There are no clicks to check mentions by", text, none, TOO_LITTLE)
    biggest = a.sort_values("clicked", ascending=False, kind="stable").iloc[0]
    e: Estimate = biggest["confirmed"]
    base = biggest["mentioned"] / len(r.contacts)
    verdict = judge(e, null=float(base))
    text = (
        f"Of {count(e.n, 'contact')} with a click on {biggest['platform']}, "
        f"{with_interval(e, percent=True)} also "
        f"have a mention of it, against {percent(base)} of all contacts; over the three platforms "
        "with clicks it "
        f"is {number(both)} of {number(clicked)}."
    )
    heading = (
        "Clicks and mentions point the same way"
        if verdict == SUPPORTED and e.value > base
        else "Clicks do not confirm mentions"
    )
    return answer("clicks", heading, text, e, verdict)


def closing(r: Results) -> Answer:
    """How fast 1A closes."""
    e = r.closing
    if not isfinite(e.value):
        text = "Too few contacts closed on a known day to compare how fast the segments close."
        return answer(
            "closing", "Too few closings to compare how fast segments close", text, e, TOO_LITTLE, main=True
        )
    verdict = judge(e)
    first, last = r.curves[0], r.curves[-1]
    text = (
        f"Within 90 days {percent(first.at(90)[0], 1)} of 1A have closed and {percent(last.at(90)[0], 1)} of "
        f"{last.name}, open contacts counted as long as they were followed: a difference of "
        f"{points(e)}{tested(e)} over the whole curves."
    )
    if verdict == SUPPORTED:
        heading = f"1A closes {'sooner' if e.value > 0 else 'later'} than {last.name}"
    else:
        heading = "The segments close equally fast, as far as these data show"
    return answer("closing", heading, text, e, verdict, main=True)


def calibrated(r: Results) -> Answer:
    """Whether the likelihood to close means what it says."""
    c = r.calibration
    if c is None:
        none = Estimate(float("nan"), None, None, 0, 0.95, None, "")
        text = "Too few contacts have a likelihood to close and enough time behind them to check it."
        return answer("likelihood", "Too few likelihoods to check", text, none, TOO_LITTLE, main=True)
    e = c.excess
    verdict = judge(e)
    weights = c.table["contacts"].to_numpy(dtype=float)
    mean, share = (
        float(np.average(c.table[n].to_numpy(dtype=float), weights=weights)) for n in ("predicted", "share")
    )
    promise = f"a mean likelihood of {percent(mean)} where {percent(share)} converted"
    excess = points(e)
    if verdict == SUPPORTED:
        heading = f"The likelihood to close promises too {'much' if e.value > 0 else 'little'}"
        text = (
            f"{heading}: {promise}, a difference of {excess}; it orders contacts with an AUC of "
            f"{number(c.auc, 2)} (0.5 is chance)."
        )
    else:
        heading = "The likelihood to close is right on average"
        text = (
            f"{heading}: {promise}, a difference of {excess}; its AUC is {number(c.auc, 2)} (0.5 is chance)."
        )
    return answer("likelihood", heading, text, e, verdict, main=True)
