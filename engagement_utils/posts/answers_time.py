"""What the data say about hours, days, weeks and the best time."""

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, Verdict
from engagement_utils.posts.answers_content import beside, capital
from engagement_utils.posts.page import Answer, answer, left_out
from engagement_utils.posts.results import Results, week_label
from engagement_utils.posts.timing import Timing
from engagement_utils.posts.windows import Window
from engagement_utils.report.wording import (
    count,
    join_words,
    number,
    p_value,
    percent,
    with_interval,
)

ALPHA = 0.05
NOTHING = 0.0005  # a share of variance that is printed as 0
WORDS = {"hour": "hour of the day", "weekday": "day of the week", "week": "week", "month": "month"}


def better_windows(t: Timing) -> list[tuple[Window, Estimate]]:
    """The windows that stand above all other times, chance and their choice allowed for."""
    return [
        (w, e)
        for w, e in t.windows
        if e.p_value is not None and e.p_value < ALPHA and e.low is not None and e.low > 0
    ]


def best_time(r: Results) -> Answer:
    """The best time windows, or that there is none."""
    t, plan, unit = r.analysis.time, r.analysis.plan, r.settings.unit
    n = r.analysis.design.n
    if t is None or not t.windows:
        missing = r.posts.missing
        why = missing.get("hour") or missing.get("weekday") or "no window of time has enough posts"
        return left_out("Best time", why)
    best = better_windows(t)
    first, e = t.windows[0]
    if best:
        heading = f"Posts do better {join_words([w.words for w, _ in best])}"
        parts = [
            f"posts {w.words} score {with_interval(x, unit)} above other times "
            f"({p_value(x.p_value)}, {count(x.n, 'post')})"
            for w, x in best
        ]
        text = f"{capital('; '.join(parts))}{beside(t.beside)}."
        return answer("time", heading, text, best[0][1], SUPPORTED, unit=unit, main=True)
    if t.p_value is not None and t.p_value < ALPHA:
        which = [WORDS[f] for f, p in t.tests.items() if p is not None and p < ALPHA]
        differ = f", by {join_words(which)}" if which else ""
        heading = "Time matters, but no window is clearly the best"
        text = (
            f"Scores change with time{differ} ({p_value(t.p_value)}), but no time window is clearly the "
            "best: "
            f"{first.words} lies {with_interval(e, unit)} above other times."
        )
        return answer("time", heading, text, e.with_p_value(t.p_value), SUPPORTED, unit=unit, main=True)
    heading = "There is no clear best time to post"
    looked = f"a two-hour window {number(plan.worthwhile, significant=2)} {unit} better"
    need = (
        f"about {number(plan.needed, 0)} posts would be needed to see {looked}"
        if plan.more
        else f"these posts would have shown a two-hour window {number(plan.detectable, 1)} {unit} better"
    )
    tests = f"{p_value(t.p_value)}, {count(n, 'post')}"
    text = f"No hour, day or week is reliably better than another ({tests}); {need}."
    verdict: Verdict = CHANCE if e.n >= r.settings.minimum_n else TOO_LITTLE
    return answer("time", heading, text, e.with_p_value(t.p_value), verdict, unit=unit, main=True)


def factor(r: Results, name: str, *, main: bool = False) -> Answer:
    """Whether hours, weekdays, weeks or months differ: share of the variance explained, and the test."""
    t = r.analysis.time
    word = WORDS[name]
    if t is None or name not in t.tests:
        why = r.posts.missing.get(name, f"there are not two {word}s with enough posts")
        return left_out(capital(word), why)
    p, share = t.tests[name], r.analysis.resonance.shares[name]
    e = share.with_p_value(p)
    explains = (
        f"it explains {percent(e.value, 1) if e.value >= NOTHING else 'none'} of the variance out of sample"
    )
    if e.low is not None and e.high is not None and max(abs(e.low), abs(e.high)) >= NOTHING:
        explains += (
            f" (95% interval {number(e.low * 100, 1, unit='%')} to {number(e.high * 100, 1, unit='%')})"
        )
    if p is not None and p < ALPHA:
        heading = f"Scores differ by {word}"
        text = f"The {word} makes a difference ({p_value(p)}): {explains}{_extremes(r, name)}."
        verdict: Verdict = SUPPORTED
    else:
        heading = f"The {word} makes no difference that chance does not explain"
        text = f"The {word} makes no reliable difference ({p_value(p)}, {count(e.n, 'post')}): {explains}."
        verdict = CHANCE
    if name == "week":
        heading = "Weekly means rise and fall" + (
            "" if verdict == SUPPORTED else " no more than chance moves them"
        )
    return answer(name, heading, text, e, verdict, main=main)


def _extremes(r: Results, name: str) -> str:
    """ "; highest in 2025-W27 (63), lowest in ..." for weeks."""
    frame = r.measures[name]
    if name != "week" or frame["shrunken"].isna().any():
        return ""
    order = frame.sort_values("shrunken", kind="stable")
    low, top = order.iloc[0], order.iloc[-1]
    return (
        f"; highest in {week_label(top['week'])} ({number(top['mean'], 1)}), "
        f"lowest in {week_label(low['week'])} ({number(low['mean'], 1)})"
    )


def trend(r: Results) -> Answer:
    """Weeks where the data have dates, else months of the year."""
    name = "month" if r.posts.has("month") and not r.posts.has("week") else "week"
    return factor(r, name, main=True)


def parts(r: Results) -> Answer:
    """How the day falls into parts."""
    t = r.analysis.time
    if t is None or t.parts is None:
        return left_out("Day parts", r.posts.missing.get("hour", "no hour has enough posts"))
    k = len(t.parts.starts)
    if k == 1:
        heading = "The day does not fall into parts"
        text = (
            "No cut of the day into parts fits better than one mean for all hours "
            f"({count(r.analysis.design.n, 'post')}): the best cut into two has a BIC "
            f"{number(t.parts.bic[1], 1)} higher."
        )
        return answer("day_parts", heading, text, t.part_means[0], CHANCE, unit=r.settings.unit)
    best = max(range(k), key=lambda i: t.part_means[i].value)
    span = f"{t.parts.starts[best]:02d}:00 to {(t.parts.starts[best] + t.parts.lengths[best]) % 24:02d}:00"
    heading = f"The day falls into {number(k)} parts, the highest from {span}"
    e = t.part_means[best]
    text = (
        f"Cut where scores change, the day has {number(k)} parts (BIC {number(-t.parts.bic[k - 1], 0)} below "
        f"one mean for all); posts from {span} score {with_interval(e, r.settings.unit)} "
        f"({count(e.n, 'post')})."
    )
    hour = t.tests.get("hour")
    verdict: Verdict = SUPPORTED if hour is not None and hour < ALPHA else CHANCE
    return answer("day_parts", heading, text, e.with_p_value(hour), verdict, unit=r.settings.unit)
