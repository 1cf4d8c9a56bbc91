"""What is said of recommendation types, moderators and of users who come back."""

from math import isfinite

from engagement_utils.activity.kinds import MEASURES
from engagement_utils.activity.results import Results
from engagement_utils.inference.estimate import Estimate
from engagement_utils.inference.verdict import CHANCE, SUPPORTED, TOO_LITTLE, judge
from engagement_utils.report.answer import Answer, answer, tested
from engagement_utils.report.wording import (
    count,
    interval,
    join_words,
    number,
    p_value,
    percent,
    with_interval,
)


def types(r: Results, measure: str, e: Estimate) -> Answer:
    """Whether the recommendation types differ in a measure; `e` is eta squared, p-value adjusted."""
    name, main = MEASURES[measure], measure == "click_through_rate"
    topic = "types_ctr" if main else "types_feedback"
    means = r.kinds.means[measure]
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    order = sorted(means, key=lambda k: -means[k].value)
    values = join_words([f"{k} {number(means[k].value, 2)}" for k in order])
    found = r.kinds.supported(measure)
    if verdict == TOO_LITTLE or len(means) < 2:
        heading = f"There is nothing to compare in the {name} of recommendations"
        return answer(
            topic, heading, f"The {name} is {values}: too little to compare types.", e, TOO_LITTLE, main=main
        )
    if verdict == CHANCE or found.empty:
        heading = f"Recommendation types do not reliably differ in {name}"
        text = f"The types do not reliably differ in {name}: {values}{tested(e)}."
        return answer(topic, heading, text, e, CHANCE if found.empty else verdict, main=main)
    best = order[0]
    beaten = found[(found["first"] == best) | (found["second"] == best)]
    row = found.iloc[int(found["difference"].abs().to_numpy().argmax())]
    high, low = (row["first"], row["second"]) if row["difference"] > 0 else (row["second"], row["first"])
    least, most = sorted((abs(row["low"]), abs(row["high"])))
    heading = (
        f"{best.capitalize()} recommendations have the highest {name}"
        if len(beaten) == len(means) - 1
        else f"{str(high).capitalize()} recommendations have a higher {name} than {low} ones"
    )
    text = (
        f"{heading}: means over users are {values}, and {high} leads {low} by "
        f"{number(abs(row['difference']), 2)} ({interval(least, most, 2)}, {p_value(row['p_value'])})."
    )
    return answer(topic, heading, text, e, verdict, main=main)


def leaderboard(r: Results) -> Answer:
    """How firm the moderators' ranks are, and what the published score rewards."""
    m, topic = r.moderators, "moderators"
    if m is None:
        e = Estimate(float("nan"), None, None, 0)
        text = "No table of moderators with sessions is given, so there is no leaderboard."
        return answer(topic, "There are no moderators to rank", text, e, TOO_LITTLE, main=True)
    k, stable = m.agreement.k, m.stability["corrected"]
    e = Estimate(stable.kept / k, None, None, len(m.frame), method="redrawn averages")
    best = m.frame.iloc[0]
    firm = interval(best["corrected_rank_low"], best["corrected_rank_high"], 0)
    volume = percent(m.volume, 0 if m.volume < 0.99 else 1)
    shared, left = m.agreement.shared, m.agreement.k - m.agreement.shared
    heading = f"{number(left)} of the top {number(k)} moderators change when slow answers count against them"
    if left == 0:
        heading = f"The same {number(k)} moderators lead by both scores"
    text = (
        f"{volume} of the published moderator score is the number of sessions, and a slow answer "
        f"raises it; with response time counting against a moderator {number(shared)} of its top {number(k)} "
        f"stay, and {best['moderator_id']} leads (rank {firm})."
    )
    verdict = SUPPORTED if len(m.frame) >= r.settings.minimum_n else TOO_LITTLE
    return answer(topic, heading, text, e, verdict, main=True)


def rank_firmness(r: Results) -> Answer:
    """How many of the top moderators surely belong there."""
    m = r.moderators
    assert m is not None
    k = m.agreement.k
    s = m.stability["corrected"]
    sure = m.separate["corrected"]
    e = Estimate(s.kept / k, None, None, len(m.frame), method="redrawn averages")
    heading = f"{number(sure) if sure else 'None'} of the top {number(k)} surely belong there"
    if sure == k:
        heading = f"All of the top {number(k)} surely belong there"
    text = (
        f"{number(sure)} of the top {number(k)} by the corrected score have their whole rank interval in "
        f"it; when the averages are drawn anew, {number(s.kept, 1)} of the {number(k)} stay on average."
    )
    verdict = SUPPORTED if len(m.frame) >= r.settings.minimum_n else TOO_LITTLE
    return answer("moderator_ranks", heading, text, e, verdict)


def response(r: Results, e: Estimate) -> Answer:
    """Whether slow answers go with low satisfaction; `e` is the rank correlation, p-value adjusted."""
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    value = f"Spearman's correlation of response time and satisfaction is {with_interval(e)}{tested(e)}"
    if verdict == TOO_LITTLE:
        heading = "Too few moderators to compare response times"
        text = f"{count(e.n, 'moderator')} are too few to say whether slow answers go with low satisfaction."
    elif verdict == CHANCE:
        heading = "Slow answers do not reliably go with low satisfaction"
        text = f"{heading}: {value}."
    else:
        way = "lower" if e.value < 0 else "higher"
        heading = f"Moderators who answer slowly have {way} satisfaction"
        text = f"{heading}: {value}."
    return answer("response_time", heading, text, e, verdict)


def coming_back(r: Results) -> Answer:
    """Retention, or why there is none."""
    c, life, topic = r.counted, r.lifecycle, "retention"
    if life is None:
        e = Estimate(c.repeated / c.users, None, None, c.repeated)
        none = c.repeated == 0
        heading = (
            "Retention cannot be measured: every user has one session"
            if none
            else (f"Retention cannot be measured: {count(c.repeated, 'user')} came back")
        )
        text = (
            f"Each of the {number(c.users)} users has exactly one session, so nobody can be seen coming "
            "back: there is no retention, stickiness or lifecycle to show."
            if none
            else f"{count(c.repeated, 'user')} of {number(c.users)} have more than one session, fewer than "
            f"the {number(r.settings.minimum_n)} that retention, stickiness and lifecycle need."
        )
        return answer(topic, heading, text, e, TOO_LITTLE)
    e = life.next_interval
    verdict = judge(e, minimum_n=r.settings.minimum_n)
    unit = life.interval
    if not isfinite(e.value):
        text = f"The data do not cover a whole {unit} after a user's first."
        return answer(topic, f"No {unit} follows a first one", text, e, TOO_LITTLE)
    heading = f"{percent(e.value)} of the users come back in the next {unit}"
    sticky = life.sticky
    text = (
        f"{with_interval(e, percent=True)} of the users are active again in the {unit} after their first one "
        f"({'any session' if life.event == 'session' else f'a session with a {life.event}'} counts)"
    )
    if unit != "day":
        text += f", and an active user is active on {with_interval(sticky, percent=True)} of its days"
    return answer(topic, heading, f"{text}.", e, verdict)
