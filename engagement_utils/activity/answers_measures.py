"""What the measures of a session say: combinations, links, ratings, times."""

import pandas as pd

from engagement_utils.activity.combinations import Combinations, short
from engagement_utils.activity.results import Results
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import count, join_words, number, p_value, percent, with_interval


def combination(r: Results, c: Combinations, e: Estimate) -> Answer:
    """Whether the score differs by recommended types; `e` is eta squared with its adjusted p-value."""
    main = c.score.key == r.score.key
    topic = "combinations" if main else f"combinations_{c.score.key}"
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    label, found = c.score.label, c.supported
    share = f"{percent(e.value, 1)} of the variance lies between the combinations{tested(e)}"
    if verdict == TOO_LITTLE:
        heading = "There are no combinations of recommendations to compare"
        text = f"{count(len(c.frame), 'combination')} of types cannot be compared."
    elif verdict == SUPPORTED and len(found):
        row = found.iloc[0]
        side = "higher" if row["difference"] > 0 else "lower"
        which = f"Users with {short(str(row['combination']))}"
        heading = f"{which} score {side}"
        text = (
            f"{which} have a {label} {number(abs(row['difference']), 1)} points {side} than all other "
            f"users ({p_value(row['p_value'])}, n = {number(row['users'])}); {share}. Who gets which "
            "recommendation was not drawn by lot, so this is no effect of it."
        )
    elif verdict == SUPPORTED:
        heading = f"The {label} differs between combinations, but no single one stands out"
        text = (
            f"The {label} differs between combinations of types, yet none reliably from all others: {share}."
        )
    else:
        heading = f"No combination of types reliably has another {label}"
        best = c.frame.iloc[0]
        text = (
            f"No combination of recommended types reliably has another {label}: {share}; the highest mean is "
            f"that of {short(str(best['combination']))} ({number(best['mean'], 1)}, "
            f"n = {number(best['users'])})."
        )
    return answer(topic, heading, text, e, verdict, main=main)


def link(r: Results) -> Answer:
    """Which measures go together, other than a part with its whole."""
    pairs, found = r.links.pairs, r.links.supported
    topic, whole = "links", "A score's own correlation with its parts says nothing: they are its summands."
    n = int(pairs["n"].max())
    if found.empty:
        verdict = CHANCE if n >= r.settings.minimum_n else TOO_LITTLE
        e = _strongest(pairs, r.settings.level)
        heading = "No two measures reliably go together"
        return answer(
            topic, heading, f"No two measures of a session reliably go together. {whole}", e, verdict
        )
    top = found.iloc[0]
    e = _strongest(found, r.settings.level)
    words = [f"{t['first']} with {t['second']} ({number(t['correlation'], 2)})" for _, t in found.iterrows()]
    shown = join_words(words) if len(words) <= 3 else f"{', '.join(words[:3])} and {len(words) - 3} more"
    heading = f"{str(top['first']).capitalize()} and {top['second']} go together"
    text = f"{number(len(found))} of {number(len(pairs))} pairs reliably go together: {shown}. {whole}"
    return answer(topic, heading, text, e, SUPPORTED)


def _strongest(frame: pd.DataFrame, level: float) -> Estimate:
    """The row with the largest absolute correlation, as an estimate."""
    row = frame.iloc[int(frame["correlation"].abs().fillna(0.0).to_numpy().argmax())].to_dict()
    low, high, p = (None if pd.isna(row[c]) else float(row[c]) for c in ("low", "high", "p_value"))
    return Estimate(float(row["correlation"]), low, high, int(row["n"]), level, p)


def rating(r: Results, e: Estimate) -> Answer:
    """Whether the click-through rate goes with the rating; `e` is the rank correlation."""
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    text = f"Spearman's correlation of rating and clicks a recommendation is {with_interval(e)}{tested(e)}"
    if verdict == TOO_LITTLE:
        heading = "Too few sessions with recommendations to compare ratings"
        text = f"{count(e.n, 'session')} with recommendations are too few to compare ratings."
    elif verdict == CHANCE:
        heading = "Ratings do not reliably go with the click-through rate"
        text = f"Ratings do not reliably go with the click-through rate: {text}."
    else:
        way = "more" if e.value > 0 else "fewer"
        heading = f"Better rated sessions have {way} clicks a recommendation"
        text = f"{heading}: {text}."
    return answer("ctr_by_rating", heading, text, e, verdict)


def truncation(r: Results) -> Answer:
    """What the whole-number division costs."""
    e = r.ratings.truncated
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    if verdict == TOO_LITTLE:
        heading, text = (
            "Too few sessions with a click",
            f"{count(e.n, 'session')} with a click are too few to say.",
        )
    else:
        heading = f"{percent(e.value)} of the sessions with a click have a published rate of 0"
        text = (
            f"{with_interval(e, percent=True)} of the sessions with a click have a published click-through "
            "rate of 0, because PostgreSQL divides whole numbers by cutting the fraction off."
        )
    return answer("truncated_rate", heading, text, e, verdict)


def by_type(r: Results) -> Answer:
    """Whether messages go with clicks, by recommended type."""
    frame = r.links.by_type
    found = frame[frame["verdict"] == SUPPORTED]
    n = int(frame["n"].sum())
    e = _strongest(frame, r.settings.level)
    words = [
        f"{_type(t['type'])} {number(t['correlation'], 2)} (n = {number(t['n'])})"
        for _, t in frame.iterrows()
    ]
    values = f"the correlations are {join_words(words)}"
    if found.empty:
        verdict = CHANCE if n >= r.settings.minimum_n else TOO_LITTLE
        heading = "Messages and clicks do not reliably go together for any type"
        text = f"For no recommended type do messages and clicks reliably go together: {values}."
    else:
        verdict = SUPPORTED
        names = join_words([_type(t) for t in found["type"]])
        heading = f"Messages and clicks go together for users with {names}"
        text = f"Messages sent and resources clicked reliably go together for users with {names}: {values}."
    return answer("messages_and_clicks", heading, text, e, verdict)


def _type(name: object) -> str:
    return "no recommendation" if name == "none" else str(name)


def when(r: Results, e: Estimate) -> Answer:
    """When sessions begin; `e` is the busiest band's share with its adjusted p-value."""
    t = r.times
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    band = t.busiest.replace(" (", ", hours ").rstrip(")")
    if verdict == TOO_LITTLE:
        heading, text = (
            "Too few sessions to say when they begin",
            f"{count(e.n, 'session')} are too few to say when.",
        )
    elif verdict == CHANCE:
        heading = "No time of day is preferred"
        share = f"{percent(e.value)}{tested(e)}"
        text = f"No time of day is reliably preferred: the fullest quarter, {band}, has {share}."
    else:
        heading = f"Sessions keep to the {t.busiest.split(' (')[0]}"
        text = (
            f"{with_interval(e, percent=True)} of the sessions begin in the {band}, against 25% if all hours "
            f"were alike{tested(e)}."
        )
    return answer("session_times", heading, text, e, verdict)


def weekend(r: Results, e: Estimate) -> Answer:
    """Whether the weekend differs; `e` is its share with its adjusted p-value."""
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    even = percent(2 / 7)
    share = with_interval(e, percent=True)
    if verdict == TOO_LITTLE:
        heading, text = "Too few sessions to compare days", f"{count(e.n, 'session')} are too few."
    elif verdict == CHANCE:
        heading = "The weekend is like other days"
        text = f"{share} of the sessions fall on Saturday and Sunday, as {even} of the week do{tested(e)}."
    else:
        way = "more" if e.value > 2 / 7 else "fewer"
        heading = f"Weekends have {way} sessions"
        text = (
            f"{share} of the sessions fall on Saturday and Sunday, {way} than their {even} of the "
            f"week{tested(e)}."
        )
    return answer("weekend", heading, text, e, verdict)


def score_by_time(r: Results, e: Estimate) -> Answer:
    """Whether the score differs by time of day; `e` is eta squared with its adjusted p-value."""
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    share = f"{percent(e.value, 1)} of the variance of the {r.score.label}"
    if verdict == TOO_LITTLE:
        heading, text = (
            "Too few sessions to compare times",
            f"{count(e.n, 'session')} are too few to compare times.",
        )
    elif verdict == CHANCE:
        heading = "Preferred times are not better times"
        text = (
            f"The time of day does not reliably go with the score: {share} lies between the quarters of a "
            f"day{tested(e)}."
        )
    else:
        heading = "The score differs by time of day"
        text = f"{share} lies between the quarters of a day{tested(e)}."
    return answer("score_by_time", heading, text, e, verdict)
