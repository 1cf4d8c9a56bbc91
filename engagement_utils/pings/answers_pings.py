"""What pings say: concentration, how firm the top is, and which groups of pings differ."""

from math import exp

from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, Verdict, judge
from engagement_utils.pings.groups import Grouping
from engagement_utils.pings.results import Results
from engagement_utils.report.answer import Answer, answer, tested
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


def concentration(r: Results, e: Estimate) -> Answer:
    """Whether a few pings hold more than chance gives; `e` is the top share with its adjusted p-value."""
    a, chance = r.attention, r.attention.top_chance
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    held = with_interval(e, percent=True)
    hold = "holds" if a.k == 1 else "hold"
    top = f"the top {number(a.k)} of {count(a.pings, 'ping')} {hold} {held} of engagement"
    null = (
        f"equally attractive pings would give {percent(chance.expected)} "
        f"({interval(chance.low, chance.high, 0, percent=True)})"
    )
    if verdict == SUPPORTED:
        heading = (
            f"Engagement is concentrated: {number(a.k)} of {number(a.pings)} pings hold {percent(e.value)}"
        )
        text = f"Engagement is concentrated beyond chance: {top}, where {null}{tested(e)}."
    elif verdict == CHANCE:
        heading = "No long tail: the pings share engagement as evenly as chance would"
        text = f"There is no long tail beyond chance: {top}, and {null}{tested(e)}."
    else:
        heading = "Too few pings to judge how engagement concentrates"
        text = f"{top[0].upper()}{top[1:]}, and {null}: too few pings to judge."
    return answer("concentration", heading, text, e, verdict, main=True)


def gini(r: Results, e: Estimate) -> Answer:
    """The same question by the Gini coefficient."""
    a, chance = r.attention, r.attention.gini_chance
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    half = f"half of the engagement lies on {count(a.half, 'ping')} ({percent(a.half / a.pings)})"
    null = f"{number(chance.expected, 2)} ({interval(chance.low, chance.high, 2)})"
    beyond = {SUPPORTED: "more than", CHANCE: "no more than", TOO_LITTLE: "to be read beside"}[verdict]
    text = (
        f"The Gini coefficient is {with_interval(e)}, {beyond} the {null} of equally attractive pings"
        f"{tested(e)}; {half}."
    )
    return answer(
        "concentration_gini", f"Half of the engagement lies on {count(a.half, 'ping')}", text, e, verdict
    )


def _firm(e: Estimate, firm: int, minimum_n: int) -> Verdict:
    """A top is supported as far as some of it holds its place."""
    return TOO_LITTLE if e.n < minimum_n else SUPPORTED if firm else CHANCE


def top_users(r: Results) -> Answer:
    """Whether the top holds when other users had been seen."""
    k, kept, topic = r.ranking.k, r.ranking.kept, "top_under_users"
    names = r.ranking.top.loc[r.ranking.top["probability"] >= 0.95, "ping_id"].astype(str).tolist()
    if len(r.ranking.frame) <= k:
        text = f"All pings with events are in the top {k}, so none can lose its place to another."
        return answer(topic, "Every ping with events is in the top", text, kept, TOO_LITTLE, main=True)
    verdict = _firm(kept, len(names), r.settings.minimum_n)
    drawn = f"when the {count(kept.n, 'user')} are drawn anew"
    stay = f"{with_interval(kept, percent=True)} of the top {k} stay in it"
    if verdict == SUPPORTED:
        certain = join_words(names) if len(names) <= 5 else f"{len(names)} pings"
        holds = "holds its" if len(names) == 1 else "hold their"
        heading = f"{number(len(names))} of the top {k} pings {holds} place"
        text = f"Of the top {k} pings, {certain} hold a place in it {drawn}; on average {stay}."
    elif verdict == CHANCE:
        heading = f"No ping is sure of its place in the top {k}"
        text = f"No ping is sure of its place in the top {k}: {drawn}, {stay} on average."
    else:
        heading = f"Too few users to trust the top {k}"
        text = f"{count(kept.n, 'user')} are too few to say which pings belong to the top {k}."
    return answer(topic, heading, text, kept, verdict, main=True)


def top_weights(r: Results) -> Answer:
    """Whether the top holds under other event weights."""
    w, topic = r.weighting, "top_under_weights"
    if len(w.frame) <= w.k:
        text = f"All pings with events are in the top {w.k}, by every weighting."
        return answer(topic, "Every ping with events is in the top", text, w.kept, TOO_LITTLE)
    verdict = _firm(w.kept, w.firm, r.settings.minimum_n)
    shared = join_words([f"{name} {a.shared}" for name, a in w.agreements.items()])
    text = (
        f"With every weight varied by a factor of about {number(exp(w.spread), 1)}, "
        f"{with_interval(w.kept, percent=True)} of the top {w.k} stay in it on average, "
        f"{number(w.firm)} of them in at least 95% of the variations; "
        f"other scorings keep of the {w.k}: {shared}."
    )
    if verdict == TOO_LITTLE:
        text = f"{count(w.kept.n, 'ping')} are too few to ask how a top {w.k} depends on the weights."
    holds = "holds its" if w.firm == 1 else "hold their"
    heading = (
        f"{number(w.firm) if w.firm else 'None'} of the top {w.k} pings {holds} place under other weights"
    )
    return answer(topic, heading, text, w.kept, verdict)


def _extremes(g: Grouping) -> str:
    """The highest and the lowest group after shrinkage, with intervals."""
    table = g.table.sort_values("shrunken", ascending=False, kind="stable")
    best, worst = (
        f"“{row.group}”, {number(row.shrunken, 1)} points a ping ({interval(row.low, row.high, 1)})"
        for row in (table.iloc[0], table.iloc[-1])
    )
    return f"highest is {best}, lowest {worst}"


def _highest(g: Grouping) -> str:
    return str(g.table["group"].iloc[int(g.table["shrunken"].to_numpy().argmax())])


def grouping(r: Results, g: Grouping, e: Estimate) -> Answer:
    """Whether one way of grouping pings tells them apart; `e` is eta squared with its adjusted p-value."""
    topic, many = f"groups_{g.by}", plural_of(g.word)
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    if verdict == TOO_LITTLE or not g.shrunken:
        heading = f"Too few pings to compare {many}"
        pings = count(len(r.totals), "ping")
        text = f"{pings} in {count(len(g.table), g.word)} are too few to compare {many} by."
        return answer(topic, heading, text, e, TOO_LITTLE)
    if verdict == SUPPORTED:
        heading = f"Engagement differs by {g.word}: {_highest(g)} leads"
        text = (
            f"Engagement differs by {g.word}, which explains {percent(e.value)} of its variance between pings"
            f"{tested(e)}; after shrinkage, {_extremes(g)}."
        )
    else:
        heading = f"No {g.word} stands out"
        text = (
            f"{many[0].upper()}{many[1:]} do not differ by more than chance{tested(e)}; after shrinkage, "
            f"{_extremes(g)}."
        )
    return answer(topic, heading, text, e, verdict)


def groups(r: Results, tested_groups: dict[str, Estimate]) -> Answer:
    """Which of the groupings tell pings apart, in one sentence."""
    judged = {by: judge(e, minimum_n=r.settings.minimum_n) for by, e in tested_groups.items()}
    told = [by for by, verdict in judged.items() if verdict == SUPPORTED]
    by = min(tested_groups, key=lambda b: (tested_groups[b].p_value is None, tested_groups[b].p_value or 0.0))
    e, best = tested_groups[by], r.groups[by]
    others = [r.groups[b].word for b in judged if judged[b] == CHANCE]
    if told:
        rest = f"; no {join_words(others, 'or')} stands out" if others else ""
        heading = f"{join_words([r.groups[b].word for b in told])} tell pings apart".capitalize()
        heading = heading if len(told) > 1 else f"Engagement of a ping differs by {best.word}"
        how = f"{best.word} (adjusted {p_value(e.p_value)}): {_extremes(best)}"
        text = f"Engagement of a ping differs by {how}{rest}."
        return answer("groups", heading, text, e, SUPPORTED, main=True)
    if others:
        heading = f"No {join_words(others, 'or')} stands out"
        text = (
            f"Pings do not differ by {join_words(others, 'or')} beyond chance "
            f"(smallest adjusted {p_value(e.p_value)}, {count(len(r.totals), 'ping')})."
        )
        return answer("groups", heading, text, e, CHANCE, main=True)
    text = f"{count(len(r.totals), 'ping')} are too few to compare groups of them."
    return answer("groups", "Too few pings to compare groups", text, e, TOO_LITTLE, main=True)
