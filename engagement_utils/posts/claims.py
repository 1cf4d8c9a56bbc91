"""The five published conclusions, set beside what the data at hand say."""

from collections.abc import Mapping

import pandas as pd

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.posts.page import Answer
from engagement_utils.posts.results import Results
from engagement_utils.report.answer import tested
from engagement_utils.report.wording import join_words, number, p_value, with_interval

CONTRADICTED = "contradicted"  # the data support the contrary


def claims(r: Results, found: Mapping[str, Answer]) -> pd.DataFrame:
    """One row a claim: claim, evidence, n (posts on the smaller side), verdict.

    A verdict is one of a finding's three, or "contradicted" where the contrary is supported.
    """
    rows = [_hours(r), _formats(r), _domains(r), _lengths(r), _weeks(r, found)]
    return pd.DataFrame(rows, columns=["claim", "evidence", "n", "verdict"])


def heading(r: Results, found: Mapping[str, Answer]) -> str:
    """How many of the claims hold."""
    verdicts = claims(r, found)["verdict"]
    held = int((verdicts == SUPPORTED).sum())
    words = {0: "None", 1: "One", 2: "Two", 3: "Three", 4: "Four", 5: "All"}
    return f"{words[held]} of the five published claims {'holds' if held == 1 else 'hold'} on these data"


def _judged(r: Results, e: Estimate, claimed_sign: float = 1.0) -> str:
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    return CONTRADICTED if verdict == SUPPORTED and e.value * claimed_sign < 0 else verdict


def _said(r: Results, e: Estimate) -> str:
    return f"{with_interval(e, r.settings.unit)}{tested(e)}"


def _hours(r: Results) -> tuple[str, str, int, str]:
    text = (
        "Peak engagement windows: posts published between 9-11 AM and 8-10 PM show consistently higher "
        "interaction across weekdays."
    )
    t = r.analysis.time
    if t is None or t.claim is None:
        return (
            text,
            r.posts.missing.get("hour", "the data hold no posts in and outside these hours"),
            0,
            TOO_LITTLE,
        )
    hours = join_words([f"{h:02d}" for h in r.settings.claimed.hours])
    better, days = t.claim_days
    evidence = f"posts in the hours {hours} against the others: {_said(r, t.claim)}"
    if days:
        evidence += f"; higher on {number(better)} of {number(days)} weekdays"
    verdict = _judged(r, t.claim)
    if verdict == SUPPORTED and better < days:
        evidence += ", so not on all of them"
    return text, evidence, t.claim.n, verdict


def _formats(r: Results) -> tuple[str, str, int, str]:
    text = (
        "Format performance: visual-first formats (dashboards, annotated walkthroughs) outperform text-heavy "
        "posts in both reach and resonance."
    )
    g = r.analysis.format
    if g is None or g.claim is None:
        return text, _absent(r, "format", r.settings.claimed.formats), 0, TOO_LITTLE
    names = join_words(r.settings.claimed.formats)
    evidence = f"{names} against the other formats: {_said(r, g.claim)}; of reach the data say nothing"
    return text, evidence, g.claim.n, _judged(r, g.claim)


def _domains(r: Results) -> tuple[str, str, int, str]:
    text = (
        "Domain resonance: NLP and influencer analytics projects attract stronger engagement than generic "
        "forecasting or segmentation modules."
    )
    g = r.analysis.domain
    if g is None or g.claim is None:
        return text, _absent(r, "domain", r.settings.claimed.domains), 0, TOO_LITTLE
    c = r.settings.claimed
    evidence = (
        f"{join_words(c.domains)} against {join_words(c.weaker_domains) or 'the others'}: {_said(r, g.claim)}"
    )
    return text, evidence, g.claim.n, _judged(r, g.claim)


def _absent(r: Results, part: str, names: tuple[str, ...]) -> str:
    return r.posts.missing.get(
        part, f"the data do not hold {join_words(names, 'or')} beside others, or too few"
    )


def _lengths(r: Results) -> tuple[str, str, int, str]:
    text = (
        "Post length: medium-length posts (300-500 words) strike the best balance between clarity and "
        "audience "
        "retention."
    )
    x = r.analysis.length
    sides = {"shorter": x.shorter, "longer": x.longer} if x else {}
    known = {name: e for name, e in sides.items() if e is not None}
    if len(known) < 2:
        why = r.posts.missing.get("post_length", "the data do not hold shorter, medium and longer posts")
        return text, why, 0, TOO_LITTLE
    low, high = r.settings.claimed.lengths
    evidence = f"{number(low)} to {number(high)} words against " + "; against ".join(
        f"{name} ones {_said(r, e)}" for name, e in known.items()
    )
    order = (CONTRADICTED, TOO_LITTLE, CHANCE, SUPPORTED)
    verdict = min((_judged(r, e) for e in known.values()), key=order.index)
    return text, evidence, min(e.n for e in known.values()), verdict


def _weeks(r: Results, found: Mapping[str, Answer]) -> tuple[str, str, int, str]:
    text = (
        "Weekly trend: engagement spikes align with milestone announcements, challenge deadlines and recap "
        "posts."
    )
    t, weeks = r.analysis.time, r.measures["week"]
    if t is None or "week" not in t.tests:
        return text, r.posts.missing.get("week", "too few weeks to compare"), 0, TOO_LITTLE
    p = t.tests["week"]
    moved = p is not None and p < 0.05
    evidence = f"weeks {'differ' if moved else 'do not differ by more than chance explains'} ({p_value(p)})"
    if t.events is not None:
        evidence += f"; weeks with an event against the others: {_said(r, t.events)}"
        return text, evidence, t.events.n, _judged(r, t.events)
    if not moved:
        return text, f"{evidence}, so there is no spike to align", len(weeks), CHANCE
    return (
        text,
        f"{evidence}, but the data hold no dates of announcements or deadlines",
        len(weeks),
        TOO_LITTLE,
    )
