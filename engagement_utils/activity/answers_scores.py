"""What the scores say: what they are made of, whose rank changes, weeks, months, spread."""

from pandas import Timedelta

from engagement_utils.activity.changes import Segment
from engagement_utils.activity.results import Results
from engagement_utils.activity.scores import CORRECTED, PUBLISHED
from engagement_utils.activity.weekly import HIGH_MONTHS, LOW_MONTHS, MONTHS, Weekly
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import (
    count,
    date_range,
    day,
    interval,
    join_words,
    number,
    percent,
    with_interval,
)

FAR = 0.1  # a median move of so much of all ranks, or so much of the top lost, is called another ranking


def made_of(r: Results) -> Answer:
    """How much of the published score is session length, and of the corrected one."""
    topic = "score_parts"
    part = PUBLISHED.parts[0][1]
    plain, fair = (r.compositions[s.key].shares[part] for s in (PUBLISHED, CORRECTED))
    even = 1 / len(PUBLISHED.parts)
    verdict = judge(plain, null=even, minimum_n=r.settings.minimum_n)
    whole = (
        f"Session length is {with_interval(plain, percent=True)} of the published score's variance and "
        f"{with_interval(fair, percent=True)} of the corrected one's"
    )
    why = "it is one of the five summands, so its correlation with the score is arithmetic"
    if verdict == SUPPORTED and plain.value > even:
        heading = f"{percent(plain.value)} of the published score is session length"
        text = f"{whole}, where five equal parts would give {percent(even)}: {why}."
    elif verdict == SUPPORTED:
        heading = f"Session length is only {percent(plain.value)} of the published score"
        text = f"{whole}, less than the {percent(even)} of five equal parts; {why}."
    elif verdict == CHANCE:
        heading = "Session length weighs about as much as the other parts"
        text = f"{whole}, which five equal parts ({percent(even)}) would give too; {why}."
    else:
        heading = "Too few users to say what the score is made of"
        text = f"{count(plain.n, 'user')} are too few to say how much of the score is session length; {why}."
    return answer(topic, heading, text, plain, verdict, main=True)


def ranks(r: Results) -> Answer:
    """Whose rank changes between the scores."""
    c = r.rank_changes
    verdict = judge(c.moved, null=FAR, minimum_n=r.settings.minimum_n)
    left = c.top - c.agreement.shared
    facts = (
        f"{with_interval(c.moved, percent=True)} of the sessions move by over a tenth of all ranks, "
        f"half of all by {percent(c.median_move)} or more; {number(left)} of the top {number(c.top)} leave "
        f"it (Kendall's tau {number(c.agreement.tau, 2)})"
    )
    if verdict == SUPPORTED and c.moved.value > FAR:
        heading = f"Corrected, {number(left)} of the top {number(c.top)} sessions leave the top"
        text = f"The correction makes another ranking: {facts}."
    elif verdict == TOO_LITTLE:
        heading = "Too few sessions to compare two rankings"
        text = f"{count(c.moved.n, 'session')} are too few to compare the two rankings."
    else:
        heading = "Both scores rank the sessions much alike"
        text = f"The correction changes little: {facts}."
    return answer("rank_changes", heading, text, c.moved, verdict, main=True)


def weeks(r: Results, w: Weekly) -> Answer:
    """Where the weekly mean changes its level."""
    main = w.score.key == r.score.key
    topic = "weekly_trend" if main else f"weekly_trend_{w.score.key}"
    sessions = int(w.frame["n"].sum())
    cuts, label = w.changes.cuts, w.score.label
    if not cuts:
        enough = len(w.frame) >= 4 and w.sd > 0
        verdict = CHANCE if enough else TOO_LITTLE
        e = Estimate(0.0, None, None, sessions, p_value=None, method="circular binary segmentation")
        heading = f"The {label} keeps one level" if enough else "Too few weeks to look for a change"
        text = (
            f"Over {count(len(w.frame), 'week')} the {label} does not reliably leave its mean of "
            f"{number(w.changes.segments[0].mean, 1)}: no change point is found."
            if enough
            else f"{count(len(w.frame), 'week')} are too few to look for a change of level."
        )
        return answer(topic, heading, text, e, verdict, main=main)
    odd, rest = _oddest(w)
    p = max(w.changes.p_values.values())
    e = Estimate(odd.mean - rest, None, None, sessions, p_value=p, method="circular binary segmentation")
    starts = w.frame["week"]
    end = min(starts.iloc[odd.last] + Timedelta(days=6), r.counted.last.normalize())
    when = date_range(max(starts.iloc[odd.first], r.counted.first.normalize()), end)
    side = "low" if odd.mean < rest else "high"
    levels = [f"{number(s.mean, 1)} from {day(starts.iloc[s.first])}" for s in w.changes.segments]
    heading = f"The {label} is {side} from {when}"
    text = (
        f"The weekly {label} changes its level {_times(len(cuts))}{tested(e)}: it is {side} from {when} with "
        f"{number(odd.mean, 1)}, against {number(rest, 1)} in all other weeks. Its levels are "
        f"{join_words(levels)}."
    )
    return answer(topic, heading, text, e, judge(e), main=main)


def _oddest(w: Weekly) -> tuple[Segment, float]:
    """The stretch of less than half of the sessions farthest from all others, and the others' mean."""
    total, n = sum(s.mean * s.n for s in w.changes.segments), sum(s.n for s in w.changes.segments)
    rest = {s: (total - s.mean * s.n) / (n - s.n) for s in w.changes.segments if 2 * s.n <= n}
    odd = max(rest, key=lambda s: abs(s.mean - rest[s]))
    return odd, rest[odd]


def _times(n: int) -> str:
    return {1: "once", 2: "twice"}.get(n, f"{number(n)} times")


def month(r: Results, which: str, e: Estimate) -> Answer:
    """The months that the published text names, against all others; `e` has its adjusted p-value."""
    named = LOW_MONTHS if which == "august" else HIGH_MONTHS
    words = join_words([MONTHS[m - 1] for m in named])
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    label = r.score.label
    # one digit more than the interval supports reads better than "9 (8 to 10)"
    difference = f"{number(e.value, 1)} points"
    if e.interval:
        difference += f" ({percent(e.level)} interval {interval(*e.interval, 1)})"
    difference += tested(e)
    side = "above" if e.value > 0 else "below"
    if verdict == TOO_LITTLE:
        heading = f"Too few sessions in {words} to compare"
        text = f"{count(e.n, 'user')} in the smaller group are too few to compare {words} with."
    elif verdict == CHANCE:
        heading = f"{words} cannot be told from other months"
        text = f"The {label} in {words} does not reliably differ from the other months': {difference}."
    else:
        heading = f"{words} {'lie' if len(named) > 1 else 'lies'} {side} the other months"
        text = f"The {label} in {words} lies {side} that of the other months: {difference}."
    return answer(f"months_{which}", heading, text, e, verdict)


def low_band(r: Results) -> Answer:
    """The users in the band that the published text wants attention for."""
    low, high = r.settings.low_band
    s = r.spreads.get(PUBLISHED.key)
    topic, band = "low_engagement", f"{number(low)} to {number(high)}"
    if s is None or s.low is None or s.common is None:
        s = r.spreads[CORRECTED.key]
        e = Estimate(s.quantiles["median"], None, None, r.counted.users)
        heading = f"Half of the users score above {number(s.quantiles['median'], 1)}"
        text = (
            f"Half of the users have a corrected score of "
            f"{interval(s.quantiles['first quartile'], s.quantiles['third quartile'], 1)}; the "
            "low-engagement band is one of the published score."
        )
        return answer(topic, heading, text, e, TOO_LITTLE)
    verdict = judge(s.low, minimum_n=r.settings.minimum_n)
    common = with_interval(s.common, percent=True)
    if verdict == TOO_LITTLE:
        heading = "Too few users to say how many score low"
        text = f"{count(s.low.n, 'user')} are too few to say how many lie in the low-engagement band."
    else:
        heading = f"{percent(s.low.value)} of the users lie in the low-engagement band"
        text = (
            f"{with_interval(s.low, percent=True)} of the users score {band}, the published low-engagement "
            f"band, and {common} score 10 to 30; the middle half lies within "
            f"{interval(s.quantiles['first quartile'], s.quantiles['third quartile'], 1)}."
        )
    return answer(topic, heading, text, s.low, verdict)
