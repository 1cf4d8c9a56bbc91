"""What the data say about formats, domains and lengths."""

from engagement_utils.inference.power import detectable_difference
from engagement_utils.inference.verdict import SUPPORTED, TOO_LITTLE, judge
from engagement_utils.posts.content import Groups
from engagement_utils.posts.page import Answer, answer, left_out
from engagement_utils.posts.results import Results
from engagement_utils.report.answer import tested
from engagement_utils.report.wording import (
    count,
    interval,
    join_words,
    number,
    p_value,
    percent,
    plural_of,
    with_interval,
)

MOST_NAMED = 3


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def named(groups: tuple[object, ...], noun: str) -> str:
    """ "Dashboard and Walkthrough", or "4 formats" where they are many."""
    names = [str(g) for g in groups]
    return join_words(names) if len(names) <= MOST_NAMED else count(len(names), noun)


def why_missing(r: Results, part: str) -> str:
    """Why a factor cannot be compared."""
    noun = {"post_length": "length"}.get(part, part)
    return r.posts.missing.get(part, f"there are not two {plural_of(noun)} with enough posts")


def beside(factors: tuple[str, ...]) -> str:
    """ ", format and domain held equal", or nothing."""
    words = [{"post_length": "length"}.get(f, f) for f in factors]
    return f", {join_words(words)} held equal" if words else ""


def groups(r: Results, factor: str) -> Answer:
    """Which formats, or domains, stand above the others."""
    g: Groups | None = getattr(r.analysis, factor)
    if g is None:
        return left_out(capital(factor), why_missing(r, factor))
    e, unit, many = g.leaders.estimate, r.settings.unit, plural_of(factor)
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    first, others = named(g.leaders.groups, factor), plural_of(f"other {factor}")
    clear = e.low is not None and e.low > 0
    if verdict == SUPPORTED and clear:
        verb = "scores" if len(g.leaders.groups) == 1 else "score"
        heading = f"{first} {verb} about {number(e.value, 0)} {unit} above the {others}"
        text = (
            f"{first} {verb} {with_interval(e, unit)} above the {others}{beside(g.beside)} "
            f"({p_value(e.p_value)}, {count(int(g.fit.counts.sum()), 'post')})."
        )
    elif verdict == SUPPORTED:
        heading = f"{capital(many)} differ, but which one leads is not clear"
        text = (
            f"The {many} differ ({p_value(e.p_value)}), but no split of them is clear: {first} lie "
            f"{with_interval(e, unit)} above the {others}."
        )
    elif verdict == TOO_LITTLE:
        heading = f"Too few posts to compare {many}"
        text = f"The clearest split of {many} has {count(e.n, 'post')} on one side: too few."
    else:
        sizes = sorted(int(c) for c in g.fit.counts)
        small, ratio = max(2, sizes[0]), sizes[1] / max(2, sizes[0])
        least = detectable_difference(small, g.fit.residual_sd, ratio=ratio)
        heading = f"No {factor} reliably scores above the others"
        text = (
            f"The {many} do not differ by more than chance explains ({p_value(e.p_value)}, "
            f"{count(int(g.fit.counts.sum()), 'post')}); two of them would have to lie about "
            f"{number(least, 0)} {unit} apart to show."
        )
    return answer(factor, heading, text, e, verdict, unit=unit, main=True)


def length(r: Results) -> Answer:
    """Whether longer posts score higher."""
    x = r.analysis.length
    if x is None:
        return left_out("Length", why_missing(r, "post_length"))
    e, unit = x.slope, r.settings.unit
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    span = f"between {number(x.span[0], 0)} and {number(x.span[1], 0)} words"
    slope = f"{number(e.value, 1)} {unit}"
    if e.low is not None and e.high is not None:
        slope += f" (95% interval {interval(e.low, e.high, 1)})"
    slope += f" for every 100 words more{tested(e)}"
    curved = x.p_value is not None and x.p_value < 0.05
    if verdict == SUPPORTED:
        which = "Longer" if e.value > 0 else "Shorter"
        heading = f"{which} posts score higher, about {number(abs(e.value), 1)} {unit} for 100 words"
        text = f"{which} posts score higher {span}: {slope} ({count(e.n, 'post')})."
    elif curved:
        heading = "Length matters, but along no straight line"
        text = f"Score and length are related {span} ({p_value(x.p_value)}), along no straight line: {slope}."
    elif verdict == TOO_LITTLE:
        heading = "Too few posts to relate score and length"
        text = f"With {count(e.n, 'post')} of known length, score and length cannot be related."
    else:
        heading = "Length makes no difference that chance does not explain"
        text = f"Score and length are not reliably related {span}: {slope} ({count(e.n, 'post')})."
    return answer("length", heading, text, e, verdict, unit=f"{unit} for 100 words", main=True)


def explained(r: Results) -> Answer:
    """How much of the variance all factors explain in posts that the model has not seen."""
    model = r.analysis.resonance
    if not model.shares:
        return left_out("What explains the score", "the data hold the score alone")
    e, verdict = model.explained, judge(model.explained, minimum_n=r.settings.minimum_n)
    names = {"post_length": "length"}
    best = sorted(model.shares.items(), key=lambda kv: -kv[1].value)[:2]
    parts = join_words(
        [
            f"{names.get(f, f)} ({percent(s.value, 1)}, {interval(s.low * 100, s.high * 100, 1, '%')})"
            if s.low is not None and s.high is not None
            else f"{names.get(f, f)} ({percent(s.value, 1)})"
            for f, s in best
        ]
    )
    share = number(100 * max(0.0, e.value), 0, unit="%")
    if verdict == SUPPORTED and e.value > 0:
        heading = f"All that is known of a post explains {share} of its score"
        text = (
            f"All factors together explain {with_interval(e, percent=True)} of the variance in posts "
            f"that the model has not seen; most of it is lost without {parts}."
        )
    else:
        heading = "What is known of a post does not reliably predict its score"
        text = (
            f"All factors together explain {with_interval(e, percent=True)} of the variance in posts "
            "that the model has not seen, which may be chance."
        )
        verdict = verdict if verdict == TOO_LITTLE else "not distinguishable from chance"
    return answer("explained", heading, text, e, verdict, main=True)
