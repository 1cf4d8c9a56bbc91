"""What comparisons between groups of contacts say, each with a branch a verdict."""

from engagement_utils.contacts.comparing import Comparison
from engagement_utils.contacts.entry import NAMES as DOORS
from engagement_utils.contacts.geography import SEGMENTS
from engagement_utils.contacts.points import points
from engagement_utils.contacts.results import Results
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import count, join_words, percent

# comparison -> what a group is, heading where one stands out ({group} and {side}), heading where none does
WORDS = {
    "platform": (
        "platform",
        "Contacts tagged {group} convert {side} often",
        "No platform converts reliably better than another",
    ),
    "geography": (
        "segment",
        "Segment {group} converts {side} often than the rest",
        "Geography segments cannot be told apart by conversion",
    ),
    "entry": (
        "entry channel",
        "Contacts who entered by {group} convert {side} often",
        "No entry channel converts reliably better than another",
    ),
    "offline": (
        "kind of offline touch",
        "Contacts with offline touches {group} convert {side} often",
        "Offline touches do not go with conversion, as far as these data show",
    ),
    "period": (
        "entry period",
        "Entry period {group} converts {side} often than the others",
        "No entry period converts reliably better than another",
    ),
    "speed": (
        "platform",
        "Contacts tagged {group} close fast {side} often",
        "No platform closes reliably faster than another",
    ),
}


TIERS = {
    s: f"{tier}, {level}"
    for tier, pair in SEGMENTS.items()
    for s, level in zip(pair, ("high", "low"), strict=True)
}
TERMS = {"05": "special", "10": "spring", "35": "summer", "60": "fall", "75": "winter"}


def shown(name: str, group: str) -> str:
    """A group as readers know it: "3B (event)", "2A (domestic, high)", "202460 (fall)"."""
    known = {"entry": DOORS, "geography": TIERS, "period": {group: TERMS.get(group[4:], "")}}
    words = known.get(name, {}).get(group)
    return f"{group} ({words})" if words else group


def group(r: Results, name: str, *, main: bool = False) -> Answer:
    """What stands out in a comparison: the supported group that differs most from all others."""
    c = r.comparisons[name]
    what, stands_out, none_does = WORDS[name]
    if len(c.shares) < 2:
        nothing = Estimate(float("nan"), None, None, 0, 0.95, None, "")
        text = f"There are no two groups by {what} large enough to compare."
        return answer(name, f"There is nothing to compare by {what}", text, nothing, TOO_LITTLE, main=main)
    firm = c.supported
    if not firm:
        return _none(c, name, what, none_does, main)
    leader = max(firm, key=lambda g: abs(firm[g].value))
    e, share = firm[leader], c.shares[leader]
    side = "more" if e.value > 0 else "less"
    label = shown(name, leader)
    others = [shown(name, g) for g in firm if g != leader]
    also = f"; {join_words(others[:4])} differ{'s' if len(others) == 1 else ''} as well" if others else ""
    text = (
        f"{percent(share.value, 1)} of the {count(share.n, 'contact')} of {what} {label} {c.outcome}, "
        f"{points(e)} {side} than all others{tested(e)}{also}."
    )
    if e.value < 0:
        low, high = e.interval or (e.value, e.value)
        flipped = Estimate(-e.value, -high, -low, e.n, e.level, e.p_value, e.method)
        text = (
            f"{percent(share.value, 1)} of the {count(share.n, 'contact')} of {what} {label} {c.outcome}, "
            f"{points(flipped)} fewer than all others{tested(e)}{also}."
        )
    return answer(name, stands_out.format(group=label, side=side), text, e, SUPPORTED, main=main)


def _none(c: Comparison, name: str, what: str, heading: str, main: bool) -> Answer:
    largest = max(c.differences, key=lambda g: abs(c.differences[g].value))
    e = c.differences[largest]
    verdict = judge(e)
    verdict = CHANCE if verdict == SUPPORTED else verdict
    text = (
        f"{heading}: the largest difference among {len(c.shares)} groups by {what}, "
        f"{shown(name, largest)} against all "
        f"others, is {points(e)}{tested(e)} after correction for all tests."
    )
    return answer(name, heading, text, e, verdict, main=main)
